"""`luban up`: database, chain node, workers, sandbox and web as children of one process.

The order is that of need: the database must answer before migrations run, migrations before anything serves. Once
all is up the launcher only watches: a child that dies is started again, later each time it dies young. Ctrl-C,
SIGTERM or SIGHUP stop the children within three seconds, the database last so that nothing loses it in mid-sentence.
A lock on var/luban.lock keeps a second launcher out of the same folder.
"""

import contextlib
import fcntl
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config import ports, postgres
from config.children import Child, Journal
from config.environment import BASE
from luban.kit.clock import ClockError, moment_of

DATABASE = "luban"
METRICS = "PROMETHEUS_MULTIPROC_DIR"
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class LaunchError(RuntimeError):
    """The house cannot start; the message says why and what to do."""


class Stop(BaseException):
    """Raised in the main thread by a stop signal."""


@dataclass(frozen=True)
class Plan:
    """What to start: folder, ports (None = this checkout's own), how many processes, clock ("" = the real one)."""

    var: Path
    port: int
    sandbox_port: int
    pg_port: int | None
    chain_port: int | None
    workers: int
    web: int
    now: str
    demo: bool
    cases: bool
    database_url: str


def checked_now(text: str) -> str:
    """Return `text` if it is a date or a time in ISO form, or empty."""
    if not text:
        return ""
    try:
        moment_of(text)
    except ClockError as error:
        raise LaunchError(str(error)) from error
    return text


def up(*, plan: Plan) -> int:
    """Start everything, watch until stopped, stop everything; 0 after an ordinary stop."""
    with _sole_launcher(plan.var), Journal(plan.var / "luban.log") as journal:
        house = House(plan=plan, journal=journal)
        for number in _STOP_SIGNALS:
            signal.signal(number, _raise_stop)
        try:
            house.start()
            house.watch()
        except Stop:
            journal.say("正在停止…")
            return 0
        finally:
            for number in _STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            house.stop()
            journal.say("已停止。")


class House:
    """The running children of one launcher."""

    def __init__(self, *, plan: Plan, journal: Journal) -> None:
        self.plan = plan
        self.journal = journal
        self.database: Child | None = None
        self.children: list[Child] = []
        self.tasks: list[Child] = []  # run to their end
        self.database_note = plan.var / "database.url"
        self.chain_note = plan.var / "chain.url"

    def start(self) -> None:
        """Start all children in order; raises LaunchError when one step fails."""
        plan = self.plan
        for port, option in ((plan.port, "--port"), (plan.sandbox_port, "--sandbox-port")):
            _require_free(port, option)
        url = plan.database_url or self._start_database()
        env = _environment(plan, url)
        _empty(Path(env[METRICS]))
        if not env.get("LUBAN_CHAIN_URL"):
            env["LUBAN_CHAIN_URL"] = self._start_chain(env)
        self._prepare(env)
        for child in _services(plan, env, self.journal):
            self.children.append(child)
            child.start()
        self._wait_for_web()
        if plan.demo and plan.cases:
            self._show_cases(env)
        self._greet()

    def watch(self) -> NoReturn:
        """Restart what dies, until Stop is raised."""
        while True:
            self._revive()
            time.sleep(0.2)

    def _revive(self) -> None:
        """Start again what has died, the database first; needed from the first child on, not only once all is up."""
        for child in (self.database, *self.children):
            if child is not None:
                child.revive()

    def stop(self) -> None:
        """End all children: first those that use the database, then the database."""
        self.database_note.unlink(missing_ok=True)
        self.chain_note.unlink(missing_ok=True)
        running = (*self.tasks, *self.children)
        for child in running:
            child.ask_to_stop()
        patience = time.monotonic() + 1.5
        for child in running:
            child.end(by=patience)
        if self.database is not None:
            self.database.ask_to_stop()
            self.database.end(by=time.monotonic() + 1.0)

    def _start_database(self) -> str:
        plan = self.plan
        cluster = postgres.open_cluster(home=postgres.home_for(var=plan.var))
        cluster.end_orphan()
        if plan.pg_port is not None:
            _require_free(plan.pg_port, "--pg-port")
        port = plan.pg_port or ports.own_port(var=plan.var)
        self.database = Child(
            name="postgres",
            command=cluster.command(port=port),
            cwd=cluster.home,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            journal=self.journal,
            user=cluster.user,
            stop_signal=signal.SIGINT,
            last_signal=signal.SIGQUIT,
            before_restart=cluster.end_orphan,
        )
        self.database.start()
        cluster.wait(port=port, server=self.database.process)
        cluster.ensure_database(port=port, name=DATABASE)
        url = cluster.url(port=port, database=DATABASE)
        self.database_note.touch(mode=0o600)
        self.database_note.write_text(url)
        return url

    def _start_chain(self, env: dict[str, str]) -> str:
        """Start the embedded node; nobody waits for it, since a chain that is away costs only delay."""
        plan = self.plan
        if plan.chain_port is not None:
            _require_free(plan.chain_port, "--chain-port")
        port = plan.chain_port or ports.own_port(var=plan.var, name="chain")
        command = [sys.executable, "-m", "config.cli", "chain-node", "--port", str(port)]
        node = Child(name="chain", command=command, cwd=BASE, env=env, journal=self.journal)
        self.children.append(node)
        node.start()
        url = f"http://127.0.0.1:{port}"
        self.chain_note.write_text(url)
        return url

    def _prepare(self, env: dict[str, str]) -> None:
        words = ["migrate", *(["--demo"] if self.plan.demo else [])]
        if self._ended_badly(env, "migrate", words):
            raise LaunchError(
                "数据库升级或演示数据载入失败，原因见上方日志。(migration failed, see the log above)"
            )

    def _show_cases(self, env: dict[str, str]) -> None:
        """File the demonstration's cases; the house stands without them."""
        if self._ended_badly(env, "demo", ["demo", "--cases"]):
            self.journal.say("演示办件没有载入，原因见上方日志；平台可以照常使用。")

    def _ended_badly(self, env: dict[str, str], name: str, words: list[str]) -> bool:
        """Run a command of the house to its end; what dies meanwhile is started again, the command itself is not."""
        command = [sys.executable, "-m", "config.cli", *words]
        task = Child(name=name, command=command, cwd=BASE, env=env, journal=self.journal)
        self.tasks.append(task)
        task.start()
        while (code := task.process.poll()) is None:
            self._revive()
            time.sleep(0.1)
        self.tasks.remove(task)
        return code != 0

    def _wait_for_web(self, *, seconds: float = 90) -> None:
        give_up = time.monotonic() + seconds
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.plan.port}/healthz", timeout=2).close()
                return
            if time.monotonic() > give_up:
                raise LaunchError("网站未能启动，原因见上方日志。(the web process did not answer)")
            self._revive()
            time.sleep(0.1)

    def _greet(self) -> None:
        web = f"http://127.0.0.1:{self.plan.port}"
        lines = ["绿办已启动，按 Ctrl-C 停止。", f"  企业办事    {web}/", f"  办公平台    {web}/office/"]
        if any(child.name == "sandbox" for child in self.children):
            lines.append(f"  模拟外部系统  http://127.0.0.1:{self.plan.sandbox_port}/")
        greeting = self.plan.var / "greeting.txt"
        if greeting.exists():
            lines += greeting.read_text(encoding="utf-8").splitlines()
        for line in lines:
            self.journal.say(line)


def _services(plan: Plan, env: dict[str, str], journal: Journal) -> Iterator[Child]:
    """The children that serve, in starting order."""
    python = sys.executable
    if find_spec("sandbox") is not None and find_spec("sandbox.__main__") is not None:
        command = [python, "-m", "sandbox", "--port", str(plan.sandbox_port), "--var", str(plan.var)]
        yield Child(name="sandbox", command=command, cwd=BASE, env=env, journal=journal)
    for number in range(1, plan.workers + 1):
        command = [python, "-m", "config.cli", "manage", "procrastinate", "worker", "--concurrency", "1"]
        # A worker asked to stop without its database waits for ever; an effect cut short is taken up again.
        orphan = signal.SIGKILL
        yield Child(
            name=f"worker{number}", command=command, cwd=BASE, env=env, journal=journal, orphan_signal=orphan
        )
    listens = f"--interface wsgi --no-ws --http 1 --host 127.0.0.1 --port {plan.port} --log-level warning"
    # A web process still starting loses the request to stop that reaches it then: it is ended after a second.
    serves = f"--workers {plan.web} --blocking-threads 4 --workers-kill-timeout 1"
    command = [python, "-m", "granian", *listens.split(), *serves.split(), "config.wsgi:application"]
    yield Child(name="web", command=command, cwd=BASE, env=env, journal=journal)


def _environment(plan: Plan, database_url: str) -> dict[str, str]:
    env = dict(os.environ)
    env |= {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LUBAN_VAR": str(plan.var),
        "LUBAN_PORT": str(plan.port),
        "LUBAN_SANDBOX_PORT": str(plan.sandbox_port),
        "PYTHONUNBUFFERED": "1",
    }
    env.setdefault(METRICS, str(plan.var / "metrics"))
    env.setdefault("LUBAN_SANDBOX_URL", f"http://127.0.0.1:{plan.sandbox_port}")
    env.setdefault("LUBAN_PUBLIC_URL", f"http://127.0.0.1:{plan.port}")
    if plan.now:
        env |= {"LUBAN_NOW": plan.now, "LUBAN_NOW_SINCE": str(time.time())}
    return env


def _empty(folder: Path) -> None:
    """An empty folder for the counts of this start's processes."""
    folder.mkdir(parents=True, exist_ok=True)
    for counts in folder.glob("*.db"):
        counts.unlink()


def _require_free(port: int, option: str) -> None:
    if not ports.is_free(port):
        raise LaunchError(
            f"端口 {port} 已被占用，请关闭占用它的程序，或用 {option} 换一个端口。"
            f"(port {port} is in use; choose another with {option})"
        )


@contextlib.contextmanager
def _sole_launcher(var: Path) -> Iterator[None]:
    with (var / "luban.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            owner = lock.read().strip() or "?"
            raise LaunchError(
                f"{var} 中的绿办已在运行（进程 {owner}），请先停止它，或用 LUBAN_VAR 另选目录。(already running)"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _raise_stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stop
