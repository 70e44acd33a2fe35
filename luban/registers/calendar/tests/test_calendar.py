"""The shipped working calendar: the published arrangement of 2025 and 2026, and nothing invented for later years."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from luban.kit.clock import DAY, Pause, due_date
from luban.registers.book.shipped import calendar_of, shipped_books

D = date.fromisoformat
CALENDAR = calendar_of(shipped_books(), today=D("2026-03-02"))


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_agrees_with_the_published_arrangement(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert [d for d in days if CALENDAR.is_workday(d) != chinese_calendar.is_workday(d)] == []
    assert not CALENDAR.is_provisional(*days)


def test_a_later_year_is_weekends_only_and_provisional() -> None:
    assert CALENDAR.is_provisional(D("2027-01-04"))
    assert CALENDAR.is_workday(D("2027-01-01")) and not CALENDAR.is_workday(D("2027-01-02"))


def test_the_examples_of_the_vocabulary_come_out_on_the_shipped_calendar() -> None:
    def due(start: str, n: int, unit: str, pauses: list[Pause], extension: int = 0) -> date | None:
        return due_date(
            start=D(start),
            n=n,
            unit=unit,  # type: ignore[arg-type]
            pauses=pauses,
            calendar=CALENDAR,
            extension=extension,
        )

    spring = [Pause(D("2026-03-09"), D("2026-03-23"))]
    autumn = [Pause(D("2026-09-21"), D("2026-09-24")), Pause(D("2026-09-23"), D("2026-09-28"))]
    assert due("2026-03-04", 20, "wd", []) == D("2026-04-01")
    assert due("2026-03-04", 20, "wd", spring) == D("2026-04-16")
    assert due("2026-03-04", 20, "wd", spring, 10) == D("2026-04-30")
    assert due("2026-09-14", 20, "wd", []) == D("2026-10-16")
    assert due("2026-09-14", 20, "wd", autumn) == D("2026-10-22")
    assert due("2026-08-17", 60, "cd", [Pause(D("2026-08-24"), D("2026-09-07"))]) == D("2026-10-30")
    assert due("2026-08-17", 20, "cd", []) == D("2026-09-07")
    assert due("2026-03-03", 5, "wd", []) == D("2026-03-10")


def test_an_exception_is_never_a_day_that_needs_none_except_inside_a_holiday() -> None:
    for day, works in CALENDAR.exceptions.items():
        if works:
            assert day.weekday() >= 5, f"{day} is worked anyway"
        elif day.weekday() >= 5:
            near = {day - DAY, day + DAY, day - 2 * DAY, day + 2 * DAY}
            assert any(CALENDAR.exceptions.get(d) is False for d in near), f"{day} stands alone"
