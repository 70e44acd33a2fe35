"""How long something took, and which slice of time a day belongs to."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

import pytest

from luban.cases.shipped import shipped_context
from luban.kit.clock import Pause, WorkCalendar, used_days, wd_between
from luban.stages.export.days import DayCount, slicer

CALENDAR: WorkCalendar = shipped_context(today=date(2026, 7, 2)).calendar


def test_sample_1_takes_20_calendar_14_working_and_7_net_days() -> None:
    spent = DayCount(CALENDAR).spent(
        since="2026-07-02",
        until="2026-07-22",
        pauses=json.dumps([["2026-07-08", "2026-07-17", "consultation"]]),
    )
    assert spent == (20, 14, 7)


def test_the_examples_of_the_vocabulary_come_out() -> None:
    days = DayCount(CALENDAR)
    still = [["2026-03-09", "2026-03-23", "supplement"]]
    assert days.spent(since="2026-03-04", until="2026-04-16", pauses=json.dumps(still))[2] == 20
    overlapping = [["2026-09-21", "2026-09-24", "a"], ["2026-09-23", "2026-09-28", "b"]]
    assert days.spent(since="2026-09-14", until="2026-10-22", pauses=json.dumps(overlapping))[2] == 20


def test_only_the_reasons_that_stop_a_span_are_taken_off() -> None:
    pauses = [["2026-07-08", "2026-07-17", "consultation"], ["2026-07-03", "2026-07-06", "supplement"]]
    days = DayCount(CALENDAR)
    whole = {"since": "2026-07-02", "until": "2026-07-22", "pauses": json.dumps(pauses)}
    assert days.spent(**whole)[2] == 6
    assert days.spent(**whole, paused_by=("supplement",))[2] == 13
    assert days.spent(**whole, paused_by=())[2] == 14


def test_a_pause_that_still_stands_and_one_outside_count_as_far_as_they_reach() -> None:
    days = DayCount(CALENDAR)
    assert days.spent(
        since="2026-07-02", until="2026-07-22", pauses=json.dumps([["2026-07-17", None, "x"]])
    ) == (
        20,
        14,
        11,
    )
    assert (
        days.spent(
            since="2026-07-02", until="2026-07-03", pauses=json.dumps([["2026-07-08", "2026-07-17", "x"]])
        )[2]
        == 1
    )


def test_spans_agree_with_the_clock_of_the_house() -> None:
    days, chance, first = DayCount(CALENDAR), random.Random(7), date(2025, 12, 1)  # noqa: S311  no secret
    for _ in range(300):
        since = first + timedelta(days=chance.randrange(400))
        until = since + timedelta(days=chance.randrange(90))
        starts = [since + timedelta(days=chance.randrange(-5, 60)) for _ in range(chance.randrange(3))]
        pauses = [Pause(start, start + timedelta(days=chance.randrange(20))) for start in starts]
        stored = [[p.start.isoformat(), p.end.isoformat(), ""] for p in pauses]
        spent = days.spent(since=since.isoformat(), until=until.isoformat(), pauses=json.dumps(stored))
        assert spent == (
            (until - since).days,
            wd_between(a=since, b=until, calendar=CALENDAR),
            used_days(start=since, on=until, unit="wd", calendar=CALENDAR, pauses=pauses),
        )


def test_days_far_from_today_are_counted_too() -> None:
    assert DayCount(CALENDAR).spent(since="2014-12-31", until="2015-01-02", pauses="[]") == (2, 2, 2)


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("day", "2026-07-02"),
        ("week", "2026年第27周"),
        ("month", "2026-07"),
        ("quarter", "2026年第3季度"),
        ("year", "2026年"),
    ],
)
def test_a_day_has_a_slice_of_every_unit(unit: str, name: str) -> None:
    assert slicer(unit)("2026-07-02") == name


def test_the_first_days_of_january_belong_to_the_week_they_are_in() -> None:
    assert slicer("week")("2027-01-01") == "2026年第53周"
