"""The works of every day are done once a day of the house's clock, and stay visible when they fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest

from luban.kit.clock import clock
from luban.kit.daily import Daily, days_ahead
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.links.outcomes import Rejected, Unavailable
from luban.stages.timers import daily


class Work:
    """A work that counts, and fails as told."""

    def __init__(self) -> None:
        self.days: list[date] = []
        self.fails: Exception | None = None

    def __call__(self) -> int:
        if self.fails:
            raise self.fails
        self.days.append(clock.today())
        return len(self.days)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    done = Work()
    declared = {"test.count": Daily("test.count", "数一数", time(1, 30), done)}
    monkeypatch.setattr(daily, "works", lambda: declared)
    yield done


def run() -> None:
    daily.begin_due()
    for effect in Effect.objects.filter(kind="daily", done_at__isnull=True):
        worker.drain(lane=effect.lane)


@pytest.mark.django_db(transaction=True)
def test_a_work_is_done_once_a_day_from_its_time_on_and_by_the_houses_clock(work: Work) -> None:
    with clock.at("2026-12-31T01:29:00"):
        run()
        assert work.days == []
    with clock.at("2026-12-31T23:50:00"):
        run()
        run()
        assert work.days == [date(2026, 12, 31)], "missed at half past one, caught up the same day"
    with clock.at("2027-01-01T01:31:00"):
        run()
    assert work.days == [date(2026, 12, 31), date(2027, 1, 1)]
    assert Effect.objects.get(key="daily:test.count:2027-01-01").receipt == {"done": 2}


@pytest.mark.django_db(transaction=True)
def test_a_work_that_fails_is_tried_again_and_one_that_finds_something_waits_for_a_person(work: Work) -> None:
    with clock.at("2026-03-02T09:00:00"):
        work.fails = Unavailable("对方停机")
        run()
        effect = Effect.objects.get(kind="daily")
        assert (effect.state, effect.last_error) == ("retrying", "对方停机")
        work.fails = None
    with clock.at("2026-03-02T09:05:00"):
        run()
        effect.refresh_from_db()
        assert effect.state == "delivered" and work.days == [date(2026, 3, 2)]
    with clock.at("2026-03-03T09:00:00"):
        work.fails = Rejected("HISTORY", "办件被改动")
        run()
        assert Effect.objects.get(key="daily:test.count:2026-03-03").state == "rejected"


def test_every_work_is_declared_once_with_a_title() -> None:
    works = daily.works()
    assert {
        "carriers.ending",
        "transfer_permits.tonnes",
        "transfer_permits.standing",
        "licences.remind",
        "cases.days",
        "cases.check",
    } <= set(works)
    assert all(work.title and code == work.code for code, work in works.items())


def test_a_reminder_missed_is_given_on_the_three_days_after_and_not_on_the_fourth() -> None:
    today = date(2026, 12, 30)
    days: Any = days_ahead(thresholds=(7, 30, 60), today=today)
    assert days[date(2027, 1, 6)] == 7 and days[date(2027, 1, 3)] == 7
    assert date(2027, 1, 2) not in days and date(2027, 1, 7) not in days
    assert days[date(2027, 1, 29)] == 30 and days[date(2027, 2, 28)] == 60
    assert days_ahead(thresholds=(1,), today=today) == {date(2026, 12, 31): 1, today: 1}
