"""What an official relies on: nothing is lost, nothing overtakes, and a person can always step in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from luban.kit.clock import clock, moment_of
from luban.links.outbox import jobs, queue, worker
from luban.links.outbox.effects import EffectRequest, EffectView, State
from luban.links.outbox.handlers import register_handler, unregister_handler
from luban.links.outbox.models import Effect
from luban.links.outcomes import Rejected, Unavailable

pytestmark = pytest.mark.django_db(transaction=True)
NOW = moment_of("2026-03-02T10:00")


class Partner:
    """A handler that records what it did and fails as told."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails: dict[str, Exception] = {}

    def __call__(self, effect: EffectView) -> dict[str, Any]:
        assert not connection.in_atomic_block
        if failure := self.fails.get(effect.name):
            raise failure
        self.done.append(effect.name)
        return {"seen": effect.name}


@pytest.fixture
def partner() -> Iterator[Partner]:
    handler = Partner()
    register_handler("test", handler)
    with clock.at(NOW):
        yield handler
    unregister_handler("test")


def put(*names: str, lane: str = "one_net:GFB-1") -> list[int]:
    effects = [
        EffectRequest(key=f"{lane}:{name}", lane=lane, kind="test", name=name, case="GFB-1") for name in names
    ]
    with transaction.atomic():
        return queue.put(effects=effects, at=clock.now())


def states(lane: str = "one_net:GFB-1") -> list[tuple[str, str]]:
    return list(Effect.objects.filter(lane=lane).order_by("id").values_list("name", "state"))


def jobs_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where status = 'todo'")
        return int(cursor.fetchone()[0])


def test_an_act_costs_one_statement_and_leaves_no_trace_when_it_rolls_back(
    partner: Partner, django_assert_num_queries: Any
) -> None:
    effects = [EffectRequest(key=f"k{n}", lane=f"l{n}", kind="test", name="x") for n in range(12)]
    before = jobs_waiting()
    with transaction.atomic():
        with django_assert_num_queries(1):
            queue.put(effects=effects, at=NOW)
        assert jobs_waiting() == before + 1, "the lanes are woken with it"
        transaction.set_rollback(True)
    assert not Effect.objects.exists()
    assert jobs_waiting() == before
    with pytest.raises(RuntimeError):
        queue.put(effects=effects, at=NOW)


def test_effects_keep_the_order_of_the_act_and_a_repeat_is_written_once(partner: Partner) -> None:
    names = [f"N{n}" for n in range(30)]
    assert len(put(*names)) == 30
    assert put(*names) == []
    worker.drain(lane="one_net:GFB-1")
    assert partner.done == names
    assert queue.counts()[State.PENDING] == 0


def test_a_refusal_holds_the_lane_until_it_is_sent_again(partner: Partner) -> None:
    put("N10", "N20", "N50")
    put("other", lane="egov:GFB-1")
    partner.fails["N20"] = Rejected("E07", "环节次序不符")
    worker.drain(lane="one_net:GFB-1")
    worker.drain(lane="egov:GFB-1")
    assert states() == [("N10", "delivered"), ("N20", "rejected"), ("N50", "pending")]
    assert partner.done == ["N10", "other"], "another lane is not held"
    [held] = queue.stuck()
    assert "环节次序不符" in held.last_error
    worker.drain(lane="one_net:GFB-1")
    assert held.attempts == 1, "a refusal is not retried by itself"
    assert worker.due_heads(limit=10) == []

    partner.fails.clear()
    with pytest.raises(queue.OutboxRefused, match="理由"):
        queue.resend(effect_id=held.id, by="zhang", reason=" ")
    again = queue.resend(effect_id=held.id, by="zhang", reason="对方已更正")
    assert again.notes[0]["reason"] == "对方已更正"
    worker.drain(lane="one_net:GFB-1")
    assert partner.done == ["N10", "other", "N20", "N50"]


def test_a_cancelled_effect_lets_the_lane_go_on(partner: Partner) -> None:
    put("N10", "N20")
    partner.fails["N10"] = Rejected("E01", "重复收件")
    worker.drain(lane="one_net:GFB-1")
    queue.cancel(effect_id=queue.stuck()[0].id, by="zhang", reason="对方已人工登记")
    worker.drain(lane="one_net:GFB-1")
    assert states() == [("N10", "cancelled"), ("N20", "delivered")]
    with pytest.raises(queue.OutboxRefused, match="已取消"):
        queue.resend(effect_id=Effect.objects.get(name="N10").pk, by="zhang", reason="重试")


@pytest.mark.parametrize("failure", [Unavailable("连接超时"), ZeroDivisionError("wrong")])
def test_an_outage_is_retried_on_the_schedule_and_after_72_hours_handed_to_a_person(
    partner: Partner, failure: Exception
) -> None:
    put("N10")
    partner.fails["N10"] = failure
    waits, moment = [], NOW
    while True:
        with clock.at(moment):
            worker.drain(lane="one_net:GFB-1")
            row = Effect.objects.get()
            if row.state == State.MANUAL:
                break
            assert worker.due_heads(limit=5) == [], "not before its time"
            assert worker.drain(lane="one_net:GFB-1") == 0
        assert row.next_at is not None
        waits.append((row.next_at - moment) / timedelta(minutes=1))
        moment = row.next_at
        with clock.at(moment):
            assert worker.due_heads(limit=5) == [row.pk]
    assert waits[:6] == [1, 5, 15, 60, 240, 240]
    assert timedelta(hours=72) <= moment - NOW <= timedelta(hours=76)
    assert str(failure) in row.last_error

    partner.fails.clear()
    queue.resend(effect_id=row.pk, by="zhang", reason="对方已恢复")
    worker.drain(lane="one_net:GFB-1")
    assert Effect.objects.get().state == State.DELIVERED


def test_an_effect_left_in_sending_by_a_dead_worker_is_found_and_performed_again(partner: Partner) -> None:
    [effect_id] = put("N10")
    Effect.objects.update(state=State.SENDING, attempts=1)
    assert worker.due_heads(limit=5) == [effect_id]
    with pytest.raises(queue.OutboxRefused, match="正在投递"):
        queue.cancel(effect_id=effect_id, by="zhang", reason="不要了")
    assert worker.drain(lane="one_net:GFB-1") == 1
    assert queue.get(effect_id=effect_id).receipt == {"seen": "N10"}  # type: ignore[union-attr]


def test_a_lane_in_other_hands_is_left_to_them(partner: Partner, database_url: str) -> None:
    put("N10")
    lane_lock = [worker._LOCK_SPACE, "one_net:GFB-1"]
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s, hashtext(%s))", lane_lock)
        assert worker.drain(lane="one_net:GFB-1") == 0
        other.execute("select pg_advisory_unlock(%s, hashtext(%s))", lane_lock)
    assert worker.drain(lane="one_net:GFB-1") == 1


def test_a_wake_that_comes_while_the_lane_is_being_drained_is_not_lost(partner: Partner) -> None:
    put("N10")
    original = partner.__call__

    def late(effect: EffectView) -> dict[str, Any]:
        if effect.name == "N10":
            put("N20")
        return original(effect)

    unregister_handler("test")
    register_handler("test", late)
    worker.drain(lane="one_net:GFB-1")
    assert partner.done == ["N10", "N20"]


def test_a_result_that_comes_after_another_worker_took_over_is_not_written(partner: Partner) -> None:
    put("N10", "N20")

    def overtaken(effect: EffectView) -> dict[str, Any]:
        Effect.objects.filter(pk=effect.id).update(attempts=effect.attempts + 1)
        return {"stale": True}

    unregister_handler("test")
    register_handler("test", overtaken)
    worker.drain(lane="one_net:GFB-1")
    assert Effect.objects.get(name="N10").receipt is None
    assert states()[1] == ("N20", "pending")


def test_an_unknown_kind_waits_and_is_visible(partner: Partner) -> None:
    with transaction.atomic():
        queue.put(effects=[EffectRequest(key="k", lane="l", kind="nobody", name="x")], at=NOW)
    worker.drain(lane="l")
    assert "没有登记处理程序" in queue.stuck()[0].last_error


def test_the_rescuer_wakes_each_due_lane_once(partner: Partner) -> None:
    put("N10", "N20")
    put("a", lane="egov:GFB-1")
    before = jobs_waiting()
    assert jobs.rescue(0) == 2
    assert jobs.rescue(0) == 0, "already waiting to be woken"
    assert jobs_waiting() == before + 2


def test_stuck_effects_come_in_pages(partner: Partner) -> None:
    for n in range(5):
        put("N", lane=f"lane{n}")
        partner.fails["N"] = Rejected("E", "不收")
        worker.drain(lane=f"lane{n}")
    first = queue.stuck(limit=3)
    rest = queue.stuck(limit=3, after=first[-1].id)
    assert [e.lane for e in first + rest] == [f"lane{n}" for n in range(5)]
    assert queue.counts()[State.REJECTED] == 5
