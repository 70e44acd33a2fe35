"""What was measured, beside what it should be: a table for the terminal."""

from __future__ import annotations

import os
import platform
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Target:
    """What a figure should be: at most or at least `bound`; `goal` is where it should get to (None: nothing more)."""

    kind: Literal["<=", ">="]
    bound: float
    goal: float | None = None

    def reached(self, value: float) -> bool:
        """Whether the figure is there."""
        return value <= self.bound if self.kind == "<=" else value >= self.bound

    def __str__(self) -> str:
        goal = f" (goal {self.goal:g})" if self.goal is not None else ""
        return f"{self.kind} {self.bound:g}{goal}"


STATEMENTS_A_CASE = Target("<=", 60, 40)
STATEMENTS_A_PAGE = Target("<=", 15)
CASES_OVER_HTTP = Target(">=", 10, 25)
CASES_IN_PROCESS = Target(">=", 50, 100)
DOCUMENTS = Target(">=", 10)
WORKLIST_MS = Target("<=", 150, 50)
SEALED_MS = Target("<=", 100)
MEMORY_MB = Target("<=", 300)


@dataclass(frozen=True)
class Figure:
    """One line: what, how much, of what, and what it should be."""

    what: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether there is a target and the figure is not there."""
        return self.target is not None and not self.target.reached(self.value)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def millis(what: str, seconds: Sequence[float], target: Target | None = None) -> Figure:
    """A line of a kind of request: its 95th percentile, the median beside it."""
    half = statistics.median(seconds) * 1000
    return Figure(what, percentile(seconds, 0.95) * 1000, "ms p95", target, f"p50 {half:.0f} ms")


def machine(*, postgres: str) -> str:
    """What it ran on."""
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()},"
        f" PostgreSQL {postgres}, load {load:.1f} at the end"
    )


def table(figures: Iterable[Figure]) -> str:
    """The lines as columns."""
    rows = [("", "measured", "", "target", "reached", "")]
    rows += [
        (
            f.what,
            f"{f.value:,.1f}" if f.value < 100 else f"{f.value:,.0f}",
            f.unit,
            str(f.target or ""),
            "" if f.target is None else "no" if f.missed else "yes",
            f.note,
        )
        for f in figures
    ]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        " " * (width - _width(cell)) + cell if n == 1 else cell + " " * (width - _width(cell))
        for n, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
