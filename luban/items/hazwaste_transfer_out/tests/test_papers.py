"""The papers: what they say, by which law, and that they can be set; what partners are told and what never leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from luban.cases.shipped import shipped_context
from luban.cases.state import CaseState
from luban.cases.views import view_of
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.items.hazwaste_transfer_out.papers.printed import form_mark
from luban.items.hazwaste_transfer_out.tests.applications import facts_for, form_of
from luban.kit.clock import ZONE
from luban.kit.refusal import Refused
from luban.kit.view import Act, CaseView
from luban.links.letters.client import Letter
from luban.links.mee_hazwaste.client import ConsultationLetter, PermitDecided
from luban.links.solid_waste.permits import PermitArchived
from luban.stages.trial import Result, read_cases, try_cases
from luban.stages.trial.book import CaseEntry, put_at
from luban.trust import typeset as typesetting
from luban.trust.typeset import typeset

CASES = {entry.name: entry for entry in read_cases(Path(__file__).with_name("cases.yaml"))}
GRANTED = "样例1 低风险、有加分，批准"
REPEALED = "固体废物污染环境防治法"
LATER = timedelta(days=70)
"""From July to September 2026: the Code is in force from 15 August."""

ROADS = (
    GRANTED,
    "修正演示 定位终端修复后把轨迹得分由2分改为6分",
    "不予受理",
    "补正一次后受理，期限自补正收到之日起算",
    "专家评审停表，告知申请人",
    "受理后要求补充说明一次，停表，第二次不许",
    "接受地不同意转入，局领导不予许可",
    "期限未满不能催办，期满催办后登记纸质复函",
    "发函后撤回，向接受地发撤回商请函",
    "白名单免商请，期限按白名单",
)
AT = datetime(2026, 7, 22, 10, tzinfo=ZONE)
SHEETS = {
    "official": typesetting.LETTER,
    "official.certificate": typesetting.CERTIFICATE,
    "official.application": typesetting.APPLICATION,
}
PRIVATE = (
    "13800000001",
    "13800000002",
    "13800000003",
    "021-12345678",
    "示例乙",
    "示例丙",
    "示例庚",
    "unit_price",
)


def run(entry: CaseEntry) -> Result:
    """One case."""
    return try_cases(item=ITEM, cases=[entry])[0]


def later(entry: CaseEntry) -> CaseEntry:
    """The same case after the Code came into force; the transfer begins in November."""
    moved = entry.model_copy(deep=True, update={"today": entry.today + LATER, "expect": {}, "look_at": []})
    put_at(moved.form, "plan.plan_start", "2026-11-01")
    put_at(moved.form, "plan.plan_end", "2027-10-31")
    for line in moved.timeline:
        line.on += LATER
    return moved


@cache
def results(road: str, *, late: bool = False) -> Result:
    """A case, in July (law of 2020) or in September (the Code)."""
    return run(later(CASES[road]) if late else CASES[road])


def paper(road: str, code: str, *, late: bool = False) -> Mapping[str, Any]:
    """What a paper of a case says."""
    found: Mapping[str, Any] = next(
        d["fields"] for d in reversed(results(road, late=late).documents) if d["code"] == code
    )
    return found


def words(said: Any) -> str:
    """Everything said, as text."""
    return json.dumps(said, ensure_ascii=False, default=str)


def set_on_paper(code: str, fields: Mapping[str, Any]) -> bytes:
    """The paper as PDF."""
    return typeset(template=SHEETS[ITEM.document(code).template], data={**fields, "demo": True}, at=AT)


def test_every_paper_but_the_applicants_own_is_made_on_some_road() -> None:
    made = {d["code"] for road in ROADS for d in results(road).documents}
    assert made == {d.code for d in ITEM.documents} - {"application", "transport_pledge"}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("road", ROADS)
def test_no_paper_names_a_repealed_law(road: str, late: bool) -> None:
    documents = results(road, late=late).documents
    assert documents
    for said in documents:
        text = words(said["fields"])
        assert not (late and REPEALED in text), said["code"]
        assert not (not late and "生态环境法典" in text), said["code"]


@pytest.mark.parametrize("road", ROADS)
def test_every_paper_can_be_set(road: str) -> None:
    for said in results(road).documents:
        assert set_on_paper(said["code"], said["fields"]).startswith(b"%PDF")


def test_each_word_series_belongs_to_one_paper() -> None:
    numbered = [d.number.template for d in ITEM.documents if d.number is not None]
    assert len(set(numbered)) == len(numbered)


def test_the_permit_rests_on_the_law_of_its_day() -> None:
    assert "第八十二条" in words(paper(GRANTED, "permit"))
    assert "《中华人民共和国生态环境法典》有关规定" in words(paper(GRANTED, "permit", late=True))


def test_the_permit_says_what_the_statute_asks() -> None:
    fields = paper(GRANTED, "permit")
    assert fields["number"] == "沪环危转许〔2026〕0001号"
    assert fields["period"] == "2026年8月1日至2027年7月31日"
    assert fields["date"] == "2026年7月21日"
    for part in (
        "上海拾穗微电子有限公司",
        "浙江临溪金属再生有限公司",
        "含铜蚀刻废液",
        "398-051-22",
        "HW22",
        "R4 再循环/再利用金属和金属化合物",
        "合计 420 吨",
        "沪川危险货物运输有限公司（演示）",
        "G60沪昆高速",
        "浙环函〔2026〕88号",
    ):
        assert part in words(fields)


def test_the_letter_asks_the_right_department_for_a_reply_within_ten_days() -> None:
    fields = paper(GRANTED, "consultation_letter")
    assert (fields["to"], fields["form"]) == ("浙江省生态环境厅", "函")
    for part in ("于收函10个工作日内函复", "2026年8月1日至2027年7月31日", "398-004-22", "G60沪昆高速"):
        assert part in words(fields)


def test_letters_about_a_letter_name_its_number_and_day() -> None:
    for road, code in (
        ("期限未满不能催办，期满催办后登记纸质复函", "reminder_letter"),
        ("发函后撤回，向接受地发撤回商请函", "withdrawal_letter"),
    ):
        text = words(paper(road, code))
        assert "沪环危转商〔2026〕0001号" in text and "2026年7月8日" in text


def test_the_circular_carries_the_permits_number_and_names_whom_it_is_copied_to() -> None:
    fields = paper(GRANTED, "circular")
    assert fields["number"] == "沪环危转许〔2026〕0001号"
    assert fields["to"] == "浙江省生态环境厅"
    assert fields["cc"] == ["上海市交通运输主管部门", "浙江省交通运输主管部门", "上海市浦东新区生态环境局"]


def test_the_compliance_sheet_gives_each_clause_with_verdict_reason_and_law() -> None:
    sections = paper("样例2 不合规、高风险，局领导不予许可", "compliance_sheet")["sections"]
    assert sections[1]["title"].endswith("不合规")
    rows = {row[0]: row for row in sections[1]["tables"][0]["rows"]}
    assert rows["CR-07"][2] == "不符合"
    assert "不符合就近原则" in rows["CR-07"][3]
    assert rows["CR-07"][4].startswith("《危险废物转移管理办法》")
    assert rows["CR-05"][2] == "存疑"


def test_the_report_puts_automatic_and_corrected_points_side_by_side() -> None:
    fields = paper("修正演示 定位终端修复后把轨迹得分由2分改为6分", "evaluation_report")
    table = next(block["table"] for block in fields["body"] if block["kind"] == "table")
    tracked = next(row for row in table["rows"] if row[0] == "A2")
    assert tracked[3:6] == ["2", "6", "6"]
    text = words(fields)
    for part in (
        "由2分改为6分，总分由89分变为93分",
        "定位终端已修复，现场核验轨迹连续（技术评估经办）",
        "总分88+5=93分",
        "低风险",
    ):
        assert part in text
    assert fields["org"] == "危险废物技术评估机构"


def test_a_failed_clause_leads_the_reports_reasons() -> None:
    fields = paper("样例2 不合规、高风险，局领导不予许可", "evaluation_report")
    reasons = next(block["rows"] for block in fields["body"] if block["kind"] == "points")
    assert reasons[0]["text"].startswith("CR-07 就近原则")
    assert "评分建议：不予同意" in words(fields)


def test_who_seals_and_who_may_read() -> None:
    seals = {d["code"]: d["sealed_by"] for d in results(GRANTED).documents}
    assert seals["compliance_sheet"] == ""
    assert seals["evaluation_report"] == "危险废物技术评估机构"
    assert {seals[code] for code in ("permit", "consultation_letter", "circular", "acceptance_notice")} == {
        "上海市生态环境局"
    }
    inside = {d.code for d in ITEM.documents if not d.to_applicant}
    assert inside >= {"compliance_sheet", "evaluation_report", "consultation_letter", "circular"}


def test_a_correction_is_told_once_where_the_applicant_finds_it() -> None:
    fields = paper("补正一次后受理，期限自补正收到之日起算", "correction_notice")
    assert fields["body"][1]["rows"] == [
        {"text": "第2行主要成分及有害成分：主要成分应写明浓度范围。", "law": "申请表填表说明"}
    ]
    assert "30日内" in fields["body"][-1]["text"]


def draft_view(**changes: Any) -> CaseView:
    """A draft as its application is printed: no number, no history, the registers' words filled in."""
    form, day = form_of(), date(2026, 7, 1)
    form.complete(facts_for(form))
    uscc = form.generator.generator_uscc or ""
    case = CaseState("", "", ITEM.code, "draft", "accept", 1, uscc, "", "310000", day)
    context = shipped_context(today=day)
    return replace(view_of(item=ITEM, case=case, form=form, events=(), context=context, today=day), **changes)


def test_the_application_prints_the_whole_form() -> None:
    fields = ITEM.document("application").fields(draft_view())
    for part in (
        "上海市浦东新区",
        "浙江省衢州市衢江区",
        "毒性",
        "罐式车",
        "11个月又31天",
        "公路",
        "接收方付费",
    ):
        assert part in words(fields), part
    assert len(fields["digest"]) == 16
    assert set_on_paper("application", fields).startswith(b"%PDF")


def test_the_pledge_is_about_one_carrier() -> None:
    fields = ITEM.document("transport_pledge").fields(draft_view(binding=1))
    for part in ("致：上海市生态环境局", "91310114631987K21K", "398-004-22", "沪AD10004", "国六", "槽罐车"):
        assert part in words(fields), part
    assert set_on_paper("transport_pledge", fields).startswith(b"%PDF")


def test_the_mark_of_the_form_changes_with_every_answer_but_not_with_the_signature() -> None:
    form = form_of()
    mark = form_mark(form)
    form.pledge.signed_at, form.pledge.sign_cert_sn = date(2026, 7, 1), "sn-1"
    assert form_mark(form) == mark
    form.plan.route_desc = "另一条路线，经示例路到厂"
    assert form_mark(form) != mark


def told(road: str, link: str, name: str) -> list[dict[str, Any]]:
    """The bodies of messages to a partner; `name` without its part."""
    return [
        m["body"] for m in results(road).messages if m["link"] == link and m["name"].partition(":")[0] == name
    ]


def read(model: type[BaseModel], body: Mapping[str, Any]) -> Any:
    """A body as the link checks it, once its paper is put in."""
    sent = {k: v for k, v in body.items() if k != "document"}
    if "document" in body:
        sent |= {"file_sm3": "0" * 64, "verify_url": "https://example.cn/v/x"}
        sent["letter_no"] = sent["letter_no"] or "沪环危转商〔2026〕0001号"
    return model.model_validate(sent)


def test_the_province_is_consulted_reminded_and_told_through_the_national_system() -> None:
    (consulted,) = told(GRANTED, "mee_hazwaste", "consultation_letter")
    letter = read(ConsultationLetter, consulted)
    assert (letter.to_province, letter.to_name, letter.kind) == ("33", "浙江省生态环境厅", "consultation")
    assert [(w.code, w.form, str(w.quantity_t)) for w in letter.wastes] == [
        ("398-004-22", "L", "300.0000"),
        ("398-051-22", "L", "120.0000"),
    ]
    (decided,) = told(GRANTED, "mee_hazwaste", "permit_decided")
    permit = read(PermitDecided, decided)
    assert (permit.permit_no, permit.letter_no) == ("沪环危转许〔2026〕0001号", "沪环危转商〔2026〕0001号")
    kinds = [
        read(ConsultationLetter, body).kind
        for body in told("期限未满不能催办，期满催办后登记纸质复函", "mee_hazwaste", "consultation_letter")
    ]
    assert kinds == ["consultation", "reminder"]


def test_a_refusal_is_told_where_a_letter_went_out_before() -> None:
    (body,) = told("接受地不同意转入，局领导不予许可", "mee_hazwaste", "permit_decided")
    assert read(PermitDecided, body).result == "denied"
    assert told("样例2 不合规、高风险，局领导不予许可", "mee_hazwaste", "permit_decided") == []


def test_without_consultation_the_province_is_still_informed() -> None:
    road = "白名单免商请，期限按白名单"
    assert told(road, "mee_hazwaste", "consultation_letter") == []
    assert "浙江省生态环境厅" in [body["to_name"] for body in told(road, "letters", "letter")]


def test_the_circular_goes_to_everybody_informed() -> None:
    letters = [read(Letter, body) for body in told(GRANTED, "letters", "letter")]
    assert [(one.kind, one.to_name) for one in letters] == [
        ("notification", "浙江省生态环境厅"),
        ("copy", "上海市交通运输主管部门"),
        ("copy", "浙江省交通运输主管部门"),
        ("copy", "上海市浦东新区生态环境局"),
    ]


def test_an_archived_permit_is_shared_once_and_says_what_the_brief_asks() -> None:
    for link in ("solid_waste", "data_hub"):
        (body,) = told("归档后不能再归档", link, "permit_archived")
        permit = read(PermitArchived, body)
        assert permit.permit_no == "沪环危转许〔2026〕0001号"
        assert permit.approval_code == "WZC-310115-20260701-0001"
        assert permit.decision_date == date(2026, 7, 21)
        assert permit.reply_no == "浙环函〔2026〕88号"
        assert permit.generator.ent_id == "SH-DEMO-0001"
        assert permit.carriers[0].vehicles == ("沪A10001", "沪A10002", "沪A10003", "沪AD10004")
        first = permit.transfer.rows[0]
        assert (first.hw, first.code, first.form, first.hazards, str(first.approved_t), first.mode) == (
            "HW22",
            "398-004-22",
            "liquid",
            ("T",),
            "300.0000",
            "R4",
        )
    assert told("迟于开始日期决定的，自决定之日起有效", "solid_waste", "permit_archived") == []


def test_persons_telephone_numbers_and_prices_never_leave() -> None:
    for road in ROADS:
        said = [m["body"] for m in results(road).messages]
        papers = [d["fields"] for d in results(road).documents]
        text = words(said) + words(papers)
        assert not any(private in text for private in PRIVATE), road


def test_the_public_page_shows_parties_tonnes_and_term_and_no_person() -> None:
    said = {"valid_from": "2026-08-01", "valid_to": "2027-07-31"}
    act = Act(
        1, AT, "zhao", "示例", "city_director", "approve", "批准", "approve", "certify", "accepted", said
    )
    view = draft_view(acts=(act,), document_number="沪环危转许〔2026〕0001号")
    licence = ITEM.document("permit").licence
    assert licence is not None and licence.quantity is not None
    shown = dict(licence.shows(view))
    assert shown["许可文号"] == "沪环危转许〔2026〕0001号"
    assert shown["批准转移的废物"] == "398-004-22 含铜废液 300 吨；398-051-22 含铜废液 120 吨"
    assert shown["有效期"] == "2026年8月1日至2027年7月31日"
    assert not any(private in words(shown) for private in PRIVATE)
    kept = licence.quantity(view)
    assert (kept["qty_t"], kept["waste_codes"], kept["year"]) == (
        "420.0000",
        ["398-004-22", "398-051-22"],
        2026,
    )


def test_a_permit_without_a_term_is_not_made() -> None:
    licence = ITEM.document("permit").licence
    assert licence is not None
    with pytest.raises(Refused, match="批准期限为空"):
        licence.term(draft_view())
