"""What happens because a day has come: a correction lapses, an end is announced, the calendar is edited."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from luban.cases import house
from luban.cases.models import Case, Event
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.registers.book import changes
from luban.stages.licence.make import make
from luban.stages.timers.run import fire_timers, recompute_after_edit, recompute_open_cases, remind
from tests.papers.walk import LI, SealService, confirmed, effect, file, take
from tests.rows import rewrite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def test_a_correction_lapses_the_day_after_its_last_one(dropped_in: Item) -> None:
    case = file(dropped_in)
    take(case, "correct", LI, items=[{"path": "work.site", "problem": "名称不全"}])
    last = date.fromisoformat(Case.objects.get(pk=case).timers[0][1])
    with clock.at(last.isoformat()):
        assert fire_timers() == 0
    with clock.at((last + timedelta(days=1)).isoformat()):
        assert fire_timers() == 1
        assert fire_timers() == 0
    assert Case.objects.get(pk=case).state == "closed_lapsed"
    assert Event.objects.filter(case_id=case, action="lapse", role="system").count() == 1


def test_one_broken_case_holds_up_no_other(dropped_in: Item) -> None:
    broken, sound = file(dropped_in), file(dropped_in, "r1")
    for case in (broken, sound):
        take(case, "correct", LI, items=[{"path": "work.site", "problem": "名称不全"}])
    rewrite(Case.objects.filter(pk=broken), step="nowhere")
    with clock.at("2026-12-01"):
        assert fire_timers() == 1
    assert Case.objects.get(pk=sound).state == "closed_lapsed"


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-11-30", 0), ("2026-12-01", 1), ("2026-12-04", 1), ("2026-12-10", 0), ("2026-12-24", 1)],
)
def test_the_holder_is_reminded_before_the_end(
    dropped_in: Item, seal_service: SealService, day: str, told: int
) -> None:
    make(effect(confirmed(dropped_in), "document", "receipt"))
    with clock.at(day):
        assert remind() == told
        assert remind() == 0


def test_each_reminder_goes_once_and_names_the_day(dropped_in: Item, seal_service: SealService) -> None:
    make(effect(confirmed(dropped_in), "document", "receipt"))
    told = 0
    for n in range(40):
        with clock.at((date(2026, 11, 25) + timedelta(days=n)).isoformat()):
            told += remind()
    assert told == 2
    texts = [e.body["text"] for e in Effect.objects.filter(key__startswith="remind:").order_by("id")]
    assert "将于2026年12月31日到期，还有30日" in texts[0]
    assert "还有7日" in texts[1]


def test_a_day_made_a_holiday_moves_the_due_day(dropped_in: Item) -> None:
    case = file(dropped_in)
    assert Case.objects.get(pk=case).due_on == date(2026, 3, 3)
    assert recompute_after_edit() == 0
    holiday = {"date": "2026-03-03", "is_workday": "false", "name": "示例停工日", "source": "示例通知"}
    one, other = (Actor(who, who, "register_admin", "310000", "上海市生态环境局", "310000") for who in "ab")
    proposed = changes.propose(register="calendar", data=holiday, by=one, reason="示例：全市停工")
    changes.approve(change_ids=[proposed.id], by=other)
    house.forget()
    assert recompute_after_edit() == 1
    assert Case.objects.get(pk=case).due_on == date(2026, 3, 4)
    assert recompute_open_cases() == 0
