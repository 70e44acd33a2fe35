"""The demonstration's cases can be filed whatever day a house is first started on, and show what they should."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from config.discovery import discover
from luban.cases import house
from luban.cases.models import Case, Draft
from luban.kit import registry
from luban.kit.clock import clock
from luban.links.data_hub import client as data_hub
from luban.links.outcomes import Unavailable
from luban.links.permits_national import client as permits_national
from luban.links.solid_waste.lookups import Plan
from luban.links.vehicle_tracks.client import VehicleState
from luban.people import demo as people
from luban.registers.carriers import shelf as carriers
from luban.registers.management_plans import offers as plans
from luban.registers.vehicle_tracks import offers as tracks
from luban.stages.demo.load import FILE, actor_named, load
from luban.stages.demo.written import read_demo, unread
from luban.stages.fill import drafts, filing, sign
from luban.trust import certificates
from luban.trust.local_seal import LocalSeal
from sandbox.partners import PARTNERS

DAYS = ["2026-03-02", "2026-12-18", "2027-02-10"]
RARE = ["2026-12-17", "2026-12-31", "2027-01-01", "2028-02-29"]
"""Around year ends, holidays, a leap day."""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plans and vehicles are known as the sandbox knows them, no other partner answers; the seals are at hand."""
    discover()

    def away(**_: Any) -> Any:
        raise Unavailable("无法连接对方系统。")

    root = certificates.authority(organisation="示例机构", name="示例根证书")
    seal = LocalSeal(
        folder=Path(os.environ["LUBAN_VAR"]) / "demo-seal",
        issuer=root,
        organisation="示例",
        name="公章（演示）",
    )
    monkeypatch.setattr(data_hub, "legal_person", away)
    monkeypatch.setattr(permits_national, "discharge_permit", away)
    monkeypatch.setattr(sign, "RemoteSeal", lambda **_: seal)
    monkeypatch.setattr(plans, "management_plans", _plans)
    monkeypatch.setattr(tracks, "vehicle_states", _vehicles)
    house.forget()
    yield
    house.forget()


def _told(link: str, path: str, **query: str) -> Any:
    store: Any = None  # neither answer depends on what the partner was told before
    return PARTNERS[link].questions[path](query, store)


def _plans(*, uscc: str) -> tuple[Plan, ...]:
    return tuple(
        Plan.model_validate(one) for one in _told("solid_waste", "/management-plans", uscc=uscc)["plans"]
    )


def _vehicles(*, plates: Iterable[str]) -> dict[str, VehicleState]:
    told = _told("vehicle_tracks", "/vehicles", plates=",".join(plates))["vehicles"]
    read = TypeAdapter(VehicleState)
    return {one["plate_no"]: read.validate_python(one) for one in told}


@pytest.mark.django_db
@pytest.mark.parametrize("today", [*DAYS, *(pytest.param(day, marks=pytest.mark.full) for day in RARE)])
def test_on_any_first_day_every_case_is_filed_with_no_finding_but_those_it_names_and_loaded_once(
    today: str,
) -> None:
    day = date.fromisoformat(today)
    with clock.at(day):
        people.load()
        carriers.load_demo()
        written = [
            case
            for item in registry.all_items()
            if (item.folder / FILE).is_file()
            for case in read_demo(source=item.folder / FILE, today=day)
        ]
        assert [token for case in written for token in unread(case.form)] == []
        lines = load()
        assert len(lines) == len(written)
        assert load() == []
        assert Case.objects.count() == sum(case.until == "filed" for case in written)
        for case, line in zip(written, lines, strict=True):
            if case.until == "filed":
                row = Case.objects.get(number=line.rpartition("：")[2])
                assert _warnings(row) <= set(case.warns), case.name
        for draft in Draft.objects.filter(submitted_as=""):
            actor = actor_named(draft.account)
            sign.sign_online(draft_id=str(draft.pk), actor=actor)
            filed = filing.submit(
                draft_id=str(draft.pk), actor=actor, acknowledged=False, notes="", request_id="newcomer"
            )
            assert filed.case.state == "submitted"


def _warnings(row: Case) -> set[str]:
    return {one["rule"] for one in row.current.findings if one["severity"] != "info"}


@pytest.mark.django_db
def test_a_house_that_has_a_draft_is_left_alone() -> None:
    with clock.at("2026-03-02"):
        people.load()
        item = registry.get("solid_waste_utilisation")
        case = read_demo(source=item.folder / FILE, today=date(2026, 3, 2))[0]
        drafts.start(
            item=item,
            actor=actor_named("suxin"),
            answers=case.answers,
            notice_opened_at=clock.now() - timedelta(minutes=1),
        )
        assert load() == []
        assert not Case.objects.exists()
