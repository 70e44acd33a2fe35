"""预检结果单: what was found, where, on what ground, when, and over which form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from luban.kit.clock import ZONE
from luban.kit.documents import Document
from luban.kit.fields import Code, Text, field, table
from luban.kit.findings import Finding
from luban.kit.form import Form, Row, Section, section
from luban.kit.prechecked import CODE, precheck_sheet
from luban.kit.process import Desk, Process, Step
from luban.kit.rules import Rules, info, run_rules, warn

RULES = Rules(version="2026-7")


class Line(Row):
    """A line."""

    code: Code = field("代码")


class Things(Section):
    """Things."""

    name: Text = field("名称")
    lines: list[Line] = table("明细")


class SomeForm(Form):
    """A form."""

    things: Things = section("事物", of=Things, key="s1")


@RULES.rule("T-01", law="L.1")
def near_end(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Says two things of a line."""
    yield warn("things.lines[1].code", "第2行代码将停用。", until=date(2026, 8, 1))
    yield info("", "整件提示。")


@RULES.rule("T-02")
def silent(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Says nothing."""
    yield from ()


@RULES.rule("T-03")
def on_paper(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Says something of a material."""
    yield warn("materials.M01", "附件须核对。")


def sheet(*, notes: str = "") -> dict[str, Any]:
    form = SomeForm.model_validate({"things": {"lines": [{}, {"code": "A"}]}})
    said = {"form": "ab" * 32, "notes": notes}
    case = SimpleNamespace(
        form=form,
        number="T-1",
        item_title="示例事项",
        applicant_name="示例单位",
        city=SimpleNamespace(name="示例局"),
        findings=run_rules(RULES, form, None, date(2026, 7, 1)),
        last=SimpleNamespace(at=datetime(2026, 7, 1, 9, 30, 5, tzinfo=ZONE), data=said),
        cite=lambda law: f"《{law}》",
    )
    return dict(precheck_sheet(RULES).fields(case))  # type: ignore[arg-type]


def test_each_finding_has_its_rule_place_value_and_law() -> None:
    rows = sheet()["sections"][1]["tables"][0]["rows"]
    assert rows == [
        ["T-01", "提醒", "第2行代码", "第2行代码将停用。", "until=2026-08-01", "《L.1》"],
        ["T-01", "提示", "整件", "整件提示。", "—", "《L.1》"],
        ["T-03", "提醒", "材料M01", "附件须核对。", "—", "—"],
    ]


def test_it_says_when_by_which_rules_and_over_which_form() -> None:
    found = sheet()
    told = {cell["label"]: cell["value"] for cell in found["sections"][0]["fields"]}
    assert told["预检时间"] == found["printed_at"] == "2026-07-01 09:30:05"
    assert told["规则版本"] == "2026-7"
    assert told["结论"] == "提醒2处，提示1处，通过规则1条"
    assert found["digest"] == "ab" * 32
    assert found["sections"][2]["fields"][0]["value"] == "T-02"


def test_what_the_applicant_said_about_warnings_stands_on_it() -> None:
    assert len(sheet()["sections"]) == 3
    assert sheet(notes="已核实")["sections"][3]["fields"][0]["value"] == "已核实"


def test_it_is_for_the_applicant_and_bears_no_seal() -> None:
    made: Document = precheck_sheet(RULES)
    assert (made.code, made.seal, made.to_applicant, made.decides) == (CODE, "none", True, False)


@pytest.mark.parametrize("made", [(), (CODE,)])
def test_a_correction_handed_in_makes_it_anew(made: tuple[str, ...]) -> None:
    process = Process(steps=(Step("a", "甲", Desk("city_window", at="city")),), submit_makes=made)
    resubmit = next(a for a in process.correction_step.actions if a.code == "resubmit")
    assert resubmit.makes == made
