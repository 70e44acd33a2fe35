"""Many cases, read once, come to the figures of a chapter: in all, and by a dimension or by slices of time. Pure.

Every indicator counts a case when its own day falls in the period, and by time in the slice of that day. By a
dimension a case counts under each of its values, once; lines of a table count under their own value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luban.kit.statistics import ROWS, Dimension, Indicator, Ratio, Span
from luban.stages.export.counting import Counting, Record, counter, percent
from luban.stages.export.days import DayCount

Figure = Mapping[str, Any]
"""What each indicator comes to, by its code."""


@dataclass(frozen=True)
class Tally:
    """The figures in all, and those of each group: (value, name, figures); by time in order, else most cases first."""

    totals: Figure
    groups: tuple[tuple[str, str, Figure], ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to count. `dimension` None: by time, in slices named by `slices`. `lines` are values the lines of a table
    must have: (code, value)."""

    parts: Sequence[Indicator]
    since: str
    until: str
    dimension: Dimension | None
    slices: Callable[[str], str]
    lines: Sequence[tuple[str, str]] = ()


def tally(*, records: Iterable[Record], wanted: Wanted, days: DayCount) -> Tally:
    """Count `records`: days as text by their names, facts by theirs, `_pauses` and `_overdue` where spans ask for
    them."""
    return _Counted(wanted, days).of(records)


def day_of(part: Any) -> str:
    """The day that decides whether and when an indicator counts a case: of a span the day it ends."""
    name: str = part.until if isinstance(part, Span) else part.on
    return name


class _Counted:
    """The counters of one reading: in all and by group."""

    def __init__(self, wanted: Wanted, days: DayCount) -> None:
        self.wanted, self.days = wanted, days
        self.parts = [part for part in wanted.parts if not isinstance(part, Ratio)]
        self.on = [day_of(part) for part in self.parts]
        self.totals = self._fresh()
        dimension = wanted.dimension
        self.several = dimension is not None and (dimension.many or dimension.of_rows)
        self.groups: dict[str, list[Counting]] = {}
        self.names: dict[str, str] = {}

    def _fresh(self) -> list[Counting]:
        return [counter(part, days=self.days) for part in self.parts]

    def of(self, records: Iterable[Record]) -> Tally:
        since, until = self.wanted.since, self.wanted.until
        for record in records:  # the loop that decides what a page of a hundred thousand cases costs
            lines = self._lines(record)
            values: dict[str, Sequence[Record]] | None = None
            for n, name in enumerate(self.on):
                day = record.get(name)
                if not day or not since <= day <= until:
                    continue
                if self.wanted.dimension is None:
                    self._group(self.wanted.slices(day))[n].add(record, lines)
                    continue
                if self.several:
                    self.totals[n].add(record, lines)
                if values is None:
                    values = self._values(self.wanted.dimension, record, lines)
                for value, own in values.items():
                    self._group(value)[n].add(record, own)
        if not self.several:
            for held in self.groups.values():
                for total, part in zip(self.totals, held, strict=True):
                    total.merge(part)
        return self._told()

    def _group(self, value: str) -> list[Counting]:
        held = self.groups.get(value)
        if held is None:
            held = self.groups[value] = self._fresh()
        return held

    def _lines(self, record: Record) -> Sequence[Record]:
        lines: Sequence[Record] = record.get(ROWS) or ()
        if self.wanted.lines:
            return [one for one in lines if all(one.get(code) == value for code, value in self.wanted.lines)]
        return lines

    def _values(
        self, dimension: Dimension, record: Record, lines: Sequence[Record]
    ) -> dict[str, Sequence[Record]]:
        """The values a case counts under, each with the lines that are its."""
        if dimension.of_rows:
            found: dict[str, list[Record]] = {}
            for line in lines:
                found.setdefault(str(line.get(dimension.code) or ""), []).append(line)
            return dict(found) or {"": ()}
        held = record.get(dimension.code)
        values = held if isinstance(held, list) else [held]
        return dict.fromkeys((self._key(dimension, str(v or "")) for v in values or [""]), lines)

    def _key(self, dimension: Dimension, value: str) -> str:
        if not dimension.labelled:
            return value
        key, _, name = value.partition(" ")
        self.names[key] = name or key
        return key

    def _told(self) -> Tally:
        groups = [
            (value, self.names.get(value, ""), self._figure(held)) for value, held in self.groups.items()
        ]
        if self.wanted.dimension is None:
            groups.sort(key=lambda one: one[0])
        else:
            first = self.parts[0].code if self.parts else ""
            groups.sort(key=lambda one: (-weight(one[2].get(first)), one[0]))
        return Tally(self._figure(self.totals), tuple(groups))

    def _figure(self, counters: Sequence[Counting]) -> Figure:
        told = {part.code: one.told() for part, one in zip(self.parts, counters, strict=True)}
        for part in self.wanted.parts:
            if isinstance(part, Ratio):
                told[part.code] = percent(told[part.part], told[part.whole])
        return told


def weight(value: Any) -> Decimal:
    """How much a figure weighs in the order of groups."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, tuple):
        return Decimal(sum(v for v in value if v is not None))
    n: int = getattr(value, "of", 0) or getattr(getattr(value, "calendar", None), "n", 0)
    return Decimal(n)
