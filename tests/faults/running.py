"""A house to be hurt: `luban up` in a folder and on ports of its own, and every process of it by name.

`begin` starts further processes with the very environment of the house's own workers, so that they belong to it. All
of them die with the test, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import psycopg

from config.environment import BASE
from config.ports import free_port
from config.postgres import home_for
from config.processes import spawn
from tests.browsing import wait_for

NOW = "2026-03-02"
_MARKS = {"worker": "procrastinate", "web": "granian", "sandbox": "-m sandbox", "postgres": "postgres -D"}


class House:
    """A running house; use it in a `with`."""

    def __init__(self, *, workers: int = 1, now: str = NOW) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="luban-faults-"))
        self.port, self.sandbox_port = free_port(), free_port()
        command = [sys.executable, "-m", "config.cli", "up", "--now", now, "--workers", str(workers)]
        command += ["--port", str(self.port), "--sandbox-port", str(self.sandbox_port)]
        command += ["--pg-port", str(free_port())]
        dropped = {"DATABASE_URL", "LUBAN_TEST_SERVER", "LUBAN_SANDBOX_URL", "LUBAN_LINKS"}
        env = {name: value for name, value in os.environ.items() if name not in dropped}
        self.log = self.var / "terminal.log"
        self._nursery: subprocess.Popen[str] | None = None
        with self.log.open("wb") as log:
            self.launcher = spawn(
                command=command, cwd=BASE, env=env | {"LUBAN_VAR": str(self.var)}, output=log
            )

    def __enter__(self) -> Self:
        try:
            wait_for(f"{self.url}/healthz", alive=lambda: self.launcher.poll() is None, log=self.log)
            self.env = _environ(self.pids("worker")[0])
            self.database_url = (self.var / "database.url").read_text()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End everything and remove every trace."""
        if self._nursery is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._nursery.pid, signal.SIGKILL)
            self._nursery.wait()
        self.launcher.terminate()
        try:
            self.launcher.wait(15)
        finally:
            _end(self.launcher)
            shutil.rmtree(home_for(var=self.var), ignore_errors=True)
            shutil.rmtree(self.var, ignore_errors=True)

    @property
    def url(self) -> str:
        """The address of the web process."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The address of the partners."""
        return f"http://127.0.0.1:{self.sandbox_port}"

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

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What the database answers, waited for while it is away."""
        until = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(self.database_url, connect_timeout=2) as connection:
                    return connection.execute(query, values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def received(self, link: str) -> list[dict[str, Any]]:
        """What a partner keeps, oldest first."""
        answer = httpx.get(f"{self.sandbox_url}/_received/{link}", trust_env=False, timeout=30)
        found: list[dict[str, Any]] = answer.json()["received"]
        return found

    def switch(self, link: str, fault: str, *, on: bool, seconds: float = 0.0, times: int = 0) -> None:
        """Set a fault of a partner."""
        told = {"link": link, "fault": fault, "on": on, "seconds": seconds, "times": times}
        httpx.post(f"{self.sandbox_url}/_switch", json=told, trust_env=False).raise_for_status()


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


def _end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


def _environ(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    pairs = (os.fsdecode(entry).partition("=") for entry in entries if entry)
    return {name: value for name, _, value in pairs}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
