"""A permit in the real house: what the register of permits keeps of it once its paper is sealed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from luban.cases import house
from luban.cases.models import Document
from luban.faces.portal.case_found import find, open_actions
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.kit.clock import clock
from luban.links.outbox import worker
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.registers.licences.models import Licence
from luban.registers.transfer_permits import shelf
from luban.stages.licence import authorities, make
from luban.stages.trial import read_cases
from luban.stages.trial.house import context_for
from luban.stages.trial.play import play
from luban.stages.trial.registers import in_memory
from luban.trust.scans import pdf_text
from tests.papers.walk import SealService

CASE = read_cases(Path(__file__).with_name("cases.yaml"))[0]
GENERATOR = "91310115MA7K3Q2X8Y"
FIRM = Actor("shisui", "示例", "applicant", GENERATOR, "上海拾穗微电子有限公司", "310115")


@pytest.fixture(autouse=True)
def _told(db: None, monkeypatch: pytest.MonkeyPatch):
    """Registers answer what the case says they know."""
    known = context_for(item=ITEM, entry=CASE, registers=in_memory(item=ITEM, entry=CASE)).providers
    providers, commands = house.offers()
    monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, commands))
    house.forget()
    install_bureaus()
    yield
    house.forget()


def test_room_is_reserved_by_the_decision_before_the_permit_has_a_number():
    until = next(n for n, line in enumerate(CASE.timeline) if line.act == "approve")
    played = play(item=ITEM, entry=CASE.model_copy(update={"timeline": CASE.timeline[: until + 1]}))
    held = shelf.of_case(case_no=played.number)
    assert (held.status, held.permit_no) == ("reserved", "")
    assert (held.valid_from, held.valid_to) == (date(2026, 8, 1), date(2027, 7, 31))
    assert [(row.code, str(row.approved_t), row.capacity_group) for row in held.rows] == [
        ("398-004-22", "300.0000", "1"),
        ("398-051-22", "120.0000", "1"),
    ]
    with clock.at("2026-07-22T10:00:00"):
        assert shelf.pending_of(uscc=GENERATOR)[0].case_no == played.number


def test_an_application_withdrawn_is_under_way_no_more():
    entry = CASE.model_copy(update={"timeline": CASE.timeline[:1]})
    played = play(item=ITEM, entry=entry)
    assert [one.case_no for one in shelf.pending_of(uscc=GENERATOR)] == [played.number]
    with clock.at("2026-07-03T10:00:00"):
        case = house.take(case_id=played.case_id, action="withdraw", by=FIRM, data={}, request_id="w").case
    assert case.state == "closed_withdrawn"
    assert shelf.pending_of(uscc=GENERATOR) == ()


def test_the_sealed_permit_stands_in_the_register_under_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(make, "RemoteSeal", SealService(tmp_path / "seal"))
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    until = next(n for n, line in enumerate(CASE.timeline) if line.act == "certify")
    played = play(item=ITEM, entry=CASE.model_copy(update={"timeline": CASE.timeline[: until + 1]}))
    with clock.at("2026-07-22T10:00:00"):
        worker.drain(lane=f"document:{played.case_id}")
        held = shelf.of_case(case_no=played.number)
        assert (held.permit_no, held.status) == ("沪环危转许〔2026〕0001号", "issued")
        assert held.token == Licence.objects.get(number=held.permit_no).token
        assert shelf.pending_of(uscc=GENERATOR) == ()


@pytest.mark.parametrize(
    ("last", "open_"), [("accept", ["withdraw"]), ("sign_letter", ["withdraw_consulted"])]
)
def test_the_applicant_is_offered_the_one_way_to_withdraw_that_fits(last: str, open_: list[str]):
    until = next(n for n, line in enumerate(CASE.timeline) if line.act == last)
    played = play(item=ITEM, entry=CASE.model_copy(update={"timeline": CASE.timeline[: until + 1]}))
    found = find(number=played.number, actor=FIRM)
    assert [action.code for action in open_actions(found=found, actor=FIRM)] == open_


def test_what_the_prechecks_said_lies_with_the_case_for_the_firm_to_download():
    played = play(item=ITEM, entry=CASE.model_copy(update={"timeline": []}))
    with clock.at("2026-07-02T10:00:00"):
        worker.drain(lane=f"document:{played.case_id}")
    paper = Document.objects.get(case_id=played.case_id, code="precheck_result")
    assert (paper.title, paper.state, paper.to_applicant) == ("预检结果单", "sealed", True)
    text = pdf_text(house.objects().get(paper.sm3))
    assert played.number in text and "通过规则" in text and "P-21" in text
