"""The whole way, with real worker processes: an act's message reaches the partner once, whatever is killed meanwhile."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs_app
from procrastinate.exceptions import AlreadyEnqueued

from luban.kit.clock import clock
from luban.links.outbox import queue, worker
from luban.links.outbox.effects import EffectRequest, State
from luban.links.outbox.models import Effect

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


def node(case: str, code: str) -> dict[str, Any]:
    return {
        "case_no": case,
        "item_code": "solid_waste_utilisation",
        "item_name": "一般固体废物跨省转移利用备案",
        "node": code,
        "node_time": "2026-03-02T10:00:00+08:00",
        "applicant_uscc": "91310115MA1TL1A06J",
        "applicant_name": "上海示例塑新材料有限公司",
        "handler_org": "310115",
        "handler_org_name": "上海市浦东新区生态环境局",
    }


def act(case: str, *codes: str) -> list[int]:
    """What a case act does: write its effects in its transaction."""
    effects = [
        EffectRequest(
            key=f"{case}:{code}",
            lane=f"one_net:{case}",
            kind="share",
            link="one_net",
            name="case_node",
            body=node(case, code),
            case=case,
        )
        for code in codes
    ]
    with transaction.atomic():
        return queue.put(effects=effects, at=clock.now())


@pytest.fixture
def start_worker(sandbox: Any, database_url: str) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    running: list[subprocess.Popen[bytes]] = []
    env = os.environ | {
        "DATABASE_URL": database_url,
        "LUBAN_VAR": str(sandbox.var),
        "LUBAN_SANDBOX_URL": sandbox.url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.terminate()
            process.wait(10)


def wait_for(fact: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.05)


def all_delivered(case: str) -> bool:
    return not Effect.objects.filter(case=case).exclude(state=State.DELIVERED).exists()


def test_two_workers_deliver_many_cases_each_in_order_and_once(sandbox: Any, start_worker: Any) -> None:
    cases = [f"W-{n}" for n in range(12)]
    start_worker()
    start_worker()
    for case in cases:
        act(case, "N10")
    for case in cases:
        act(case, "N20", "N30", "N40", "N50")
    wait_for(lambda: all(all_delivered(case) for case in cases))
    for case in cases:
        received = sandbox.received("one_net", case)
        assert [one["body"]["node"] for one in received] == ["N10", "N20", "N30", "N40", "N50"]
        assert {one["repeats"] for one in received} == {0}
    assert Effect.objects.filter(attempts__gt=1).count() == 0


def test_a_worker_killed_while_the_answer_is_lost_leaves_exactly_one_application(
    sandbox: Any, start_worker: Any
) -> None:
    sandbox.switch("one_net", "lost_answer", seconds=60, times=1)
    process = start_worker()
    [first, second] = act("K-1", "N10", "N20")
    wait_for(lambda: bool(sandbox.received("one_net", "K-1")))
    assert Effect.objects.get(pk=first).state == State.SENDING
    assert worker.drain(lane="one_net:K-1") == 0, "the lane is in the worker's hands"

    process.send_signal(signal.SIGKILL)
    process.wait(5)
    wait_for(lambda: _lock_is_free("one_net:K-1"), seconds=30)
    assert worker.due_heads(limit=5) == [first], "the rescuer finds it"
    assert worker.drain(lane="one_net:K-1") == 2

    done = Effect.objects.get(pk=first)
    assert (done.state, done.attempts) == (State.DELIVERED, 2)
    assert done.receipt is not None and done.receipt["repeated"] is True
    received = sandbox.received("one_net", "K-1")
    assert [(one["body"]["node"], one["repeats"]) for one in received] == [("N10", 1), ("N20", 0)]
    assert Effect.objects.get(pk=second).attempts == 1


def test_a_partner_that_is_down_costs_nothing_but_delay(sandbox: Any) -> None:
    sandbox.switch("one_net", "down")
    act("D-1", "N10", "N20")
    worker.drain(lane="one_net:D-1")
    head = Effect.objects.get(key="D-1:N10")
    assert (head.state, "503" in head.last_error) == (State.RETRYING, True)
    sandbox.switch("one_net", "down", on=False)
    assert worker.drain(lane="one_net:D-1") == 0, "not before its time"
    assert head.next_at is not None
    with clock.at(head.next_at):
        assert worker.drain(lane="one_net:D-1") == 2
    assert [one["body"]["node"] for one in sandbox.received("one_net", "D-1")] == ["N10", "N20"]


def test_a_refused_node_holds_its_case_only(sandbox: Any) -> None:
    act("R-1", "N20", "N30")
    act("R-2", "N10")
    worker.drain(lane="one_net:R-1")
    worker.drain(lane="one_net:R-2")
    assert [effect.key for effect in queue.stuck()] == ["R-1:N20"]
    assert all_delivered("R-2")


def _lock_is_free(lane: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and objid = hashtext(%s)::oid", [lane]
        )
        return bool(cursor.fetchone()[0] == 0)


@pytest.mark.full
def test_the_rescuer_of_another_worker_finishes_what_a_killed_one_began(
    sandbox: Any, start_worker: Any
) -> None:
    sandbox.switch("one_net", "lost_answer", seconds=120, times=1)
    process = start_worker()
    act("X-1", "N10", "N20")
    wait_for(lambda: bool(sandbox.received("one_net", "X-1")))
    process.send_signal(signal.SIGKILL)
    process.wait(5)
    with suppress(AlreadyEnqueued):  # the minute's own one may stand in the queue
        jobs_app.configure_task("outbox.tidy").defer(timestamp=0)
    start_worker()
    wait_for(lambda: all_delivered("X-1"), seconds=100)
    assert [one["repeats"] for one in sandbox.received("one_net", "X-1")] == [1, 0]
    wait_for(lambda: "succeeded" in _job_states("outbox.tidy"))


def _job_states(task: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select distinct status::text from procrastinate_jobs where task_name = %s", [task])
        return {row[0] for row in cursor.fetchall()}
