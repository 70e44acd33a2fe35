"""The columns of the export (危险废物 第一部分 §10.1): one line a waste, or one a case. Persons and prices are never exported.

Where a case is one line, values of several wastes stand side by side in one cell, one a waste, repeats kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.assessed import assessment_of
from luban.items.hazwaste_transfer_out.counted import (
    approved_rows,
    corrected,
    day_of,
    decided_on,
    first_day,
    reply_title,
    vehicles,
    yes,
)
from luban.items.hazwaste_transfer_out.decision import decision_of, term_of
from luban.items.hazwaste_transfer_out.papers.letters import permit_no
from luban.items.hazwaste_transfer_out.papers.reviewed import OVERALL
from luban.kit.statistics import ExportColumn
from luban.kit.view import CaseView
from luban.registers.hazardous_waste.vehicles import clean_vehicle


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _of_waste(title: str, value: Callable[[CaseView, Any], Any]) -> ExportColumn:
    """A column of the wastes: its value of each, or all of them in one cell."""

    def joined(case: CaseView) -> str:
        return "；".join(_text(value(case, row)) for row in case.form.waste.wastes)

    return ExportColumn(title, joined, value)


def _granted(case: CaseView, row: Any) -> Decimal | None:
    """Tonnes granted of a waste; None before the decision."""
    if decision_of(case) is None:
        return None
    return next((tonnes for one, tonnes in approved_rows(case) if one is row), None)


def _term(n: int) -> Callable[[CaseView], date | None]:
    def value(case: CaseView) -> date | None:
        found = term_of(case)
        return found[n] if found else None

    return value


def _clean(case: CaseView) -> int:
    gas = case.params.flag("hwt.score.clean_gas_counts")
    return sum(
        clean_vehicle(fuel_type=one.fuel_type, emission_stage=one.emission_stage, gas_counts=gas)
        for one in vehicles(case)
    )


def _of_sheet(name: str) -> Callable[[CaseView], Any]:
    def value(case: CaseView) -> Any:
        found = assessment_of(case)
        return getattr(found.sheet, name) if found and found.sheet else ""

    return value


COLUMNS = (
    ExportColumn("办件号", lambda c: c.number),
    ExportColumn("事项", lambda c: c.item_title),
    ExportColumn("移出单位", lambda c: c.form.generator.generator_name),
    ExportColumn("信用代码", lambda c: c.form.generator.generator_uscc),
    ExportColumn("区", lambda c: c.place(c.form.generator.generator_adcode)),
    ExportColumn("接收单位", lambda c: c.form.receiver.receiver_name),
    ExportColumn("接收省", lambda c: c.place(c.form.receiver.receiver_province)),
    ExportColumn("许可证号", lambda c: c.form.receiver.receiver_licence_no),
    ExportColumn("许可证止期", lambda c: c.form.receiver.licence_valid_to),
    _of_waste("废物类别", lambda c, row: row.hw_category),
    _of_waste("废物代码", lambda c, row: row.waste_code),
    _of_waste("废物名称", lambda c, row: row.waste_name),
    _of_waste("特性", lambda c, row: ",".join(row.declared_hazards or ())),
    _of_waste("形态", lambda c, row: c.term("hw_physical_form", row.physical_form)),
    _of_waste("方式", lambda c, row: row.disposal_mode),
    _of_waste("申请吨", lambda c, row: row.apply_t),
    _of_waste("批准吨", _granted),
    ExportColumn("运输单位", lambda c: "、".join(r.carrier_name or "" for r in c.form.transport.carriers)),
    ExportColumn("车辆数", lambda c: sum(1 for _ in vehicles(c))),
    ExportColumn("清洁车辆数", _clean),
    ExportColumn("受理日", lambda c: c.accepted_on),
    ExportColumn("评估提交日", lambda c: first_day(c, "submit_evaluation")),
    ExportColumn("发函日", lambda c: day_of(c, "sign_letter")),
    ExportColumn("复函日", lambda c: day_of(c, "reply", "register_reply")),
    ExportColumn("复函结论", reply_title),
    ExportColumn("决定日", decided_on),
    ExportColumn("制证日", lambda c: day_of(c, "issue")),
    ExportColumn("许可文号", lambda c: permit_no(c) if c.licences else ""),
    ExportColumn("有效期起", _term(0)),
    ExportColumn("有效期止", _term(1)),
    ExportColumn("状态", lambda c: c.term("case_state", c.state)),
    ExportColumn("合规结论", lambda c: OVERALL[found.overall] if (found := assessment_of(c)) else ""),
    ExportColumn("基础分", _of_sheet("base")),
    ExportColumn("加分", _of_sheet("bonus")),
    ExportColumn("总分", _of_sheet("total")),
    ExportColumn("分级", lambda c: grading.title if (grading := _of_sheet("grading")(c)) else ""),
    ExportColumn("是否修正", lambda c: yes(corrected(assessment_of(c)))),
)
