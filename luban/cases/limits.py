"""The clocks of a case: computed from its marks and pauses, never stored as truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from luban.cases.state import CaseState
from luban.kit.clock import Pause, Unit, WorkCalendar, days_left, due_date, yellow_on
from luban.kit.parameters import ParametersOnDay
from luban.kit.process import Limit, Param, Process


@dataclass(frozen=True)
class Running:
    """A clock of a case: its days (an extension included), due day (None while paused), when it turns yellow, and when
    it stopped (None: running)."""

    code: str
    title: str
    n: int
    unit: str
    start: date
    due: date | None
    yellow: date | None
    stopped: date | None

    def left(self, *, on: date, calendar: WorkCalendar, pauses: Sequence[Pause]) -> int:
        """Days left on a day; negative when overdue."""
        return days_left(
            start=self.start, n=self.n, unit=cast(Unit, self.unit), on=on, calendar=calendar, pauses=pauses
        )


def days_of(value: int | Param, params: ParametersOnDay) -> int:
    """A number of days, from the declaration or from its parameter."""
    return params.integer(value.key) if isinstance(value, Param) else value


def limits_of(
    *, process: Process, case: CaseState, params: ParametersOnDay, calendar: WorkCalendar
) -> tuple[Running, ...]:
    """All clocks of the case that have started."""
    found = (_limit(limit, case, params, calendar) for limit in process.limits)
    return tuple(clock for clock in found if clock is not None)


def _limit(limit: Limit, case: CaseState, params: ParametersOnDay, calendar: WorkCalendar) -> Running | None:
    started = next(
        (i for i in range(len(case.marks) - 1, -1, -1) if case.marks[i][0] == limit.starts_on), None
    )
    if started is None:
        return None
    start = case.marks[started][1]
    stopped = next((day for mark, day in case.marks[started + 1 :] if _stops(limit, mark)), None)
    n, unit = days_of(limit.n, params) + _extension(limit, case, started, params), cast(Unit, limit.unit)
    counting = tuple(p for p in case.pauses if not limit.paused_by or p.reason in limit.paused_by)
    due = due_date(start=start, n=n, unit=unit, calendar=calendar, pauses=counting)
    yellow = yellow_on(due=due, calendar=calendar, pauses=counting) if due else None
    return Running(limit.code, limit.title, n, limit.unit, start, due, yellow, stopped)


def _extension(limit: Limit, case: CaseState, started: int, params: ParametersOnDay) -> int:
    """The days added while it ran; the engine's guard sees to it that this happens once."""
    marks = (mark for mark, _ in case.marks[started + 1 :])
    return days_of(limit.extension, params) if limit.extended_by and limit.extended_by in marks else 0


def _stops(limit: Limit, mark: str) -> bool:
    return mark in limit.stops_on or mark.startswith("closed_")


def next_due(clocks: Sequence[Running]) -> Running | None:
    """The running clock that falls due first."""
    running = [c for c in clocks if c.stopped is None and c.due is not None]
    return min(running, key=lambda c: c.due or date.max, default=None)
