"""Events are told at least once, each record's in order; what fails is tried again, given up, told again on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer
from typing import Any

import psycopg
import pytest
from django.db import connection

from luban.kit.clock import Clock, clock
from luban.stages.gateway.applications import app_of, callback_secret, set_state
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions import deliver, registering
from luban.stages.subscriptions.callback import signature
from luban.stages.subscriptions.ladder import DEAD_IN_A_ROW, PAUSES
from luban.stages.subscriptions.models import DEAD, DISABLED, PAUSED, Delivery, Subscription
from luban.stages.subscriptions.spread import spread
from tests.chain.receiving import OK, Receiver, app, moved, receiver, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def zhejiang() -> Caller:
    """浙江's application."""
    return app("330000")


@pytest.fixture
def far(settings: Any) -> Iterator[Receiver]:
    """浙江's receiver, which may be called back."""
    with receiver() as made:
        settings.LUBAN_CALLBACK_HOSTS = [made.host]
        yield made


@pytest.fixture
def subscribe(zhejiang: Caller, far: Receiver) -> Callable[..., Subscription]:
    """Makes 浙江 a subscription."""

    def make(caller: Caller | None = None, **more: Any) -> Subscription:
        told = {"name": "浙江", "callback_url": far.url, "start_from": "earliest", **more}
        return registering.create(caller=caller or zhejiang, told=told)

    return make


def lap(row: Subscription) -> deliver.Lap:
    """Match what is new and send what is due."""
    spread(subscription_id=row.pk)
    return deliver.lap(subscription_id=row.pk)


def laps(row: Subscription, *, most: int = 40) -> None:
    """Send until nothing is due."""
    for _ in range(most):
        if not lap(row).tried:
            return


def later(**by: float) -> None:
    """The house's clock goes on."""
    clock._frozen = clock.now() + timedelta(**by)


def test_three_failures_and_a_success_are_four_tries_of_one_event_and_the_next_waits(
    far: Receiver, subscribe: Callable[..., Subscription], day: Clock
) -> None:
    record(1)
    first, second = moved(1, 10), moved(1, 11, to=6)
    row = subscribe()
    far.fail(3)
    for pause in (timedelta(0), *PAUSES[:3]):
        later(seconds=pause.total_seconds())
        laps(row)
    assert far.ids == [first.event_id] * 4 + [second.event_id]
    attempts = [headers["X-Delivery-Attempt"] for headers, _ in far.got]
    assert attempts == ["1", "2", "3", "4", "1"]
    assert len({headers["X-Nonce"] for headers, _ in far.got}) == 5
    assert {headers["X-Event-Id"] for headers, _ in far.got[:4]} == {first.event_id}


def test_a_try_before_its_time_is_not_made(far: Receiver, subscribe: Callable[..., Subscription]) -> None:
    record(1)
    moved(1, 10)
    row = subscribe()
    far.fail(1)
    laps(row)
    later(seconds=9)
    laps(row)
    assert len(far.got) == 1
    later(seconds=1)
    laps(row)
    assert len(far.got) == 2


def test_a_callback_is_signed_and_says_whom_it_concerns(
    far: Receiver, zhejiang: Caller, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    moved(1, 10)
    laps(subscribe())
    ((headers, body),) = far.got
    assert headers["X-App-Key"] == zhejiang.app
    assert body["notice"]["action_required"] == "REPLY_CONSULTATION" and body["notice"]["notice_seq"] == 101
    assert body["notice"]["due_at"] == "2026-03-23"
    assert body["core"]["status"] == 5 and body["core"]["applicationNo"] == "GFX-310116-20260302-0001"
    row = app_of(zhejiang.app)
    assert row is not None
    secret = callback_secret(row)
    body_sent = far.got[0][1]
    raw = json.dumps(body_sent, ensure_ascii=False, separators=(",", ":")).encode()
    made = signature(secret=secret, timestamp=headers["X-Timestamp"], nonce=headers["X-Nonce"], body=raw)
    assert headers["X-Callback-Signature"] == made


def test_records_do_not_wait_for_each_other_and_no_more_go_at_once_than_allowed(
    settings: Any, zhejiang: Caller
) -> None:
    for n in range(1, 7):
        record(n)
        moved(n, 10 + n)
        moved(n, 20 + n, to=6)
    with receiver(pause=0.15) as far:
        settings.LUBAN_CALLBACK_HOSTS = [far.host]
        told = {"name": "浙", "callback_url": far.url, "start_from": "earliest", "max_concurrency": 3}
        row = registering.create(caller=zhejiang, told=told)
        laps(row)
        assert far.most_at_once == 3
        assert len(far.got) == 12
        for n in range(1, 7):
            mine = [body["block_number"] for _, body in far.got if body["record_key"].endswith(f"{n}")]
            assert mine == [10 + n, 20 + n]


def test_one_record_that_fails_holds_up_no_other(
    far: Receiver, subscribe: Callable[..., Subscription]
) -> None:
    for n in (1, 2):
        record(n)
        moved(n, 10 + n)
        moved(n, 20 + n, to=6)
    row = subscribe(max_concurrency=1)
    far.script = lambda body: (500, b"") if body["record_key"].endswith("1") else OK
    laps(row)
    assert [b["block_number"] for _, b in far.got if b["record_key"].endswith("2")] == [12, 22]


def test_given_up_after_eleven_tries_the_next_says_what_was_missed(
    far: Receiver, subscribe: Callable[..., Subscription], caplog: pytest.LogCaptureFixture
) -> None:
    record(1)
    first, second = moved(1, 10), moved(1, 11, to=6)
    row = subscribe()
    far.script = lambda body: (500, b"") if body["event_id"] == first.event_id else OK
    laps(row)
    for pause in PAUSES:
        later(seconds=pause.total_seconds())
        laps(row)
    dead = Delivery.objects.get(event_id=first.event_id)
    assert (dead.state, dead.attempts) == (DEAD, 11)
    assert "given up after 11 tries" in caplog.text
    assert far.got[-1][1]["event_id"] == second.event_id
    assert far.got[-1][1]["missed_before"] == [first.event_id]
    moved(1, 12, to=7)
    laps(row)
    assert far.got[-1][1]["missed_before"] == []


def test_what_was_given_up_is_told_again_on_demand(
    far: Receiver, zhejiang: Caller, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    first, second = moved(1, 10), moved(1, 11, to=6)
    row = subscribe()
    laps(row)
    position = Subscription.objects.get(pk=row.pk).position
    ways: list[dict[str, Any]] = [
        {"event_ids": [first.event_id]},
        {"from_block": 10, "to_block": 11},
        {"from_time": first.block_at, "to_time": first.block_at},
    ]
    for told, expected in zip(ways, ([first], [first, second], [first]), strict=True):
        far.got.clear()
        made = registering.replay(caller=zhejiang, subscription_id=row.pk, told=told)
        laps(row)
        assert made == len(expected) and far.ids == [one.event_id for one in expected]
        assert all(body["replay"] for _, body in far.got)
    assert Subscription.objects.get(pk=row.pk).position == position


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"event_ids": ["0" * 32], "from_block": 1},
        {"event_ids": ["x"]},
        {"from_time": 1},
        {"from_block": 900, "to_block": 901},
        {"event_ids": "x", "more": 1},
    ],
)
def test_a_replay_says_exactly_what(
    told: dict[str, Any], zhejiang: Caller, subscribe: Callable[..., Subscription]
) -> None:
    row = subscribe()
    with pytest.raises(GatewayError) as refused:
        registering.replay(caller=zhejiang, subscription_id=row.pk, told=told)
    assert refused.value.code == 40001


def test_gone_disables_the_subscription_and_resumed_it_goes_on(
    far: Receiver, zhejiang: Caller, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    first = moved(1, 10)
    row = subscribe()
    far.fail(1, status=410)
    laps(row)
    row.refresh_from_db()
    assert row.state == DISABLED and "410" in row.why
    later(hours=1)
    laps(row)
    assert len(far.got) == 1
    registering.resume(caller=zhejiang, subscription_id=row.pk)
    laps(row)
    assert far.ids == [first.event_id] * 2


def test_fifty_dead_one_after_another_pause_it(far: Receiver, subscribe: Callable[..., Subscription]) -> None:
    row = subscribe()
    for n in range(1, DEAD_IN_A_ROW + 1):
        record(n)
        moved(n, n)
    spread(subscription_id=row.pk)
    Delivery.objects.update(attempts=10)
    far.script = lambda body: (500, b"")
    laps(row)
    row.refresh_from_db()
    assert (row.state, row.dead_in_a_row) == (PAUSED, DEAD_IN_A_ROW)
    assert "自动暂停" in row.why


def test_a_suspended_application_is_told_nothing_and_then_goes_on_where_it_stopped(
    far: Receiver, zhejiang: Caller, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    first = moved(1, 10)
    row = subscribe()
    laps(row)
    set_state(key=zhejiang.app, state="suspended")
    second = moved(1, 11, to=6)
    laps(row)
    assert far.ids == [first.event_id]
    set_state(key=zhejiang.app, state="active")
    laps(row)
    assert far.ids == [first.event_id, second.event_id]


def test_all_events_need_a_right_of_their_own(far: Receiver, zhejiang: Caller) -> None:
    told = {"name": "全部", "callback_url": far.url, "scope": "all"}
    with pytest.raises(GatewayError) as refused:
        registering.create(caller=zhejiang, told=told)
    assert refused.value.code == 40301


def test_with_that_right_a_stranger_is_told_the_core_without_notice_and_sections(
    far: Receiver, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    moved(1, 10)
    anhui = app("340000", "subscribe:all")
    laps(subscribe(anhui, scope="all", include_sections=True))
    ((_, body),) = far.got
    assert body["notice"] is None and body["sections"] == {} and body["core"]["totalKg"] == 600000


def test_a_stranger_is_not_told(far: Receiver, subscribe: Callable[..., Subscription]) -> None:
    record(1)
    moved(1, 10)
    laps(subscribe(app("340000")))
    assert far.got == []


def test_a_transit_province_is_told(far: Receiver, subscribe: Callable[..., Subscription]) -> None:
    record(1, transit=(340000,))
    moved(1, 10)
    laps(subscribe(app("340000")))
    assert len(far.got) == 1


@pytest.mark.parametrize(
    ("start", "blocks"), [("latest", []), ("earliest", [10, 20]), ("block:20", [20]), ("block:21", [])]
)
def test_a_subscription_begins_where_it_says(
    start: str, blocks: list[int], far: Receiver, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    moved(1, 10)
    moved(1, 20, to=6)
    laps(subscribe(start_from=start))
    assert [body["block_number"] for _, body in far.got] == blocks


def test_what_a_worker_left_half_sent_is_sent_again(
    far: Receiver, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    moved(1, 10)
    row = subscribe()
    spread(subscription_id=row.pk)
    deliver._claim(row)
    laps(row)
    assert [headers["X-Delivery-Attempt"] for headers, _ in far.got] == ["2"]


def test_an_outage_rests_the_subscription_a_moment(settings: Any, zhejiang: Caller) -> None:
    with receiver() as gone:
        settings.LUBAN_CALLBACK_HOSTS = [gone.host]
        told = {"name": "浙", "callback_url": gone.url, "start_from": "earliest"}
        row = registering.create(caller=zhejiang, told=told)
    for n in range(1, 10):
        record(n)
        moved(n, n)
    assert lap(row).tried == 4
    assert lap(row).tried == 0
    later(seconds=10)
    assert lap(row).tried == 4


def test_a_lap_of_another_worker_is_waited_for_a_moment_and_no_longer(
    far: Receiver, subscribe: Callable[..., Subscription], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(1)
    moved(1, 10)
    row = subscribe()
    with elsewhere(row) as other:
        monkeypatch.setattr(deliver, "LEASE_SECONDS", 0.05)
        assert lap(row) == deliver.Lap(again_at=clock.now())
        assert far.got == []
        monkeypatch.setattr(deliver, "LEASE_SECONDS", 20.0)
        ending = Timer(0.2, other.close)
        ending.start()
        assert lap(row).tried == 1
        ending.join()
    assert len(far.got) == 1


@contextmanager
def elsewhere(row: Subscription) -> Iterator[psycopg.Connection]:
    """Another worker's connection, which holds the subscription's lease."""
    told = connection.get_connection_params()
    parts = {name: told[name] for name in ("host", "port", "user", "password", "dbname") if name in told}
    with psycopg.connect(**parts, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [deliver._LOCK_SPACE, row.pk])
        yield other
