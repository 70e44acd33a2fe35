"""One child process with a name: its lines in the common log, its restarts, its end."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from config.processes import spawn

_SETTLED_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 30.0
_LOG_BYTES = 10 * 1024 * 1024


class Journal:
    """The one log: every line with its writer's name, on the terminal and in a file (the last one kept as .1)."""

    def __init__(self, path: Path) -> None:
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        self._file = path.open("ab", buffering=0)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def say(self, line: str) -> None:
        """Write a line of the launcher itself."""
        self.write("luban", line.encode())

    def write(self, name: str, line: bytes) -> None:
        """Write one line of `name`; a closed terminal does not matter."""
        data = f"{name:<8} │ ".encode() + line.rstrip(b"\r\n") + b"\n"
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._file.write(data)
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


class Child:
    """A process that is started, watched, restarted with growing pauses, and ended together with its descendants.

    `orphan_signal` is what it gets when the launcher itself dies, so that nobody is left to insist (the stop signal
    unless given).
    """

    def __init__(
        self,
        *,
        name: str,
        command: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        journal: Journal,
        user: tuple[int, int] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        last_signal: signal.Signals = signal.SIGKILL,
        orphan_signal: signal.Signals | None = None,
        before_restart: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self._command, self._cwd, self._env, self._user = list(command), cwd, dict(env), user
        self._journal = journal
        self._stop_signal, self._last_signal = stop_signal, last_signal
        self._orphan_signal = orphan_signal or stop_signal
        self._before_restart = before_restart
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._wait = 0.0
        self._due: float | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process; only after `start`."""
        if self._process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self._process

    def start(self) -> None:
        """Start the process; its lines go to the journal."""
        self._process = spawn(
            command=self._command,
            cwd=self._cwd,
            env=self._env,
            user=self._user,
            death_signal=self._orphan_signal,
            output=subprocess.PIPE,
        )
        self._started_at, self._due = time.monotonic(), None
        threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True).start()

    def revive(self) -> None:
        """If the process has died: note it, wait 1, 2, 4 … 30 s (less after a long life), start it again."""
        if self._process is None or self._process.poll() is None:
            return
        now = time.monotonic()
        if self._due is None:
            young = now - self._started_at < _SETTLED_SECONDS
            self._wait = min(self._wait * 2 or 1.0, _LONGEST_WAIT_SECONDS) if young else 1.0
            self._due = now + self._wait
            code = self._process.returncode
            self._journal.say(f"{self.name} 意外退出（{code}），{self._wait:.0f} 秒后重启。")
        elif now >= self._due:
            self.restart()

    @property
    def pause(self) -> float:
        """The seconds between the last death and the start after it."""
        return self._wait

    def restart(self) -> None:
        """Start again now, after ending what the dead process may have left running."""
        self._signal(signal.SIGKILL)
        if self._before_restart is not None:
            self._before_restart()
        self.start()

    def ask_to_stop(self) -> None:
        """Ask politely; returns at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._stop_signal)

    def end(self, *, by: float) -> None:
        """Wait until the monotonic time `by`, then end the process and whatever it started."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, by - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.send_signal(self._last_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        """Signal the child's whole group: also descendants that outlived it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _pump(self, lines: IO[bytes] | None) -> None:
        if lines is not None:
            with contextlib.suppress(ValueError):
                for line in lines:
                    self._journal.write(self.name, line)
