"""A house for tests: `luban up` itself, in a folder and on ports of its own, its clock set, its items as named.

`House` is used in a `with`: it is entered when the web process answers, and everything of it is gone afterwards, however
the test ends. What stands in its database and at its partners is read from outside, by SQL and over HTTP.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import psycopg
import pytest

from config.environment import BASE
from config.ports import free_port
from config.postgres import home_for
from config.processes import spawn

NOW = "2026-03-02T09:00"
_START_SECONDS = 120
_DROPPED = {"DATABASE_URL", "LUBAN_TEST_SERVER", "LUBAN_SANDBOX_URL", "LUBAN_LINKS"}


class House:
    """A running house. `items`: further folders of items; `now`: what its clock starts at."""

    def __init__(self, *, workers: int = 1, now: str = NOW, items: Sequence[Path] = ()) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="luban-house-"))
        self.port, self.sandbox_port = free_port(), free_port()
        command = [
            sys.executable,
            "-m",
            "config.cli",
            "up",
            "--no-cases",
            "--now",
            now,
            "--workers",
            str(workers),
        ]
        command += ["--port", str(self.port), "--sandbox-port", str(self.sandbox_port)]
        command += ["--pg-port", str(free_port())]
        env = {name: value for name, value in os.environ.items() if name not in _DROPPED}
        env["LUBAN_VAR"] = str(self.var)
        env["LUBAN_ITEMS"] = os.pathsep.join(map(str, items))
        self.log = self.var / "terminal.log"
        with self.log.open("wb") as log:
            self.launcher = spawn(command=command, cwd=BASE, env=env, output=log)

    def __enter__(self) -> Self:
        try:
            wait_for(f"{self.url}/healthz", alive=lambda: self.launcher.poll() is None, log=self.log)
            self.database_url = (self.var / "database.url").read_text()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End everything and remove every trace."""
        self.launcher.terminate()
        try:
            self.launcher.wait(15)
        finally:
            _end(self.launcher)
            shutil.rmtree(home_for(var=self.var), ignore_errors=True)
            shutil.rmtree(self.var, ignore_errors=True)

    @property
    def url(self) -> str:
        """The address of the web process, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The address of the partners."""
        return f"http://127.0.0.1:{self.sandbox_port}"

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


def wait_for(url: str, *, alive: Callable[[], bool], log: Path) -> None:
    """Return when `url` answers; fail with the end of `log` when the process ended or took too long."""
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up and alive():
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{url} did not answer. The log ends:\n{log.read_text(errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
