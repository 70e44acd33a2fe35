"""What is counted and exported of an application (危险废物 第一部分 §10.1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from luban.cases.shipped import shipped_context
from luban.cases.state import CaseState
from luban.cases.views import view_of
from luban.items.hazwaste_transfer_out import counted
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.items.hazwaste_transfer_out.statistics import STATISTICS, facts_of
from luban.items.hazwaste_transfer_out.tests.samples import Case, sample_1, sample_2
from luban.kit.assessment import KEY, assess
from luban.kit.clock import ZONE
from luban.kit.view import Act, CaseView
from luban.stages.export.chapters import DAYS, facts_read
from luban.stages.export.rows import Layout

BRIEF = (
    "办件号、事项、移出单位、信用代码、区、接收单位、接收省、许可证号、许可证止期、废物类别、废物代码、废物名称、特性、形态、方式、"
    "申请吨、批准吨、运输单位、车辆数、清洁车辆数、受理日、评估提交日、发函日、复函日、复函结论、决定日、制证日、许可文号、"
    "有效期起、有效期止、状态、合规结论、基础分、加分、总分、分级、是否修正"
)
"""The columns of brief §10.1 but for the days of the nodes, which the engine adds."""

WAY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("submit_evaluation", {"suggestion": "agree", "conclusion": "同意"}),
    ("sign_letter", {}),
    ("reply", {"conclusion": "agree", "reply_no": "浙环函〔2026〕88号", "replied_on": "2026-07-16"}),
    ("approve", {"valid_from": "2026-08-01", "valid_to": "2027-07-31"}),
)


def act(seq: int, action: str, data: dict[str, Any]) -> Act:
    """An event, one a day from 2 July."""
    at = datetime(2026, 7, 1 + seq, 10, tzinfo=ZONE)
    return Act(seq, at, "x", "示例", "city_reviewer", action, action, "a", "b", "accepted", data)


def view(case: Case, *way: tuple[str, dict[str, Any]]) -> CaseView:
    """A case as accepted and assessed, and as far as `way` goes."""
    form, facts, day = case
    form.complete(facts)
    said = assess(item=ITEM, form=form, facts=facts, today=day)
    acts = (act(1, "accept", {KEY: said}), *(act(n, *one) for n, one in enumerate(way, start=2)))
    uscc = form.generator.generator_uscc or ""
    state = CaseState("1", "WZC-1", ITEM.code, "accepted", "certify", 1, uscc, "", "310000", day)
    context = shipped_context(today=day)
    seen = view_of(item=ITEM, case=state, form=form, events=(), context=context, today=day)
    return replace(seen, acts=acts, accepted_on=day)


def test_facts_of_a_granted_case() -> None:
    facts = facts_of(view(sample_1(), *WAY))
    for name, value in {
        "district": "310115",
        "receiver_province": "330000",
        "generator": "91310115MA7K3Q2X8Y 上海拾穗微电子有限公司",
        "carriers": ["91310114631987K21K"],
        "grade": "低风险",
        "total": "93",
        "compliance": "合规",
        "whitelist": "是",
        "skipped": "否",
        "corrected": "否",
        "reply": "同意转入",
        "received_on": "2026-07-02",
        "evaluated_on": "2026-07-03",
        "reviewed_on": "2026-07-04",
        "decidable_on": "2026-07-05",
        "decided_on": "2026-07-06",
    }.items():
        assert facts[name] == value, name
    assert facts["rows"] == [
        {
            "category": "HW22",
            "code": code,
            "mode": "R4",
            "family": "R",
            "applied_t": tonnes,
            "approved_t": tonnes,
        }
        for code, tonnes in (("398-004-22", "300.0000"), ("398-051-22", "120.0000"))
    ]
    assert sum(facts["points"].values()) == 93
    assert "moved" not in facts
    assert json.dumps(facts, ensure_ascii=False)


def test_facts_of_a_case_nobody_decided_count_nothing_as_approved() -> None:
    facts = facts_of(view(sample_2()))
    assert ([row["approved_t"] for row in facts["rows"]], facts["grade"]) == (["0"], "高风险")
    assert facts["failed_clauses"] == ["CR-07"]
    assert "CR-02" in facts["doubtful_clauses"]
    assert "decided_on" not in facts
    assert "issued_on" not in facts


def test_a_correction_counts_as_far_as_it_moved_points() -> None:
    said = {"factor": "A1", "points": 10, "reason": "里程按现场核验的路线重新计算"}
    facts = facts_of(view(sample_1(), ("correct_score", said)))
    assert (facts["corrected"], facts["moved"], facts["points"]["A1"]) == ("是", "4", 10)


def test_a_partial_reply_approves_of_each_waste_what_it_says() -> None:
    part = {"conclusion": "partial", "reply_no": "x", "replied_on": "2026-07-16"}
    rows = [{"waste_code": "398-051-22", "disposal_mode": "R4", "approved_t": "100"}]
    way = (*WAY[:2], ("reply", {**part, "approved": rows}), WAY[3])
    seen = view(sample_1(), *way)
    assert [row["approved_t"] for row in facts_of(seen)["rows"]] == ["0", "100"]
    granted = next(c for c in STATISTICS.columns if c.title == "批准吨")
    assert granted.of_row is not None
    assert [granted.of_row(seen, row) for row in seen.form.waste.wastes] == [Decimal(0), Decimal(100)]
    assert granted.value(seen) == "0；100"


@pytest.mark.parametrize(
    ("mode", "family"),
    [("R4", "R"), ("D10", "D"), ("C1", "D"), ("C3", "R"), ("G21", "D"), ("S01", "S"), (None, "")],
)
def test_every_way_has_a_family(mode: str | None, family: str) -> None:
    assert counted.family(mode) == family


def test_an_application_accepted_after_a_correction_came_in_with_the_correction() -> None:
    seen = view(sample_1())
    acts = (
        act(1, "submit", {}),
        act(2, "correct", {}),
        act(3, "resubmit", {}),
        act(4, "accept", {}),
        act(9, "resubmit", {}),
    )
    assert counted.received_on(replace(seen, acts=acts)) == date(2026, 7, 4)


def test_every_dimension_is_a_stored_fact() -> None:
    facts = facts_of(view(sample_1(), *WAY))
    for dimension in STATISTICS.dimensions:
        assert dimension.code in (facts["rows"][0] if dimension.of_rows else facts), dimension.code
        assert isinstance(facts.get(dimension.code), list) == dimension.many


def test_every_indicator_reads_stored_facts() -> None:
    facts = {**facts_of(view(sample_1(), *WAY)), "issued_on": "", "moved": ""}
    for chapter in STATISTICS.chapters:
        plain, structured = facts_read(parts=chapter.parts, dimension=None)
        assert plain | structured <= {*facts, *DAYS, "outcome"}, chapter.code
        assert all(isinstance(facts[name], list | dict) for name in structured)
        assert not any(isinstance(facts.get(name), list | dict) for name in plain)


def test_columns_are_those_of_the_brief_and_name_no_person_and_no_price() -> None:
    seen = view(sample_1(), *WAY)
    row = {c.title: c.value(seen) for c in STATISTICS.columns}
    assert list(row) == BRIEF.split("、")
    assert row["废物代码"] == "398-004-22；398-051-22"
    assert row["申请吨"] == "300.0000；120.0000"
    assert (row["车辆数"], row["清洁车辆数"]) == (4, 4)
    assert (row["总分"], row["分级"], row["合规结论"]) == (93, "低风险", "合规")
    assert (row["有效期起"], row["有效期止"]) == (date(2026, 8, 1), date(2027, 7, 31))
    assert row["评估提交日"] == date(2026, 7, 2) + timedelta(days=1)
    told = " ".join(str(value) for value in row.values())
    assert "13800000001" not in told
    assert "200.00" not in told


def test_an_export_by_line_has_the_line_and_every_span() -> None:
    layout = Layout(ITEM, by_line=True)
    spans = ("受理至制证自然日", "受理至制证工作日", "受理至制证扣除停表工作日")
    nodes = tuple(f"{node}工作日" for node in ("受理", "技术评估", "初步审核", "外省复函", "决定", "制证"))
    assert layout.heads[:2] == ("办件号", "行号")
    assert layout.heads[-10:] == (*spans, *nodes, "是否超期")


@pytest.mark.parametrize("column", STATISTICS.columns, ids=lambda column: column.title)
def test_a_fresh_application_can_be_exported(column: Any) -> None:
    form, _, day = sample_2()
    state = CaseState("1", "WZC-1", ITEM.code, "submitted", "accept", 1, "", "", "310000", day)
    seen = view_of(item=ITEM, case=state, form=form, events=(), context=shipped_context(today=day), today=day)
    column.value(seen)
