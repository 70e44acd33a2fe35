"""Applications in the real house: consultation with Zhejiang that agrees in part, sealed permit and licence; a refusal;
a correction; silence that counts as acceptance. Papers are sealed by the job that seals them, evidence is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Case, Document
from luban.faces.portal.case_found import find, open_actions
from luban.items.solid_waste_disposal.item import ITEM
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.ledger.models import EvidenceRequest
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.registers.licences import shelf
from luban.stages.export.rows import Layout, views_of
from luban.stages.integrity.fault import Fault
from luban.stages.integrity.licences import check_licences
from luban.stages.licence import authorities, make
from luban.stages.timers.run import fire_timers
from luban.stages.trial import read_cases
from luban.stages.trial.book import CaseEntry
from luban.stages.trial.play import Played, play
from tests.papers.walk import SealService

CASES = {entry.name: entry for entry in read_cases(Path(__file__).with_name("cases.yaml"))}
SAMPLE = CASES["D-A 部分同意后批准"]
FIRM = Actor("yinran", "示例", "applicant", "91310116MA1TL3C20A", "上海示例印染有限公司", "310116")
WINDOW = Actor("wang", "王示例", "city_window", "310000", "上海市生态环境局", "310000")
ANHUI = Actor("anhui", "皖示例", "province_officer", "340000", "安徽省生态环境厅", "340000")


@pytest.fixture(autouse=True)
def _sealing(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city's seal is at hand."""
    install_bureaus()
    monkeypatch.setattr(make, "RemoteSeal", SealService(tmp_path / "seal"))
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")


def played(entry: CaseEntry, *, until: str) -> Played:
    """The case up to its first act of that name."""
    last = next(n for n, line in enumerate(entry.timeline) if line.act == until)
    return play(item=ITEM, entry=entry.model_copy(update={"timeline": entry.timeline[: last + 1]}))


def drained(case: Played, *kinds: str) -> None:
    """The jobs of the case's lanes."""
    for kind in kinds:
        worker.drain(lane=f"{kind}:{case.case_id}")


def evidence_of(case: Played) -> list[tuple[str, Any]]:
    """Calls and the status they reach, in order."""
    rows = EvidenceRequest.objects.filter(case=case.case_id).order_by("seq", "pk")
    return [(f"{row.record}.{row.call}", row.body.get("to")) for row in rows]


def test_agreed_in_part_the_permit_is_sealed_numbered_and_in_force() -> None:
    case = played(SAMPLE, until="grant")
    assert (case.state, case.step) == ("accepted", "seal")
    with clock.at("2026-03-27T11:00:00"):
        drained(case, "document", "evidence")
        row = Case.objects.get(pk=case.case_id)
        assert (row.state, row.step) == ("closed_granted", "seal")
        permit = Document.objects.get(case=row, code="permit")
        assert (permit.number, permit.state) == ("沪环固转许〔2026〕1号", "sealed")
        licence = shelf.by_number(number="GFXK-310000-2026-0001")
        assert licence is not None and licence.token == permit.token
        assert (licence.valid_from, licence.valid_to) == (date(2026, 4, 20), date(2027, 3, 31))
        assert (str(licence.qty_t), licence.shown("核定总量")) == ("500.000", "500.000 吨")
        reached = [to for name, to in evidence_of(case) if name == "DC.transition"]
        assert reached == [3, 4, 5, 7, 8]
        granted = EvidenceRequest.objects.filter(case=case.case_id, call="transition").order_by("-seq")[0]
        assert granted.body["docNo"] == "GFXK-310000-2026-0001"
        faults: list[Fault] = []
        assert check_licences(faults) == 1 and faults == []
        told = Effect.objects.filter(lane=f"letters:{case.case_id}").count()
        assert told == 3


def test_a_second_attempt_at_the_seal_uses_the_same_two_numbers() -> None:
    case = played(SAMPLE, until="grant")
    with clock.at("2026-03-27T11:00:00"):
        service: Any = make.RemoteSeal
        service.out = True
        drained(case, "document")
        assert shelf.by_number(number="GFXK-310000-2026-0001") is None
        service.out = False
    with clock.at("2026-03-27T11:10:00"):
        drained(case, "document")
        assert shelf.by_number(number="GFXK-310000-2026-0001") is not None
        assert Document.objects.get(case_id=case.case_id, code="permit").number == "沪环固转许〔2026〕1号"


def test_the_applicant_takes_the_letter_back_with_the_application() -> None:
    case = played(SAMPLE, until="sign_letter")
    with clock.at("2026-03-10T10:00:00"):
        found = find(number=case.number, actor=FIRM)
        assert [action.code for action in open_actions(found=found, actor=FIRM)] == ["withdraw_consulted"]
        taken = house.take(
            case_id=case.case_id, action="withdraw_consulted", by=FIRM, data={}, request_id="w"
        )
        assert taken.case.state == "closed_withdrawn"
        drained(case, "document")
        codes = Document.objects.filter(case_id=case.case_id, state="sealed").values_list("code", flat=True)
        assert set(codes) == {"acceptance_notice", "consultation_letter", "withdrawal_letter"}


def test_another_province_has_no_word_in_it() -> None:
    case = played(SAMPLE, until="sign_letter")
    data = {"conclusion": "agree", "reply_no": "皖", "replied_on": "2026-03-10"}
    with clock.at("2026-03-10T10:00:00"), pytest.raises(Refused) as refused:
        house.take(case_id=case.case_id, action="reply", by=ANHUI, data=data, request_id="r")
    assert refused.value.status == 403


def test_a_refusal_is_sealed_without_a_licence() -> None:
    entry = CASES["D-B 接收地不同意"]
    lines = [line for line in entry.timeline if line.act not in ("draft_grant", "grant")]
    case = play(item=ITEM, entry=entry.model_copy(update={"timeline": lines}))
    with clock.at("2026-03-27T11:00:00"):
        drained(case, "document", "evidence")
        row = Case.objects.get(pk=case.case_id)
        assert row.state == "closed_denied"
        denial = Document.objects.get(case=row, code="denial_decision")
        assert (denial.number, denial.state) == ("沪环固转许〔2026〕1号", "sealed")
        assert shelf.of_case(case_id=case.case_id) == ()
        assert evidence_of(case)[-1] == ("DC.transition", 9)


def test_what_is_to_be_corrected_is_told_and_goes_back_to_the_applicant() -> None:
    case = play(item=ITEM, entry=SAMPLE.model_copy(update={"timeline": []}))
    points = {"items": [{"path": "waste.wastes[0].main_components", "problem": "应写明比例。"}]}
    with clock.at("2026-03-04T10:00:00"):
        taken = house.take(case_id=case.case_id, action="correct", by=WINDOW, data=points, request_id="c")
        assert (taken.case.state, taken.case.step) == ("correcting", "correct")
        drained(case, "document", "evidence")
        assert Document.objects.get(case_id=case.case_id, code="correction_notice").state == "sealed"
        assert evidence_of(case)[-1] == ("DC.transition", 2)


def test_five_working_days_of_silence_accept_it_on_the_day_it_was_received() -> None:
    case = play(item=ITEM, entry=SAMPLE.model_copy(update={"timeline": []}))
    with clock.at("2026-03-09T16:00:00"):
        assert fire_timers() == 0
    with clock.at("2026-03-10T08:00:00"):
        assert fire_timers() == 1
        assert fire_timers() == 0
        row = Case.objects.get(pk=case.case_id)
        assert (row.step, row.accepted_on) == ("review", date(2026, 3, 2))


def test_the_export_shows_both_numbers_the_reply_and_what_was_granted() -> None:
    case = played(SAMPLE, until="grant")
    with clock.at("2026-03-27T11:00:00"):
        drained(case, "document")
        within = house.context()
        layout = Layout(item=ITEM)
        rows = Case.objects.select_related("current").filter(pk=case.case_id)
        (view,) = (view for view in views_of(rows=rows, within=within))
        said = {column.title: column.value(view) for column in layout.columns}
    assert (said["批复文号"], said["许可编号"]) == ("沪环固转许〔2026〕1号", "GFXK-310000-2026-0001")
    assert (str(said["申请量（吨）"]), str(said["核定量（吨）"])) == ("600.000", "500.000")
    assert (said["复函结论"], said["商请日"], said["复函日"]) == (
        "部分同意",
        date(2026, 3, 9),
        date(2026, 3, 23),
    )
    assert not {"联系人", "联系电话"} & set(said)
