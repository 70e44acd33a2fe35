"""A house to be hurt: `luban up` in a folder and on ports of its own, and every process of it by name.

`begin` starts further processes with the very environment of the house's own workers, so that they belong to it. All
of them die with the test, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from config.environment import BASE
from tests import housing

NOW = "2026-03-02"
_MARKS = {"worker": "procrastinate", "web": "granian", "sandbox": "-m sandbox", "postgres": "postgres -D"}


class House(housing.House):
    """A running house whose processes can be counted, killed and added to."""

    def __init__(self, *, workers: int = 1, now: str = NOW) -> None:
        super().__init__(workers=workers, now=now)
        self._nursery: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self.env = _environ(self.pids("worker")[0])
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End everything, what was begun here included."""
        if self._nursery is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._nursery.pid, signal.SIGKILL)
            self._nursery.wait()
        super().stop()

    def pids(self, name: str) -> list[int]:
        """The launcher's living children of that name: worker, web, sandbox, postgres."""
        children = Path(f"/proc/{self.launcher.pid}/task/{self.launcher.pid}/children").read_text().split()
        return [int(pid) for pid in children if _MARKS[name] in _command(int(pid))]

    def kill(self, name: str) -> int:
        """kill -9 every child of that name; how many there were."""
        pids = self.pids(name)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def begin(self, *words: str, log: str) -> int:
        """Start a part of `driver.py` in this house, its lines in var/<log>; its process id."""
        order = json.dumps({"words": words, "log": str(self.var / log)})
        if self._nursery is None:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.driver"],
                cwd=BASE,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                process_group=0,
            )
        orders, answers = self._nursery.stdin, self._nursery.stdout
        assert orders is not None and answers is not None
        orders.write(f"{order}\n")
        orders.flush()
        return int(answers.readline())


class Seals:
    """How many documents the seal service has signed, as it writes it down, seen within a millisecond."""

    def __init__(self, var: Path) -> None:
        self._db = sqlite3.connect(f"file:{var}/sandbox/sandbox.sqlite3?mode=ro", uri=True, timeout=5)

    def count(self) -> int:
        """Signatures given so far."""
        counted = self._db.execute("SELECT count(*) FROM received WHERE link = 'eseal'").fetchone()
        return int(counted[0])


class Hand:
    """A part of `driver.py` that is started again whenever it has died."""

    def __init__(self, house: House, *words: str, log: str) -> None:
        self._begin = lambda: house.begin(*words, log=log)
        self.pid = self._begin()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return Path(f"/proc/{self.pid}").exists()

    def revive(self) -> None:
        """Start it again when it has died."""
        if not self.alive:
            self.pid = self._begin()

    def kill(self) -> int:
        """kill -9; 1 if it was alive."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        return 1


@contextlib.contextmanager
def running(*, workers: int = 1) -> Iterator[House]:
    """A house for the length of a test."""
    with House(workers=workers) as house:
        yield house


def _environ(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    pairs = (os.fsdecode(entry).partition("=") for entry in entries if entry)
    return {name: value for name, _, value in pairs}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
