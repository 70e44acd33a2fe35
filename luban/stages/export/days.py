"""Days of many cases, fast: which slice of time a day belongs to, and how long something took.

Days are texts (2026-07-02), as facts keep them; they compare and cache well. Working days come from a running count over
the calendar, so a span costs two look-ups however long it is. Same arithmetic as `kit.clock`: the first day does
not count, the last does; pauses are `(start, end]`, together they count once. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from luban.kit.clock import WorkCalendar, wd_between

DAY, WEEK, MONTH, QUARTER, YEAR = "day", "week", "month", "quarter", "year"
SLICES = ((DAY, "日"), (WEEK, "周"), (MONTH, "月"), (QUARTER, "季"), (YEAR, "年"))
FIRST, LAST = date(2015, 1, 1), date(2045, 12, 31)
MONTHS_A_QUARTER = 3
Stored = Sequence[str | None]
"""A pause as a case keeps it: first day, last day (None: still standing), reason."""


def slicer(unit: str) -> Callable[[str], str]:
    """Names the slice a day belongs to: 2026-07-02, 2026年第27周 (ISO week), 2026-07, 2026年第3季度, 2026年.

    Names of one unit sort by time. Raises KeyError for an unknown unit.
    """
    return _SLICERS[unit]


def _day(day: str) -> str:
    return day


@cache
def _week(day: str) -> str:
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}年第{week:02d}周"


def _month(day: str) -> str:
    return day[: len("2026-07")]


@cache
def _quarter(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.year}年第{(found.month - 1) // MONTHS_A_QUARTER + 1}季度"


def _year(day: str) -> str:
    return f"{day[:4]}年"


_SLICERS: Mapping[str, Callable[[str], str]] = {
    DAY: _day,
    WEEK: _week,
    MONTH: _month,
    QUARTER: _quarter,
    YEAR: _year,
}


class DayCount:
    """Calendar days, working days and net working days between days written as text."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self._known: dict[str, tuple[int, int]] = {}
        self._upto: list[int] = []
        self._spent: dict[tuple[Any, ...], tuple[int, int, int]] = {}

    def spent(
        self, *, since: str, until: str, pauses: str, paused_by: tuple[str, ...] | None = None
    ) -> tuple[int, int, int]:
        """Calendar days, working days, working days less pauses of `(since, until]`; `pauses` is their JSON.

        `paused_by` None: every pause counts; else those of the reasons named. Equal spans are worked out once.
        """
        key = (since, until, pauses, paused_by)
        found = self._spent.get(key)
        if found is None:
            found = self._spent[key] = self._counted_out(since, until, json.loads(pauses), paused_by)
        return found

    def _counted_out(
        self, since: str, until: str, pauses: Iterable[Stored], paused_by: tuple[str, ...] | None
    ) -> tuple[int, int, int]:
        (first, worked), (last, worked_by) = self._at(since), self._at(until)
        days, still = worked_by - worked, 0
        for start, end in _together(self._within(pauses, paused_by, since, until)):
            still += self._at(end)[1] - self._at(start)[1]
        return last - first, days, days - still

    def _within(
        self, pauses: Iterable[Stored], paused_by: tuple[str, ...] | None, since: str, until: str
    ) -> list[tuple[str, str]]:
        """The parts of pauses that fall in the span."""
        found = []
        for start, end, reason in pauses:
            if paused_by is None or reason in paused_by:
                first, last = max(start or since, since), min(end or until, until)
                if first < last:
                    found.append((first, last))
        return found

    def _at(self, day: str) -> tuple[int, int]:
        """The ordinal of a day and the working days from a fixed day up to and including it."""
        held = self._known.get(day)
        if held is None:
            held = self._known[day] = self._counted(date.fromisoformat(day))
        return held

    def _counted(self, day: date) -> tuple[int, int]:
        if not FIRST <= day <= LAST:
            return day.toordinal(), wd_between(a=FIRST, b=day, calendar=self.calendar)
        if not self._upto:
            total = 0
            for n in range((LAST - FIRST).days + 1):
                total += n > 0 and self.calendar.is_workday(FIRST + timedelta(days=n))
                self._upto.append(total)
        return day.toordinal(), self._upto[(day - FIRST).days]


def _together(spans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Spans that overlap made one."""
    if len(spans) < 2:
        return spans
    joined: list[tuple[str, str]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
