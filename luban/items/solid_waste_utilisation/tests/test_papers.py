"""The papers: what they say, by which law, and that they can be set; what partners and the chain are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from luban.cases.shipped import shipped_context
from luban.cases.state import CaseState
from luban.cases.views import view_of
from luban.items.solid_waste_utilisation.form import FilingForm
from luban.items.solid_waste_utilisation.item import ITEM
from luban.kit.reading import read_form
from luban.kit.view import CaseView
from luban.links.letters.client import Letter
from luban.links.solid_waste.client import FilingDecided
from luban.registers.solid_waste.papers import form_mark
from luban.stages.trial import Result, read_cases, try_cases
from luban.stages.trial.book import CaseEntry, put_at
from luban.trust.typeset import typeset

CASES = {entry.name: entry for entry in read_cases(Path(__file__).with_name("cases.yaml"))}
LUBAN = Path(__file__).parents[3]
REPEALED = "固体废物污染环境防治法"
ROADS = ("补正一次后备案", "不予接收", "不予备案", "U-A 一次通过（汽车）")
AFTER_THE_CODE = timedelta(days=190)
AT = datetime(2026, 3, 6, 10, tzinfo=timezone(timedelta(hours=8)))


def run(entry: CaseEntry) -> Result:
    """One case."""
    return try_cases(item=ITEM, cases=[entry])[0]


def later(entry: CaseEntry, by: timedelta) -> CaseEntry:
    """The same case, filed and handled later in the year."""
    moved = entry.model_copy(deep=True, update={"today": entry.today + by, "expect": {}, "look_at": []})
    put_at(moved.form, "contract.start_date", "2026-10-20")
    for line in moved.timeline:
        line.on += by
    return moved


@cache
def papers(road: str, *, late: bool) -> tuple[dict[str, Any], ...]:
    """The papers of a case, in spring (law of 2020) or after the Code came into force."""
    entry = CASES[road]
    result = run(later(entry, AFTER_THE_CODE) if late else entry)
    assert result.refused == []
    return tuple(result.documents)


def set_on_paper(template: str, fields: Mapping[str, Any]) -> bytes:
    """The paper as PDF."""
    path = ITEM.folder / "documents" / f"{template}.typ"
    return typeset(template=path, data={**fields, "demo": True}, at=AT, root=LUBAN)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("road", ROADS)
def test_no_paper_names_a_repealed_law(road: str, late: bool) -> None:
    for paper in papers(road, late=late):
        words = json.dumps(paper["fields"], ensure_ascii=False)
        assert not (late and REPEALED in words), paper["code"]
        assert not (not late and "生态环境法典" in words), paper["code"]


def test_the_letter_rests_on_the_article_of_its_day() -> None:
    spring, autumn = (
        json.dumps(papers("U-A 一次通过（汽车）", late=late)[-1]["fields"], ensure_ascii=False)
        for late in (False, True)
    )
    assert "第二十二条第二款" in spring
    assert "《中华人民共和国生态环境法典》有关规定" in autumn


@pytest.mark.parametrize("road", ROADS)
def test_every_paper_can_be_set(road: str) -> None:
    for paper in papers(road, late=False):
        document = ITEM.document(paper["code"])
        assert set_on_paper(document.template, paper["fields"]).startswith(b"%PDF")


def draft_view(name: str) -> CaseView:
    """A draft as its application is printed: no number, no history."""
    entry = CASES[name]
    form = read_form(FilingForm, entry.form).form
    uscc = form.generator.generator_uscc or ""
    case = CaseState("", "", ITEM.code, "draft", "accept", 1, uscc, "", "310115", entry.today)
    return view_of(
        item=ITEM,
        case=case,
        form=form,
        events=(),
        context=shipped_context(today=entry.today),
        today=entry.today,
    )


@pytest.mark.parametrize("name", ["水运底稿", "收集底稿", "SWC-00 空表"])
def test_the_application_prints_the_whole_form(name: str) -> None:
    view = draft_view(name)
    fields = ITEM.document("application").fields(view)
    words = json.dumps(fields, ensure_ascii=False)
    assert len(fields["digest"]) == 16
    if name == "水运底稿":
        for part in (
            "锅炉炉渣",
            "示例轮1号",
            "宝山示例码头",
            "上海市宝山区示例镇示例路1号",
            "轮船",
            "江苏省",
        ):
            assert part in words
    assert set_on_paper("application", fields).startswith(b"%PDF")


def test_the_filing_says_what_the_statute_asks() -> None:
    receipt = next(p for p in papers("U-A 一次通过（汽车）", late=False) if p["code"] == "filing_receipt")
    fields = receipt["fields"]
    words = json.dumps(fields, ensure_ascii=False)
    assert fields["number"] == "GFBA-310115-2026-0001"
    assert fields["period"] == "2026年3月16日至2026年12月31日"
    for part in ("91310115MA1TL1A06J", "江苏省苏州市昆山市示例镇示例路18号", "塑料/橡胶再生造粒", "外环高速"):
        assert part in words
    for private in ("13800000001", "0512-12345678", "示例联系人"):
        assert private not in words


def test_a_late_filing_holds_from_the_day_it_was_made() -> None:
    receipt = next(
        p for p in papers("迟于开始日期备案的，自备案之日起有效", late=False) if p["code"] == "filing_receipt"
    )
    assert receipt["fields"]["period"] == "2026年3月20日至2026年12月31日"


def test_a_correction_is_told_once_and_in_full() -> None:
    notice = papers("补正一次后备案", late=False)[0]["fields"]
    assert notice["body"][1]["rows"] == [
        {"text": "转移废物·主要成分：主要成分应写明比例。", "law": "备案通知"}
    ]
    assert "30日内" in notice["body"][-1]["text"]


def test_mark_of_the_form_changes_with_every_answer_but_not_with_the_signature() -> None:
    payload = CASES["底稿"].form
    form = read_form(FilingForm, payload).form
    mark = form_mark(form)
    form.pledge.form_date, form.pledge.seal_result_id = date(2026, 3, 2), "seal-1"
    assert form_mark(form) == mark and len(mark) == 16
    form.waste.wastes[0].common_name = "别的名字"
    assert form_mark(form) != mark


def shipping_case() -> Result:
    """The case by ship, filed."""
    moved = CASES["水运底稿"].model_copy(deep=True, update={"expect": {}})
    moved.timeline = CASES["U-A 一次通过（汽车）"].model_copy(deep=True).timeline
    return run(moved)


def test_partners_hear_of_the_filing_in_their_own_words() -> None:
    result = shipping_case()
    assert result.state == "closed_granted"
    told = {(m["link"], m["name"]): m["body"] for m in result.messages}
    full = FilingDecided.model_validate(told["solid_waste", "filing_decided"])
    assert full.number == "GFBA-310113-2026-0001"
    assert full.receiver.adcode == "340705"
    letters = [told[key] for key in told if key[0] == "letters"]
    assert [(b["kind"], b["to_name"]) for b in letters] == [
        ("notification", "安徽省生态环境厅"),
        ("copy", "江苏省生态环境厅"),
    ]
    for body in letters:
        assert body["document"] == "report_letter"
        sent = {k: v for k, v in body.items() if k != "document"}
        Letter.model_validate({**sent, "file_sm3": "0" * 64, "verify_url": "https://example.cn/v/x"})


def test_the_chain_gets_the_plain_core_in_its_own_words() -> None:
    result = shipping_case()
    created, decided = result.evidence
    assert created["name"] == "UF.createFiling"
    core = created["body"]["core"]
    assert core == {
        "applicationNo": "GFB-310113-20260302-0001",
        "docNo": "",
        "originRegion": 310113,
        "originProvince": 310000,
        "destRegion": 340705,
        "destProvince": 340000,
        "generatorName": "上海示例热电有限公司",
        "generatorUscc": "91310113MA1TL2B13A",
        "receiverName": "铜陵示例建材有限公司",
        "receiverUscc": "91340705MA2TL6F544",
        "wasteCodes": "900-099-S03",
        "totalKg": 8_000_000,
        "transportMode": 2,
        "departureWharf": "宝山示例码头",
        "transitProvinces": [320000],
        "startDate": 20260316,
        "endDate": 20261231,
        "endUseType": 1,
        "methodCode": "UM05",
    }
    assert decided["body"] == {
        "filed": True,
        "docNo": "GFBA-310113-2026-0001",
        "decisionDate": 20260306,
        "expectedVersion": 1,
        "decision": {"decision_date": "2026-03-06", "filing_no": "GFBA-310113-2026-0001", "result": "filed"},
    }


def test_a_correction_appends_the_next_version() -> None:
    result = run(CASES["补正一次后备案"])
    appended = next(e for e in result.evidence if e["name"] == "UF.appendVersion")
    assert appended["body"]["expectedVersion"] == 1
    assert appended["version"] == 2


def test_a_rejection_is_recorded_without_a_number() -> None:
    decided = run(CASES["不予备案"]).evidence[-1]
    assert (decided["body"]["filed"], decided["body"]["docNo"]) == (False, "")
    assert decided["body"]["decision"] == {"decision_date": "2026-03-05", "result": "rejected"}


def test_personal_data_never_leaves_in_plain_words() -> None:
    """waste-chain 3.1: no contact, no phone, no identity number in anything partners or the chain are told."""
    result = shipping_case()
    words = json.dumps(
        [m["body"] for m in result.messages] + [e["body"] for e in result.evidence],
        ensure_ascii=False,
        default=str,
    )
    for private in ("13800000001", "示例联系人", "0553-1234567", "示例船务"):
        assert private not in words


def test_a_correction_names_fields_and_materials_as_the_applicant_knows_them() -> None:
    case = next(c for c in CASES.values() if any(line.act == "correct" for line in c.timeline))
    step = next(line for line in case.timeline if line.act == "correct")
    points = [
        {"path": "contract.contract_no", "problem": "合同编号有误。"},
        {"path": "waste.wastes[0].main_components", "problem": "应写明比例。"},
        {"path": "M02", "problem": "合同缺页。"},
    ]
    asked = case.model_copy(
        update={"timeline": [step.model_copy(update={"data": {"items": points}})], "expect": {}}
    )
    result = try_cases(item=ITEM, cases=[asked])[0]
    told = str(next(d for d in result.documents if d["code"] == "correction_notice")["fields"])
    for words in ("接收合同编号：合同编号有误。", "第1行主要成分：应写明比例。", "合同缺页。"):
        assert words in told
    assert not any(point["path"] in told for point in points)
