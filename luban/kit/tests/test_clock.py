"""The clock and the working-day arithmetic, by the examples officials recomputed and by their properties."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.kit.clock import (
    ZONE,
    Clock,
    ClockError,
    Pause,
    WorkCalendar,
    add_months,
    days_left,
    due_date,
    used_days,
    wd_between,
    yellow_on,
)

D = date.fromisoformat


def span(first: str, last: str) -> list[date]:
    return [D(first) + timedelta(n) for n in range((D(last) - D(first)).days + 1)]


OFF = ["2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25"]
CALENDAR = WorkCalendar(
    exceptions={D(d): False for d in OFF}
    | dict.fromkeys(span("2026-10-01", "2026-10-07"), False)
    | {D(d): True for d in ("2026-05-09", "2026-09-20", "2026-10-10")},
    known_years=frozenset({2026}),
)


def due(
    start: str, n: int, unit: str = "wd", *pauses: tuple[str, str | None], extension: int = 0
) -> date | None:
    return due_date(
        start=D(start),
        n=n,
        unit=unit,  # type: ignore[arg-type]
        calendar=CALENDAR,
        pauses=[Pause(D(s), D(e) if e else None) for s, e in pauses],
        extension=extension,
    )


def test_example_1_a_pause_and_an_extension() -> None:
    pause = ("2026-03-09", "2026-03-23")
    assert due("2026-03-04", 20) == D("2026-04-01")
    assert due("2026-03-04", 20, "wd", pause) == D("2026-04-16")
    assert due("2026-03-04", 20, "wd", pause, extension=10) == D("2026-04-30")


def test_example_2_overlapping_pauses_across_a_long_holiday() -> None:
    assert due("2026-09-14", 20) == D("2026-10-16")
    paused = [("2026-09-21", "2026-09-24"), ("2026-09-23", "2026-09-28")]
    assert due("2026-09-14", 20, "wd", *paused) == D("2026-10-22")


def test_example_3_calendar_days_move_off_a_sunday() -> None:
    assert due("2026-08-17", 60, "cd", ("2026-08-24", "2026-09-07")) == D("2026-10-30")
    assert due("2026-08-17", 20, "cd") == D("2026-09-07")


def test_solid_waste_0_6_filing_and_disposal() -> None:
    assert due("2026-03-03", 5) == D("2026-03-10")
    pauses = [Pause(D("2026-03-09"), None)]
    common = {"start": D("2026-03-04"), "unit": "wd", "calendar": CALENDAR, "pauses": pauses}
    assert used_days(on=D("2026-03-20"), **common) == 3  # type: ignore[arg-type]
    assert days_left(n=20, on=D("2026-03-20"), **common) == 17  # type: ignore[arg-type]


def test_the_due_day_is_unknown_while_a_pause_is_open_but_not_one_that_began_too_late() -> None:
    assert due("2026-03-04", 20, "wd", ("2026-03-09", None)) is None
    assert due("2026-03-03", 5, "wd", ("2026-03-10", None)) == D("2026-03-10")


def test_days_left_on_after_and_over_a_weekend() -> None:
    def left(on: str) -> int:
        return days_left(start=D("2026-03-03"), n=5, unit="wd", on=D(on), calendar=CALENDAR)

    assert [left(d) for d in ("2026-03-03", "2026-03-10", "2026-03-11")] == [5, 0, -1]
    rolled = [
        days_left(start=D("2026-08-17"), n=20, unit="cd", on=D(d), calendar=CALENDAR)
        for d in ("2026-09-06", "2026-09-07", "2026-09-08")
    ]
    assert rolled == [1, 0, -1]


def test_yellow_is_two_working_days_before_the_due_day() -> None:
    assert yellow_on(due=D("2026-03-10"), calendar=CALENDAR) == D("2026-03-06")
    assert days_left(start=D("2026-03-03"), n=5, unit="wd", on=D("2026-03-06"), calendar=CALENDAR) == 2
    paused = [Pause(D("2026-03-05"), D("2026-03-09"))]
    assert yellow_on(due=D("2026-03-10"), calendar=CALENDAR, pauses=paused) == D("2026-03-04")


def test_a_year_without_published_holidays_is_provisional() -> None:
    assert not CALENDAR.is_provisional(D("2026-12-31"))
    assert CALENDAR.is_provisional(D("2026-12-31"), D("2027-01-04"))
    assert CALENDAR.is_workday(D("2027-01-01")), "weekends only until the arrangement is published"


days = st.dates(D("2026-01-01"), D("2026-12-31"))
pauses = st.lists(
    st.tuples(days, st.integers(0, 40)).map(lambda p: Pause(p[0], p[0] + timedelta(p[1]))), max_size=4
)
units = st.sampled_from(["wd", "cd"])


@given(start=days, n=st.integers(0, 60), m=st.integers(0, 20), unit=units, pauses=pauses)
def test_more_days_and_more_pauses_never_shorten(start, n, m, unit, pauses) -> None:  # type: ignore[no-untyped-def]
    plain = due_date(start=start, n=n, unit=unit, calendar=CALENDAR)
    paused = due_date(start=start, n=n, unit=unit, calendar=CALENDAR, pauses=pauses)
    longer = due_date(start=start, n=n, unit=unit, calendar=CALENDAR, pauses=pauses, extension=m)
    assert plain and paused and longer
    assert start <= plain <= paused <= longer


@given(start=days, n=st.integers(1, 60), unit=units, pauses=pauses)
def test_on_the_due_day_nothing_is_left_and_the_day_before_something_is(start, n, unit, pauses) -> None:  # type: ignore[no-untyped-def]
    last = due_date(start=start, n=n, unit=unit, calendar=CALENDAR, pauses=pauses)
    assert last

    def left(on: date) -> int:
        return days_left(start=start, n=n, unit=unit, on=on, calendar=CALENDAR, pauses=pauses)

    if unit == "wd":
        assert left(last) == 0
        assert left(last - timedelta(1)) == 1
    assert left(last) >= 0


@given(a=days, b=days, c=days)
def test_spans_of_working_days_add_up(a: date, b: date, c: date) -> None:
    def wd(x: date, y: date) -> int:
        return wd_between(a=x, b=y, calendar=CALENDAR)

    assert wd(a, b) + wd(b, c) == wd(a, c)
    assert wd(a, b) == -wd(b, a)


@given(start=days, n=st.integers(1, 60), pauses=pauses)
def test_a_pause_said_twice_counts_once(start, n, pauses) -> None:  # type: ignore[no-untyped-def]
    once = due_date(start=start, n=n, unit="wd", calendar=CALENDAR, pauses=pauses)
    assert once == due_date(start=start, n=n, unit="wd", calendar=CALENDAR, pauses=pauses * 2)


def test_the_clock_starts_where_it_is_told_and_runs_on() -> None:
    told = Clock({"LUBAN_NOW": "2026-03-02"})
    first = told.now()
    assert first.replace(second=0, microsecond=0) == datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
    assert told.now() >= first


def test_processes_told_the_same_anchor_agree_even_when_started_later() -> None:
    real = datetime.fromisoformat("2026-11-22T12:00:00+08:00").timestamp()
    environ = {"LUBAN_NOW": "2026-03-02T10:30", "LUBAN_NOW_SINCE": str(real)}
    early, late = Clock(environ), Clock(environ)
    assert abs(early.now() - late.now()) < timedelta(seconds=5)


def test_the_clock_is_aware_settable_and_can_be_held_still() -> None:
    own = Clock()
    with own.at("2026-12-31T23:59:59"):
        assert own.now() == own.now() == datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZONE)
        with own.at(date(2027, 1, 1)):
            assert own.today() == date(2027, 1, 1)
        assert own.today() == date(2026, 12, 31)
    own.set(datetime.fromisoformat("2026-03-01T17:00:00+00:00"))
    assert own.today() == date(2026, 3, 2), "the date is Shanghai's"
    own.set(None)
    assert own.now().utcoffset() == timedelta(hours=8)


def test_a_wrong_moment_or_limit_is_explained() -> None:
    with pytest.raises(ClockError, match="不是日期或时刻"):
        Clock({"LUBAN_NOW": "tomorrow"})
    with pytest.raises(ClockError, match="不能是负数"):
        due("2026-03-02", -1)


def test_months_end_on_the_last_day() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 4, 20), 12) == date(2027, 4, 20)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
