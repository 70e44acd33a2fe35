"""`luban up` as a person meets it: it starts, says what is wrong, survives, and leaves nothing behind."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import cli, launcher
from config.children import Child, Journal
from config.environment import BASE
from config.ports import free_port, is_free, own_port
from config.postgres import home_for
from tests.housing import wait_for

STOP_SECONDS = 5  # the launcher gives its children three seconds; the rest is a machine busy with other tests


class Started:
    """A launcher on free ports in a folder of its own."""

    def __init__(self, var: Path, *options: str) -> None:
        self.var, self.port = var, free_port()
        self.log = var / "terminal.log"
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [sys.executable, "-m", "config.cli", "up", "--port", str(self.port), "--no-demo", *options]
        command += ["--sandbox-port", str(free_port()), "--workers", "1"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=BASE, env=env | {"LUBAN_VAR": str(var)}, stdout=log, stderr=subprocess.STDOUT
            )

    def wait(self) -> None:
        """Return when it serves."""
        wait_for(self.url("/healthz"), alive=lambda: self.process.poll() is None, log=self.log)

    def url(self, path: str) -> str:
        """An address of the web process."""
        return f"http://127.0.0.1:{self.port}{path}"

    def family(self) -> list[int]:
        """All processes the launcher has begotten."""
        answer = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
        parents = {
            int(pid): int(parent) for pid, parent in (line.split() for line in answer.stdout.splitlines())
        }
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found[1:]

    def named(self, words: str) -> set[int]:
        """Those of the family whose command line contains `words`."""
        answer = subprocess.run(["pgrep", "-f", "--", words], capture_output=True, text=True)
        return set(map(int, answer.stdout.split())) & set(self.family())

    def says(self, *names: str) -> str:
        """The last lines these children wrote to the log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in lines if line.split(" ")[0] in names][-60:])


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(home_for(var=tmp_path), ignore_errors=True)


@pytest.fixture
def house(var: Path) -> Iterator[Started]:
    started = Started(var)
    try:
        started.wait()
        yield started
    finally:
        started.process.terminate()
        started.process.wait(10)


def gone(pids: list[int], *, seconds: float) -> bool:
    """Whether all processes end within the time (a zombie has ended)."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@pytest.mark.xdist_group("launcher")
def test_stops_within_three_seconds_and_leaves_nothing(house: Started) -> None:
    with urllib.request.urlopen(house.url("/healthz")) as answer:
        assert json.load(answer) == {"ok": True}
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert (house.var / "database.url").stat().st_mode & 0o077 == 0
    family = house.family()
    assert len(family) >= 4
    began = time.monotonic()
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(10) == 0
    assert time.monotonic() - began < STOP_SECONDS
    assert gone(family, seconds=5)
    assert not (house.var / "database.url").exists()


@pytest.mark.full
@pytest.mark.xdist_group("launcher")
def test_killed_launcher_takes_all_with_it_and_starts_again(var: Path) -> None:
    first = Started(var)
    first.wait()
    with psycopg.connect((var / "database.url").read_text(), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
    family = first.family()
    first.process.kill()
    first.process.wait()
    assert gone(family, seconds=20)  # each ends in its own time; that none stays is what matters
    again = Started(var)
    try:
        again.wait()
        with psycopg.connect((var / "database.url").read_text()) as connection:
            assert connection.execute("select n from kept").fetchone() == (7,)
    finally:
        again.process.terminate()
        again.process.wait(10)


@pytest.mark.full
@pytest.mark.xdist_group("launcher")
@pytest.mark.parametrize("name", ["granian", "procrastinate", "postgres -D", "chain-node"])
def test_a_killed_child_is_started_again(house: Started, name: str) -> None:
    before = house.named(name)
    os.kill(min(before), signal.SIGKILL)
    give_up = time.monotonic() + 60  # where a first start fails, the pauses grow: 1, 2, 4, 8, 16 s
    while time.monotonic() < give_up and not house.named(name) - before:
        time.sleep(0.1)
    assert house.named(name) - before, house.says("luban", "postgres")
    wait_for(house.url("/healthz"), alive=lambda: house.process.poll() is None, log=house.log)


@pytest.mark.full
@pytest.mark.xdist_group("launcher")
def test_a_database_killed_before_the_house_has_said_it_stands_is_started_again(var: Path) -> None:
    house = Started(var)
    try:
        while not house.named("granian"):
            assert house.process.poll() is None, house.says("luban", "postgres")
            time.sleep(0.02)
        before = house.named("postgres -D")
        os.kill(min(before), signal.SIGKILL)
        house.wait()
        assert house.named("postgres -D") - before
    finally:
        house.process.terminate()
        house.process.wait(10)


@pytest.mark.xdist_group("launcher")
def test_a_second_launcher_and_a_taken_port_are_told_so(house: Started, tmp_path: Path) -> None:
    second = Started(house.var)
    assert second.process.wait(20) == 1
    assert f"已在运行（进程 {house.process.pid}）" in second.log.read_text()
    other = tmp_path / "other"
    other.mkdir()
    third = Started(other, "--pg-port", str(house.port))
    assert third.process.wait(60) == 1
    assert f"端口 {house.port} 已被占用" in third.log.read_text()
    shutil.rmtree(home_for(var=other), ignore_errors=True)


def test_a_wrong_date_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["up", "--now", "2026-13-01"]) == 1
    assert "2026-13-01" in capsys.readouterr().err


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_two_folders_have_their_own_database_ports(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert own_port(var=first) == own_port(var=first)
    assert own_port(var=first) != own_port(var=second)


def test_a_child_that_keeps_dying_is_started_later_each_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "log") as journal:
        child = Child(
            name="short", command=["false"], cwd=tmp_path, env={"PATH": os.defpath}, journal=journal
        )
        child.start()
        waits = []
        for _ in range(3):
            child.process.wait()
            child.revive()
            waits.append(child.pause)
            child.restart()
        assert waits == [1.0, 2.0, 4.0]


def test_clock_text_is_passed_on() -> None:
    assert launcher.checked_now("2026-03-02") == "2026-03-02"
    assert launcher.checked_now("") == ""
