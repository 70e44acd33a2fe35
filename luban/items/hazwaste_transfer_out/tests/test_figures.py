"""What is counted and exported of an application (危险废物 第一部分 §10.1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from luban.cases.shipped import shipped_context
from luban.cases.state import CaseState
from luban.cases.views import view_of
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.items.hazwaste_transfer_out.statistics import STATISTICS, facts_of
from luban.items.hazwaste_transfer_out.tests.samples import Case, sample_1, sample_2
from luban.kit.assessment import KEY, assess
from luban.kit.clock import ZONE
from luban.kit.view import Act, CaseView

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
        "family": "R",
        "category": "HW22",
        "codes": ["398-004-22", "398-051-22"],
        "grade": "低风险",
        "score_band": "90–99分",
        "total": 93,
        "compliance": "合规",
        "whitelist": "是",
        "skipped": "否",
        "corrected": "否",
        "reply": "同意转入",
        "applied_t": "420.0000",
        "approved_t": "420.0000",
        "evaluated_on": "2026-07-03",
        "decided_on": "2026-07-06",
    }.items():
        assert facts[name] == value, name
    assert json.dumps(facts, ensure_ascii=False)


def test_facts_of_a_case_nobody_decided_count_nothing_as_approved() -> None:
    facts = facts_of(view(sample_2()))
    assert (facts["approved_t"], facts["grade"], facts["score_band"]) == ("0", "高风险", "60分以下")
    assert facts["failed_clauses"] == ["CR-07"]
    assert "decided_on" not in facts


def test_every_dimension_and_measure_is_a_stored_fact() -> None:
    facts = facts_of(view(sample_1(), *WAY))
    assert {d.code for d in STATISTICS.dimensions} | {m.code for m in STATISTICS.measures} <= set(facts)


def test_columns_name_no_person_and_no_price() -> None:
    row = {c.title: c.value(view(sample_1(), *WAY)) for c in STATISTICS.columns}
    assert row["废物代码"] == "398-004-22；398-051-22"
    assert row["申请吨"] == "300.0000；120.0000"
    assert (row["车辆数"], row["清洁车辆数"]) == (4, 4)
    assert (row["总分"], row["分级"], row["合规结论"]) == (93, "低风险", "合规")
    assert (row["有效期起"], row["有效期止"]) == (date(2026, 8, 1), date(2027, 7, 31))
    assert row["评估提交日"] == date(2026, 7, 2) + timedelta(days=1)
    told = " ".join(str(value) for value in row.values())
    assert "13800000001" not in told and "200.00" not in told


@pytest.mark.parametrize("column", STATISTICS.columns, ids=lambda column: column.title)
def test_a_fresh_application_can_be_exported(column: Any) -> None:
    form, _, day = sample_2()
    state = CaseState("1", "WZC-1", ITEM.code, "submitted", "accept", 1, "", "", "310000", day)
    seen = view_of(item=ITEM, case=state, form=form, events=(), context=shipped_context(today=day), today=day)
    column.value(seen)
