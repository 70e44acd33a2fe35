"""The web process of the fault tests: it files cases and takes the persons' acts, and may be killed at any moment.

`work JOURNAL FIRST LAST` takes cases from draft to confirmation. Every act has a request id that never changes; the
journal notes its beginning and its end, each line on disk before the next step. A driver started again after a kill
repeats what was begun and not ended. A database that is away is waited for, as a person presses the button again.

`hurry` lets time fly: twice a second it does what an hour would do (every waiting retry falls due) and what the rescuer
does every minute. `resend` is the official who sends again what partners refused, `draft` a firm that begins to fill in.
`worker` is an ordinary worker.

`python -m tests.faults.driver` is their nursery: importing the house takes seconds, so it does that once and forks. It
reads orders (JSON lines: words, log) and answers each with the child's process id. It leads a process group, and its end
is the end of them all.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import django

django.setup()

from django.core.management import execute_from_command_line  # noqa: E402
from django.db import InterfaceError, OperationalError, connection  # noqa: E402
from django.db.transaction import TransactionManagementError  # noqa: E402

from luban.cases import house  # noqa: E402
from luban.kit import registry  # noqa: E402
from luban.kit.clock import clock  # noqa: E402
from luban.links.outbox.effects import State  # noqa: E402
from luban.links.outbox.jobs import rescue  # noqa: E402
from luban.links.outbox.models import Effect  # noqa: E402
from luban.links.outbox.queue import OutboxRefused, resend  # noqa: E402
from luban.stages.fill import drafts, filing  # noqa: E402
from tests.faults.applications import ACTS, FIRM, ITEM, ready_draft  # noqa: E402
from tests.matrix.world import answers_of  # noqa: E402

AWAY = (OperationalError, InterfaceError, TransactionManagementError)
PATIENCE = 90.0
T = TypeVar("T")


class Journal:
    """Lines `case act begin|end`, each on disk when `note` returns."""

    def __init__(self, path: Path) -> None:
        self.ended = {
            tuple(line.split()[:2])
            for line in (path.read_text().splitlines() if path.exists() else [])
            if line.endswith("end")
        }
        self._file = path.open("a")

    def note(self, n: int, act: str, what: str) -> None:
        """Write a line."""
        self._file.write(f"{n} {act} {what}\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def patiently(step: Callable[[], T]) -> T:
    """The step, tried again while the database is away."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return step()
        except AWAY:
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def submit(n: int) -> str:
    """File the n-th draft; the id of its case."""
    outcome = filing.submit(
        draft_id=ready_draft(n),
        actor=FIRM,
        acknowledged=True,
        notes="",
        request_id=f"fault-{n}-submit",
    )
    return outcome.case.id


def take(n: int, case: str, act: str) -> None:
    """One act on the n-th case."""
    _, by, data = next(a for a in ACTS if a[0] == act)
    house.take(case_id=case, action=act, by=by, data=data, request_id=f"fault-{n}-{act}")


def go(n: int, journal: Journal) -> None:
    """The n-th case from draft to confirmation; what ended before a kill is not begun again."""
    journal.note(n, "submit", "begin")
    case = patiently(partial(submit, n))
    journal.note(n, "submit", "end")
    for act in (name for name, _, _ in ACTS):
        if (str(n), act) not in journal.ended:
            journal.note(n, act, "begin")
            patiently(partial(take, n, case, act))
            journal.note(n, act, "end")


def work(path: Path, first: int, last: int) -> None:
    """Every case once."""
    journal = Journal(path)
    for n in range(first, last + 1):
        if (str(n), "confirm") not in journal.ended:
            go(n, journal)


def hasten() -> None:
    """What an hour would do: every retry falls due, every lane whose head is due is woken."""
    Effect.objects.filter(state=State.RETRYING.value).update(next_at=clock.now())
    rescue(0)


def hurry() -> None:
    """Let time fly until killed."""
    while True:
        patiently(hasten)
        time.sleep(0.5)


def resend_refused() -> None:
    """Send again whatever partners refused."""
    for effect in Effect.objects.filter(state__in=[State.REJECTED.value, State.MANUAL.value]).order_by("id"):
        with suppress(OutboxRefused):
            resend(effect_id=effect.pk, by="pudong_leader", reason="对方已恢复")


def begin_draft(path: Path) -> None:
    """Begin a draft that asks its sources, then ask them once more; writes which of them were away each time."""
    item = registry.get(ITEM)
    answers = answers_of(item, {})
    opened = clock.now() - timedelta(minutes=5)
    draft = drafts.start(item=item, actor=FIRM, answers=answers or {}, notice_opened_at=opened)
    again = drafts.fetch_again(draft_id=draft.id, actor=FIRM)
    told = {"first": list(draft.sources_down), "again": list(again.sources_down)}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(told))
    part.rename(path)


def act_out(words: list[str]) -> None:
    """Be one of the processes named above."""
    match words:
        case ["work", path, first, last]:
            work(Path(path), int(first), int(last))
        case ["hurry"]:
            hurry()
        case ["draft", path]:
            patiently(partial(begin_draft, Path(path)))
        case ["resend"]:
            patiently(resend_refused)
        case ["worker"]:
            execute_from_command_line(["luban", "procrastinate", "worker", "--concurrency", "1"])
        case _:
            raise SystemExit(f"no such part: {words}")


def be_child(words: list[str], log: str) -> None:
    """The rest of a forked child's life."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(0)
    status = 1
    try:
        act_out(words)
        status = 0
    except BaseException:  # noqa: BLE001 - the child's whole life: even SystemExit must leave its trace in the log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def main() -> None:
    """The nursery."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children; the kernel buries them
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            be_child(order["words"], order["log"])
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    os.killpg(0, signal.SIGKILL)  # whoever gave the orders is gone


if __name__ == "__main__":
    main()
