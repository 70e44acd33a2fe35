"""Every night the histories that moved lately are read against their digests; a change is named the next morning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import F

from config.discovery import discover
from luban.cases import house
from luban.cases.models import Case, Event
from luban.kit import registry
from luban.kit.clock import clock
from luban.links.outcomes import Rejected
from luban.people.directory import install_bureaus
from luban.stages.integrity.recent import check_recent
from luban.stages.trial.book import read_cases
from luban.stages.trial.play import play

CASES = Path(house.__file__).parents[1] / "items" / "solid_waste_utilisation" / "tests" / "cases.yaml"


@pytest.fixture
def case(db: None) -> Iterator[Case]:
    discover()
    house.forget()
    with clock.at("2026-03-02T10:00"):
        install_bureaus()
        entry = read_cases(CASES)[0]
        played = play(
            item=registry.get("solid_waste_utilisation"), entry=entry.model_copy(update={"timeline": []})
        )
        yield Case.objects.get(pk=played.case_id)
    house.forget()


def test_an_untouched_history_holds_and_an_old_one_is_not_read(case: Case) -> None:
    assert check_recent() == 1
    with clock.at(f"{case.updated_at.date().replace(year=2027)}T03:40"):
        assert check_recent() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"form": "0" * 64}},
        {"actor": "somebody"},
        {"seq": F("seq") + 1},
        {"digest": "0" * 64},
    ],
)
def test_a_history_that_was_touched_is_named(case: Case, change: dict[str, object]) -> None:
    Event.objects.filter(case=case).update(**change)
    with pytest.raises(Rejected, match=f"{case.number}的经过与登记的摘要不符"):
        check_recent()


def test_a_history_that_was_removed_is_named(case: Case) -> None:
    Event.objects.filter(case=case).delete()
    with pytest.raises(Rejected, match=case.number):
        check_recent()
