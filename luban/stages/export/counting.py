"""One indicator over many cases: a counter for each kind of `kit.statistics`, and what it comes to. Pure.

`COUNTERS` makes the counter of an indicator; `add` takes one case, `told` says the figure. Percentages and means keep
one decimal place, rounded half up; there is no mean of nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from math import ceil
from typing import Any, Protocol

from luban.kit.statistics import Bands, Count, Distinct, Factors, Hits, Mean, Measure, Share, Span
from luban.stages.export.days import DayCount

PAUSES, OVERDUE = "_pauses", "_overdue"
"""What a record holds beside facts: the text of the pauses a case keeps, and the codes of the clocks that ran out."""
Record = Mapping[str, Any]
TENTH = Decimal("0.1")
HUNDRED = 100
P90 = 0.9


class Counting(Protocol):
    """A counter. `lines` are the lines of `rows` that belong to the group it counts."""

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        """Count a case."""

    def merge(self, other: Any) -> None:
        """Count what another counter of the same indicator has counted."""

    def told(self) -> Any:
        """The figure."""


@dataclass(frozen=True)
class Shared:
    """`hit` of `of` cases."""

    hit: int
    of: int

    @property
    def percent(self) -> Decimal | None:
        """The share; None of nothing."""
        return percent(self.hit, self.of)


@dataclass(frozen=True)
class Spread:
    """How numbers of days are spread: mean, median (the mean of the two in the middle), P90 (nearest rank), longest."""

    n: int = 0
    mean: Decimal | None = None
    median: Decimal | None = None
    p90: int | None = None
    longest: int | None = None


@dataclass(frozen=True)
class Spans:
    """How long cases took, in calendar days, working days and net working days, and how many were overdue."""

    calendar: Spread
    working: Spread
    net: Spread
    overdue: int

    @property
    def late(self) -> Decimal | None:
        """Percent overdue."""
        return percent(self.overdue, self.calendar.n)


@dataclass(frozen=True)
class Hit:
    """How many of `of` cases each name was found in, a number per kind."""

    of: int
    found: Mapping[str, tuple[int, ...]]


def rounded(value: Decimal) -> Decimal:
    """One decimal place, half up."""
    return value.quantize(TENTH, ROUND_HALF_UP)


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Percent, one decimal place; None of nothing."""
    return rounded(Decimal(part) * HUNDRED / Decimal(whole)) if whole else None


def spread_of(counted: Mapping[int, int]) -> Spread:
    """The spread of numbers, each with how often it came."""
    n = sum(counted.values())
    if not n:
        return Spread()
    ranked = sorted(counted.items())
    low, high = _ranked(ranked, (n + 1) // 2), _ranked(ranked, n // 2 + 1)
    total = sum(value * times for value, times in ranked)
    return Spread(
        n,
        rounded(Decimal(total) / n),
        rounded(Decimal(low + high) / 2),
        _ranked(ranked, ceil(P90 * n)),
        ranked[-1][0],
    )


def _ranked(ranked: Iterable[tuple[int, int]], rank: int) -> int:
    """The number at a rank, from 1."""
    passed = 0
    for value, times in ranked:
        passed += times
        if passed >= rank:
            return value
    return 0


@lru_cache(maxsize=100_000)
def number(value: Any) -> Decimal | None:
    """A stored number; None where it is none."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


class _Cases:
    def __init__(self, part: Count) -> None:
        self.outcomes = frozenset(part.outcomes)
        self.n = 0

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        self.n += not self.outcomes or record["outcome"] in self.outcomes

    def merge(self, other: _Cases) -> None:
        self.n += other.n

    def told(self) -> int:
        return self.n


class _Distinct:
    def __init__(self, part: Distinct) -> None:
        self.code, self.seen = part.code, set[str]()

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        value = record.get(self.code)
        self.seen.update(value if isinstance(value, list) else [value] if value else [])

    def merge(self, other: _Distinct) -> None:
        self.seen |= other.seen

    def told(self) -> int:
        return len(self.seen)


class _Sum:
    def __init__(self, part: Measure) -> None:
        self.code, self.of_rows, self.total = part.code, part.of_rows, Decimal(0)

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        for one in lines if self.of_rows else (record,):
            self.total += number(one.get(self.code)) or 0

    def merge(self, other: _Sum) -> None:
        self.total += other.total

    def told(self) -> Decimal:
        return self.total


class _Share:
    def __init__(self, part: Share) -> None:
        self.fact, self.values, self.hit, self.of = part.fact, frozenset(part.values), 0, 0

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        value = record.get(self.fact)
        self.of += bool(value)
        self.hit += value in self.values

    def merge(self, other: _Share) -> None:
        self.hit, self.of = self.hit + other.hit, self.of + other.of

    def told(self) -> Shared:
        return Shared(self.hit, self.of)


class _Mean:
    def __init__(self, part: Mean) -> None:
        self.fact, self.total, self.n = part.fact, Decimal(0), 0

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        value = number(record.get(self.fact))
        if value is not None:
            self.total, self.n = self.total + value, self.n + 1

    def merge(self, other: _Mean) -> None:
        self.total, self.n = self.total + other.total, self.n + other.n

    def told(self) -> Decimal | None:
        return rounded(self.total / self.n) if self.n else None


class _Bands:
    def __init__(self, part: Bands) -> None:
        self.fact, self.bands = part.fact, part.bands
        self.counts = [0] * len(part.bands)

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        value = number(record.get(self.fact))
        if value is None:
            return
        for i, (_, least) in enumerate(self.bands):
            if least is None or value >= least:
                self.counts[i] += 1
                return

    def merge(self, other: _Bands) -> None:
        self.counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]

    def told(self) -> tuple[int, ...]:
        return tuple(self.counts)


class _Factors:
    """Counts whole sheets (equal ones are one object, see `projection`) and adds up their factors at the end."""

    def __init__(self, part: Factors) -> None:
        self.fact, self.names = part.fact, [code for code, _ in part.names]
        self.seen: dict[int, tuple[Mapping[str, int], int]] = {}

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        points = record.get(self.fact)
        if points:
            self._count(points, 1)

    def _count(self, points: Mapping[str, int], times: int) -> None:
        self.seen[id(points)] = (points, self.seen.get(id(points), (points, 0))[1] + times)

    def merge(self, other: _Factors) -> None:
        for points, times in other.seen.values():
            self._count(points, times)

    def told(self) -> tuple[Decimal | None, ...]:
        totals, n = Counter[str](), Counter[str]()
        for points, times in self.seen.values():
            for code, value in points.items():
                totals[code] += value * times
                n[code] += times
        return tuple(rounded(Decimal(totals[code]) / n[code]) if n[code] else None for code in self.names)


class _Hits:
    def __init__(self, part: Hits) -> None:
        self.kinds = [fact for fact, _ in part.kinds]
        self.names = [code for code, _ in part.names]
        self.found = [Counter[str]() for _ in self.kinds]
        self.of = 0

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        self.of += 1
        for found, fact in zip(self.found, self.kinds, strict=True):
            found.update(set(record.get(fact) or ()))

    def merge(self, other: _Hits) -> None:
        self.of += other.of
        for mine, theirs in zip(self.found, other.found, strict=True):
            mine.update(theirs)

    def told(self) -> Hit:
        return Hit(self.of, {name: tuple(one[name] for one in self.found) for name in self.names})


class _Spans:
    """Counts equal spans (two days and the pauses between) and works out each of them once, at the end."""

    def __init__(self, part: Span, days: DayCount) -> None:
        self.part, self.days, self.overdue = part, days, 0
        self.seen = Counter[tuple[str, str, str]]()

    def add(self, record: Record, lines: Sequence[Record]) -> None:
        since, until = record.get(self.part.since), record.get(self.part.until)
        if since and until and since <= until:
            self.seen[since, until, record[PAUSES]] += 1
            self.overdue += bool(record[OVERDUE]) and overdue(record, self.part)

    def merge(self, other: _Spans) -> None:
        self.overdue += other.overdue
        self.seen.update(other.seen)

    def told(self) -> Spans:
        counted = (Counter[int](), Counter[int](), Counter[int]())
        for (since, until, pauses), times in self.seen.items():
            spent = self.days.spent(since=since, until=until, pauses=pauses, paused_by=self.part.paused_by)
            for one, value in zip(counted, spent, strict=True):
                one[value] += times
        calendar, working, net = (spread_of(one) for one in counted)
        return Spans(calendar, working, net, self.overdue)


def overdue(record: Record, part: Span) -> bool:
    """Whether one of the span's clocks ran out."""
    return any(code in part.limits for code in record[OVERDUE])


def counter(part: Any, *, days: DayCount) -> Counting:
    """The counter of an indicator (not of a Ratio, which is worked out of others)."""
    if isinstance(part, Span):
        return _Spans(part, days)
    made: Counting = COUNTERS[type(part)](part)
    return made


COUNTERS: Mapping[type, Callable[[Any], Counting]] = {
    Count: _Cases,
    Distinct: _Distinct,
    Measure: _Sum,
    Share: _Share,
    Mean: _Mean,
    Bands: _Bands,
    Factors: _Factors,
    Hits: _Hits,
}
