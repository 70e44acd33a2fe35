"""The cases an official can read come out as written; the words of the paper and of the firm's message."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from luban.cases.shipped import dictionaries, shipped_context
from luban.items.hazwaste_carrier_filing.application import application_fields
from luban.items.hazwaste_carrier_filing.documents import EFFECTS
from luban.items.hazwaste_carrier_filing.form import CarrierFiling
from luban.items.hazwaste_carrier_filing.item import ITEM
from luban.kit.form import form_spec
from luban.kit.item import assemble
from luban.kit.reading import SHAPE_RULE, read_form
from luban.registers.book.shipped import add_rows, shipped
from luban.registers.carriers.decisions import KINDS
from luban.registers.carriers.eligibility import REQUIRED
from luban.stages.trial import Result, read_cases, try_cases
from luban.trust.scans import pdf_text
from luban.trust.typeset import typeset

add_rows(folder=ITEM.folder, item=ITEM.code)
CASES = read_cases(Path(__file__).with_name("cases.yaml"))


@cache
def results() -> dict[str, Result]:
    """Every case, run once."""
    return {e.name: r for e, r in zip(CASES, try_cases(item=ITEM, cases=CASES), strict=True)}


@pytest.mark.parametrize("name", [entry.name for entry in CASES])
def test_case_comes_out_as_written(name):
    assert results()[name].differences == []


def test_every_rule_speaks_once_and_is_silent_once():
    fired = Counter(found["rule"] for result in results().values() for found in result.findings)
    assert set(fired) - {SHAPE_RULE} == {rule.id for rule in ITEM.rules}
    assert results()["新增备案通过"].passed == len(ITEM.rules)


def test_item_fits_together():
    context = shipped_context(today=date(2026, 7, 1))
    assemble(ITEM, laws=context.laws, parameters=context.parameters, dictionaries=dictionaries())


def test_the_filing_asks_for_what_makes_an_entry_complete_under_the_same_labels():
    spec = form_spec(CarrierFiling)
    asked = {name: spec.find(f"carrier.{name}").meta.label for name in REQUIRED if name != "rtl_files"}
    assert asked == {name: label for name, label in REQUIRED.items() if name != "rtl_files"}


def test_kinds_of_filing_are_those_of_the_register():
    rows = [row for row in shipped("dictionary").rows if row["dictionary"] == "carrier_filing_kind"]
    assert {row["code"]: row["name"] for row in rows} == KINDS
    assert set(EFFECTS) == set(KINDS)


def test_the_confirmation_names_the_entry_and_leaves_persons_out():
    (paper,) = results()["新增备案通过"].documents
    assert paper["sealed_by"] == "上海市生态环境局"
    lines = {r["label"]: r["value"] for b in paper["fields"]["body"] for r in b.get("rows", ())}
    assert lines["运输单位编号"] == "YSDW00000001"
    assert lines["经营范围"] == "6.1项 毒性物质、第8类 腐蚀性物质、危险废物（视为覆盖全部）"
    assert (lines["车辆"], lines["人员"]) == ("2辆", "2人")
    assert "13800000101" not in str(paper["fields"])
    moment = datetime(2026, 7, 3, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    template = Path(typeset.__code__.co_filename).parent / "typst" / "letter.typ"
    pdf = typeset(template=template, data=paper["fields"], at=moment)
    assert "YSDW00000001" in pdf_text(pdf)


def test_the_confirmation_of_a_cancellation_lists_no_licence():
    (paper,) = results()["注销"].documents
    lines = {r["label"]: r["value"] for b in paper["fields"]["body"] for r in b.get("rows", ())}
    assert list(lines) == ["运输单位编号", "单位名称", "统一社会信用代码", "备案类型"]
    assert "已注销" in paper["fields"]["body"][0]["text"]


def test_the_application_prints_the_whole_form():
    case = SimpleNamespace(
        form=read_form(CarrierFiling, CASES[0].form).form,
        number="",
        today=date(2026, 7, 1),
        term=lambda dictionary, code: code,
        place=lambda code: code,
    )
    fields = application_fields(case)
    assert [s["title"] for s in fields["sections"]] == [
        "一、备案事项",
        "二、运输单位与许可证",
        "三、车辆",
        "四、人员",
    ]
    vehicles = fields["sections"][2]["tables"][0]
    assert vehicles["rows"][0][:4] == ["沪A10101", "tanker", "30", "示例运证0101"]
    assert "真实、准确、完整" in fields["commitment"]


def _told(name):
    return [m["body"] for m in results()[name].messages if m["name"].startswith("enterprise_message")]


def test_the_firm_is_told_when_its_entry_changed():
    (told,) = _told("变更通过")
    assert told["title"] == "运输单位信息备案已通过"
    assert "YSDW00000009" in told["text"]
    (stopped,) = _told("变更审核中发现违法，暂停")
    assert stopped["text"] == (
        "你单位的运输单位信息备案已暂停，原因：存在超范围承运的违法行为。整改后可以申请恢复。"
    )
    assert _told("变更不予通过，原备案不变") == []
