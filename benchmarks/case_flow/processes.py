"""The house's processes seen from outside: their processor seconds, their memory, and holding them still.

A figure in seconds means little on a machine that is busy with something else, so what others took is measured beside.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 1024
_TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """A process and everything below it; nothing when it has ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def cpu_seconds(pids: Sequence[int]) -> float:
    """Processor seconds spent so far, user and system, by them and by their children that have ended."""
    return sum(_ticks(pid) for pid in pids) / _TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


class Others:
    """What processes other than the house and the benchmark take of the machine."""

    def __init__(self, house: int) -> None:
        self._house = house
        self._began = self._now()

    def share(self) -> float:
        """Their part (0 to 1) of all processor time since this was made."""
        own, busy, total = (now - then for now, then in zip(self._now(), self._began, strict=True))
        return max(0.0, min(1.0, (busy - own) / total)) if total else 0.0

    def _now(self) -> tuple[float, float, float]:
        words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
        ticks = [int(word) / _TICKS for word in words]
        idle = ticks[3] + ticks[4]
        return cpu_seconds(tree(self._house)) + sum(os.times()[:4]), sum(ticks) - idle, sum(ticks)


def resident_mb(pids: Sequence[int]) -> float:
    """Resident memory of the largest in MB, the pages it shares with others included."""
    return max(_resident(pid) for pid in pids) / MEGABYTE


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@contextmanager
def held(pids: Sequence[int]) -> Iterator[None]:
    """Processes that stand still for a while (SIGSTOP), and go on afterwards however the while ends."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
