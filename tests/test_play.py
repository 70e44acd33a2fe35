"""A written case is played in the house: the engine of the trial and of the database agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from luban.cases import house
from luban.cases.models import Case, CaseVersion, Event
from luban.kit import registry
from luban.people.directory import install_bureaus
from luban.stages.integrity.check import check_all
from luban.stages.trial import read_cases, try_cases
from luban.stages.trial.play import play

ITEM = "solid_waste_utilisation"
CASES = Path(__file__).parents[1] / "luban" / "items" / ITEM / "tests" / "cases.yaml"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    house.forget()
    yield
    house.forget()


@pytest.mark.django_db
def test_the_house_does_what_the_trial_said() -> None:
    install_bureaus()
    item = registry.get(ITEM)
    entry = read_cases(CASES)[0]
    said = try_cases(item=item, cases=[entry])[0]
    played = play(item=item, entry=entry)
    assert played.number == said.numbers["case_no"]
    before_sealing = [line for line in said.timeline if line["act"] != "issue"][-1]
    assert (played.state, played.step) == (before_sealing["state"], before_sealing["step"])
    case = Case.objects.get(pk=played.case_id)
    assert case.limits[-1]["due"] == next(
        c["due"] for c in said.limits if c["code"] == case.limits[-1]["code"]
    )
    assert [e.action for e in Event.objects.filter(case=case).order_by("seq")] == [
        line["act"] for line in said.timeline if line["act"] != "issue"
    ]
    assert check_all().faults == ()


@pytest.mark.django_db
def test_a_touched_event_is_named() -> None:
    install_bureaus()
    played = play(item=registry.get(ITEM), entry=read_cases(CASES)[0])
    Event.objects.filter(case_id=played.case_id, seq=2).update(actor_name="别人")
    faults = check_all().faults
    assert [f.row for f in faults] == [f"{played.number} 第2条"]
    assert "被改动过" in faults[0].problem


@pytest.mark.django_db
def test_a_touched_form_is_named() -> None:
    install_bureaus()
    played = play(item=registry.get(ITEM), entry=read_cases(CASES)[0])
    version = CaseVersion.objects.get(case_id=played.case_id)
    version.payload["waste"]["wastes"][0]["planned_qty_t"] = "150.000"
    version.save(update_fields=["payload"])
    assert f"{played.number} 第1版" in [f.row for f in check_all().faults]
