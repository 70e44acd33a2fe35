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
from luban.items.solid_waste_disposal import evidence
from luban.items.solid_waste_disposal.form import ApprovalForm
from luban.items.solid_waste_disposal.item import ITEM
from luban.kit.reading import read_form
from luban.links.letters.client import Letter
from luban.links.solid_waste.client import FilingDecided
from luban.stages.licence.make import template_of
from luban.stages.trial import Result, read_cases, try_cases
from luban.stages.trial.book import CaseEntry, put_at
from luban.trust.typeset import typeset

CASES = {entry.name: entry for entry in read_cases(Path(__file__).with_name("cases.yaml"))}
LUBAN = Path(__file__).parents[3]
REPEALED = "固体废物污染环境防治法"
ROADS = (
    "D-A 部分同意后批准",
    "D-B 接收地不同意",
    "补正一次后批准",
    "不予受理",
    "不在职权范围",
    "技术评估停表，延长一次",
    "催办满10日、20日各一次，不自动同意",
    "商请中撤回，同时撤回商请函",
    "接收地要求补充，企业补充后再次商请",
    "五个工作日未处理，自收到之日起视为受理",
)
AFTER_THE_CODE = timedelta(days=190)
AT = datetime(2026, 3, 27, 10, tzinfo=timezone(timedelta(hours=8)))
PRIVATE = ("13800000003", "13800000011", "0573-12345678", "示例联系人", "示例接收联系人", "示例调度")


def run(entry: CaseEntry) -> Result:
    """One case."""
    return try_cases(item=ITEM, cases=[entry.model_copy(update={"expect": {}})])[0]


def later(entry: CaseEntry, by: timedelta) -> CaseEntry:
    """The same case, filed and handled later in the year."""
    moved = entry.model_copy(deep=True, update={"today": entry.today + by, "expect": {}, "look_at": []})
    put_at(moved.form, "contract.start_date", "2026-10-27")
    for line in moved.timeline:
        line.on += by
        line.data = {k: _later(v, by) for k, v in line.data.items()}
    return moved


def _later(value: Any, by: timedelta) -> Any:
    if value == date(2026, 4, 20):
        return date(2026, 10, 27)
    return value + by if isinstance(value, date) and value.year == 2026 else value


@cache
def papers(road: str, *, late: bool) -> tuple[dict[str, Any], ...]:
    """The papers of a case, in spring (law of 2020) or after the Code came into force."""
    entry = CASES[road]
    return tuple(run(later(entry, AFTER_THE_CODE) if late else entry).documents)


def set_on_paper(code: str, fields: Mapping[str, Any]) -> bytes:
    """The paper as PDF."""
    path = template_of(ITEM, ITEM.document(code))
    return typeset(template=path, data={**fields, "demo": True}, at=AT, root=LUBAN)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("road", ROADS)
def test_no_paper_names_a_repealed_law(road: str, late: bool) -> None:
    assert papers(road, late=late)
    for paper in papers(road, late=late):
        words = json.dumps(paper["fields"], ensure_ascii=False)
        assert not (late and REPEALED in words), paper["code"]
        assert not (not late and "生态环境法典" in words), paper["code"]


@pytest.mark.parametrize("road", ROADS)
def test_every_paper_can_be_set_and_names_no_person(road: str) -> None:
    for paper in papers(road, late=False):
        assert set_on_paper(paper["code"], paper["fields"]).startswith(b"%PDF")
        words = json.dumps(paper["fields"], ensure_ascii=False)
        assert not any(private in words for private in PRIVATE), paper["code"]


def paper_of(road: str, code: str) -> dict[str, Any]:
    """The fields of the latest paper of a kind."""
    fields: dict[str, Any] = next(p for p in reversed(papers(road, late=False)) if p["code"] == code)[
        "fields"
    ]
    return fields


def test_the_permit_says_what_the_statute_asks() -> None:
    fields = paper_of("D-A 部分同意后批准", "permit")
    words = json.dumps(fields, ensure_ascii=False)
    assert fields["number"] == "沪环固转许〔2026〕1号"
    assert fields["period"] == "2026年4月20日至2027年3月31日"
    for part in (
        "GFXK-310000-2026-0001",
        "浙江省嘉兴市秀洲区示例镇示例路7号",
        "焚烧",
        "沪昆高速",
        "浙环固函〔2026〕15号",
        "部分同意",
        "核定合计 500.000 吨",
        "第二十二条第一款",
        "行政复议",
    ):
        assert part in words


def test_the_consultation_letter_asks_the_province_in_full() -> None:
    fields = paper_of("D-A 部分同意后批准", "consultation_letter")
    words = json.dumps(fields, ensure_ascii=False)
    assert (fields["to"], fields["number"]) == ("浙江省生态环境厅", "沪环固转函〔2026〕1号")
    for part in ("900-099-S07", "600.000", "嘉兴示例环保能源有限公司", "10个工作日", "2027年3月31日"):
        assert part in words


def test_a_second_letter_names_the_first() -> None:
    words = json.dumps(
        paper_of("接收地要求补充，企业补充后再次商请", "consultation_letter"), ensure_ascii=False
    )
    assert "我局曾致函（沪环固转函〔2026〕1号）商请" in words


def test_the_refusal_carries_the_provinces_opinion_and_the_remedies() -> None:
    words = json.dumps(paper_of("D-B 接收地不同意", "denial_decision"), ensure_ascii=False)
    assert (
        "接收地意见：安徽省生态环境厅复函（皖环固函〔2026〕9号）：不同意；填埋库容不足，不同意转入。" in words
    )
    assert "行政复议" in words


def test_a_case_deemed_accepted_is_told_so() -> None:
    words = json.dumps(
        paper_of("五个工作日未处理，自收到之日起视为受理", "acceptance_notice"), ensure_ascii=False
    )
    assert "自收到申请材料之日（2026年3月2日）起即为受理" in words


@pytest.mark.parametrize("name", ["底稿", "水运底稿", "贮存底稿", "填埋底稿", "SWC-00 空表"])
def test_the_application_prints_the_whole_form(name: str) -> None:
    entry = CASES[name]
    form = read_form(ApprovalForm, entry.form).form
    uscc = form.generator.generator_uscc or ""
    case = CaseState("", "", ITEM.code, "draft", "accept", 1, uscc, "", "310000", entry.today)
    context = shipped_context(today=entry.today)
    view = view_of(item=ITEM, case=case, form=form, events=(), context=context, today=entry.today)
    fields = ITEM.document("application").fields(view)
    assert len(fields["digest"]) == 16
    assert set_on_paper("application", fields).startswith(b"%PDF")
    if name == "贮存底稿":
        words = json.dumps(fields, ensure_ascii=False)
        assert "贮存截止日" in words and "处置方式" not in words


def test_partners_hear_of_the_permit_in_their_own_words() -> None:
    result = run(CASES["D-A 部分同意后批准"])
    told = {(m["link"], m["name"]): m["body"] for m in result.messages}
    full = FilingDecided.model_validate(told["solid_waste", "filing_decided"])
    assert (full.number, full.kind, str(full.total_t)) == (
        "GFXK-310000-2026-0001",
        "disposal_permit",
        "500.000",
    )
    letters = [m["body"] for m in result.messages if m["link"] == "letters"]
    assert [(b["kind"], b["to_name"], b["document"]) for b in letters] == [
        ("consultation", "浙江省生态环境厅", "consultation_letter"),
        ("notification", "浙江省生态环境厅", "permit"),
        ("copy", "上海市金山区生态环境局", "permit"),
    ]
    for body in letters:
        sent = {k: v for k, v in body.items() if k != "document"} | {"letter_no": "沪环固转函〔2026〕3号"}
        Letter.model_validate({**sent, "file_sm3": "0" * 64, "verify_url": "https://example.cn/v/x"})


def course_of(name: str) -> list[tuple[int, int]]:
    """From and to of every entry of the course, as its event's evidence says it."""
    found = []
    for made in run(CASES[name]).evidence:
        body = made["body"]
        if made["name"] == "DC.transition":
            found.append((body["from"], body["to"]))
        if made["name"] == "DC.reply":
            found.append((evidence.CONSULTING, evidence.REPLIED))
    return found


def test_the_course_of_the_sample_is_that_of_the_brief() -> None:
    assert course_of("D-A 部分同意后批准") == [(1, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8)]
    assert course_of("D-B 接收地不同意")[-1] == (7, 9)


ALLOWED = {
    1: {2, 3, 10, 11},
    2: {1, 10, 13},
    3: {4, 10},
    4: {5, 10},
    5: {6, 10},
    6: {5, 7, 10},
    7: {8, 9, 6},
}
"""waste-chain 4.5."""


@pytest.mark.parametrize("name", [n for n, entry in CASES.items() if entry.timeline])
def test_no_case_moves_where_the_contract_forbids_it(name: str) -> None:
    at = 0
    for n, made in enumerate(e for e in run(CASES[name]).evidence if e["record"] == "DC"):
        body = made["body"]
        if n:
            assert body["expectedSeq"] == n
        if made["call"] == "createCase":
            at = 1
            continue
        goal = {"updateCase": 1, "reply": 6}.get(made["call"], body.get("to"))
        assert goal in ALLOWED[at], (at, goal)
        assert body.get("from", at) == at
        at = goal


def test_the_chain_gets_core_reply_and_decision_in_its_own_words() -> None:
    made = {(e["name"], n): e for n, e in enumerate(run(CASES["D-A 部分同意后批准"]).evidence)}
    bodies = [e["body"] for e in made.values()]
    created, reply, granted = bodies[0]["core"], bodies[5], bodies[-1]
    assert (created["endUseType"], created["methodCode"], created["totalKg"]) == (3, "DM02", 600_000)
    assert {k: reply[k] for k in ("result", "replyKg", "replyValidTo", "onBehalf", "docNo")} == {
        "result": 2,
        "replyKg": 500_000,
        "replyValidTo": 0,
        "onBehalf": False,
        "docNo": "浙环固函〔2026〕15号",
    }
    assert {k: granted[k] for k in ("docNo", "approvedKg", "validFrom", "validTo")} == {
        "docNo": "GFXK-310000-2026-0001",
        "approvedKg": 500_000,
        "validFrom": 20260420,
        "validTo": 20270331,
    }


def test_a_correction_makes_the_second_version_and_a_supplement_none() -> None:
    corrected = [e for e in run(CASES["补正一次后批准"]).evidence if e["name"] == "DF.updateForm"]
    assert [(e["version"], e["body"]["expectedVersion"]) for e in corrected] == [(2, 1)]
    made = run(CASES["接收地要求补充，企业补充后再次商请"]).evidence
    assert not any(e["name"] == "DF.updateForm" for e in made)
    again = [e["body"] for e in made if e["body"].get("to") == evidence.CONSULTING][-1]
    assert again["formVersion"] == 1 and len(again["opinion"]["supplement"]) == 16


def test_personal_data_never_leaves_in_plain_words() -> None:
    """waste-chain 3.1: no contact, no phone, no identity number in anything partners or the chain are told."""
    result = run(CASES["D-A 部分同意后批准"])
    words = json.dumps(
        [m["body"] for m in result.messages] + [e["body"] for e in result.evidence],
        ensure_ascii=False,
        default=str,
    )
    assert not any(private in words for private in PRIVATE)
