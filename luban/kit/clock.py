"""What time it is, and how many working days remain.

There is one clock object in the product, ``clock``. Nothing else asks the machine for the time, so a demonstration
or a test can live on any day: ``LUBAN_NOW=2026-03-02`` starts the clock there and lets it run on
(a date alone starts at 09:00, when the counters open). ``LUBAN_NOW_SINCE`` (Unix seconds) says when that was true,
so that several processes, and a process restarted later, agree.

Below it stands the working-day arithmetic of the whole house, as pure functions over a ``WorkCalendar``.
The day of the event does not count; a pause is ``(start, end]``: the day it starts counts as used, the day it ends
does not, counting goes on the next day. Overlapping pauses count once.
"""

import os
import time
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
OPENING = time_of_day(9, 0)
SATURDAY = 5
LONGEST = 366 * 30  # days searched for a due date before the declaration itself must be wrong

Unit = Literal["wd", "cd"]
"""``wd`` working days (工作日), ``cd`` calendar days (自然日)."""


class ClockError(ValueError):
    """A moment or a limit that cannot be understood; the message is for the person who set it."""


def moment_of(value: datetime | date | str) -> datetime:
    """An aware moment in Asia/Shanghai: a naive one is taken as local, a date alone means 09:00. Raises ClockError."""
    if isinstance(value, str):
        try:
            value = (
                date.fromisoformat(value)
                if len(value) == len("2026-03-02")
                else datetime.fromisoformat(value)
            )
        except ValueError as error:
            raise ClockError(f"“{value}”不是日期或时刻，请写成 2026-03-02 或 2026-03-02T10:30。") from error
    if not isinstance(value, datetime):
        value = datetime.combine(value, OPENING)
    return value.replace(tzinfo=ZONE) if value.tzinfo is None else value.astimezone(ZONE)


class Clock:
    """The time of the house. ``now()`` is aware, Asia/Shanghai; ``today()`` is its date."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._offset = timedelta(0)
        self._frozen: datetime | None = None
        environ = {} if environ is None else environ
        if start := environ.get("LUBAN_NOW", "").strip():
            since = environ.get("LUBAN_NOW_SINCE", "").strip()
            real = datetime.fromtimestamp(float(since), ZONE) if since else self._real()
            self._offset = moment_of(start) - real

    @staticmethod
    def _real() -> datetime:
        return datetime.fromtimestamp(time.time(), ZONE)

    def now(self) -> datetime:
        """The present moment, aware, in Asia/Shanghai."""
        return self._frozen if self._frozen is not None else (self._real() + self._offset).astimezone(ZONE)

    def today(self) -> date:
        """The present date in Shanghai."""
        return self.now().date()

    def set(self, moment: datetime | date | str | None) -> None:
        """Move the clock to ``moment`` and let it run on from there; ``None`` returns it to the real time."""
        self._frozen = None
        self._offset = timedelta(0) if moment is None else moment_of(moment) - self._real()

    @contextmanager
    def at(self, moment: datetime | date | str) -> Iterator["Clock"]:
        """Hold the clock still at ``moment`` inside the block (tests, recalculation); nests."""
        before = (self._offset, self._frozen)
        self._frozen = moment_of(moment)
        try:
            yield self
        finally:
            self._offset, self._frozen = before


clock = Clock(os.environ)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days: the days that differ from Monday–Friday, and the years for which the arrangement is published.

    ``exceptions`` maps a date to whether it is a working day (False: a holiday on a weekday; True: a weekend worked).
    Years outside ``known_years`` are counted by weekends only and are provisional (暂定).
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        stated = self.exceptions.get(day)
        return day.weekday() < SATURDAY if stated is None else stated

    def is_provisional(self, *days: date) -> bool:
        """Whether any of ``days`` lies in a year whose holidays are not yet published."""
        return any(day.year not in self.known_years for day in days)

    def next_workday(self, day: date) -> date:
        """``day`` itself when it is a working day, otherwise the first one after it."""
        for _ in range(LONGEST):
            if self.is_workday(day):
                return day
            day += DAY
        raise ClockError("工作日历中找不到工作日，请检查工作日历。")


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still on ``(start, end]``; ``end`` None: still standing. ``reason`` is a code of 停表原因."""

    start: date
    end: date | None
    reason: str = ""


def _paused(day: date, pauses: Iterable[Pause]) -> bool:
    return any(pause.start < day and (pause.end is None or day <= pause.end) for pause in pauses)


def _counts(day: date, unit: Unit, pauses: tuple[Pause, ...], calendar: WorkCalendar) -> bool:
    return (unit == "cd" or calendar.is_workday(day)) and not _paused(day, pauses)


def _days_between(after: date, until: date) -> Iterator[date]:
    return (after + timedelta(days=n) for n in range(1, (until - after).days + 1))


def wd_between(*, a: date, b: date, calendar: WorkCalendar) -> int:
    """Working days in ``(a, b]``; negative when ``b`` is before ``a``, so that spans add up. Source: README 5.2."""
    if b < a:
        return -wd_between(a=b, b=a, calendar=calendar)
    return sum(1 for day in _days_between(a, b) if calendar.is_workday(day))


def used_days(
    *, start: date, on: date, unit: Unit, calendar: WorkCalendar, pauses: Iterable[Pause] = ()
) -> int:
    """Days used up at the end of ``on``, counting from the day after ``start``, pauses left out; 0 before ``start``."""
    still = tuple(pauses)
    return sum(1 for day in _days_between(start, on) if _counts(day, unit, still, calendar))


def due_date(
    *,
    start: date,
    n: int,
    unit: Unit,
    calendar: WorkCalendar,
    pauses: Iterable[Pause] = (),
    extension: int = 0,
) -> date | None:
    """The last day in time: the earliest day by which ``n + extension`` days are used up.

    Calendar days that end on a day off move to the next working day. None while an open pause keeps the day unknown.
    Raises ClockError when ``n`` or ``extension`` is negative. Source: README 5.2.
    """
    raw = _raw_due(start, _length(n, extension), unit, tuple(pauses), calendar)
    return calendar.next_workday(raw) if raw is not None and unit == "cd" else raw


def days_left(
    *,
    start: date,
    n: int,
    unit: Unit,
    on: date,
    calendar: WorkCalendar,
    pauses: Iterable[Pause] = (),
    extension: int = 0,
) -> int:
    """Days that remain after ``on``: 0 on the due day itself, negative when overdue, standing still in a pause."""
    still = tuple(pauses)
    length = _length(n, extension)
    raw = _raw_due(start, length, unit, still, calendar)
    moved = (calendar.next_workday(raw) - raw).days if raw is not None and unit == "cd" else 0
    return length + moved - used_days(start=start, on=on, unit=unit, calendar=calendar, pauses=still)


def yellow_on(*, due: date, calendar: WorkCalendar, pauses: Iterable[Pause] = (), remaining: int = 2) -> date:
    """The first day on which ``remaining`` working days (or fewer) are left before ``due``: the lamp turns yellow."""
    still = tuple(pauses)
    day, left = due, 0
    for _ in range(LONGEST):
        left += _counts(day, "wd", still, calendar)
        if left > remaining:
            return day
        day -= DAY
    raise ClockError("工作日历中找不到足够的工作日，请检查工作日历。")


def _length(n: int, extension: int) -> int:
    if n < 0 or extension < 0:
        raise ClockError("期限和延长的天数不能是负数。")
    return n + extension


def _raw_due(
    start: date, length: int, unit: Unit, pauses: tuple[Pause, ...], calendar: WorkCalendar
) -> date | None:
    open_from = min((pause.start for pause in pauses if pause.end is None), default=None)
    day, left = start, length
    while left:
        day += DAY
        if open_from is not None and day > open_from:
            return None
        if (day - start).days > LONGEST:
            raise ClockError("期限过长，请检查天数和工作日历。")
        left -= _counts(day, unit, pauses, calendar)
    return day


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day (2026-01-31 + 1 = 2026-02-28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
