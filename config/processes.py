"""Starting child processes that never outlive their parent.

Every process of the house is a child of `luban up` (or of a test run). On Linux the kernel is asked to signal the
child when its parent dies, so that even `kill -9` on the parent leaves nothing behind. The request must be made in
the child after its user has changed, because a change of user clears it.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent(death_signal: int, parent: int) -> Callable[[], None]:
    """Return the function a new child runs before it becomes its program."""

    def prepare() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def spawn(
    *,
    command: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    user: tuple[int, int] | None = None,
    death_signal: int = signal.SIGTERM,
    output: int | IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` as a child that gets `death_signal` when this process dies.

    `user` is (uid, gid) to become, only possible as root. The child leads its own process group, so that a Ctrl-C in
    the terminal reaches the parent alone, which then stops its children in order. Call it from the main thread:
    the kernel watches the thread that started the child. `output` takes both stdout and stderr.
    """
    uid, gid = user if user is not None else (None, None)
    return subprocess.Popen(
        list(command),
        cwd=cwd,
        env=dict(env) if env is not None else None,
        user=uid,
        group=gid,
        extra_groups=[] if user is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        process_group=0,
        # It only calls into an already loaded library, so other threads of the parent cannot lock it up.
        preexec_fn=_die_with_parent(death_signal, os.getpid()),  # noqa: PLW1509
    )
