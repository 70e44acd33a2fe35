"""Figures of the filings: how many of which kind, from where, with how many vehicles, with what result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.statistics import Dimension, ExportColumn, Measure, Statistics
from luban.kit.view import CaseView

PROVINCE_DIGITS = 2


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case."""
    form = case.form
    region = form.carrier.reg_adcode or ""
    return {
        "kind": form.filing.kind or "",
        "province": f"{region[:PROVINCE_DIGITS]}0000" if region else "",
        "vehicles": len(form.fleet.vehicles),
        "persons": len(form.staff.persons),
        "state": case.state,
    }


STATISTICS = Statistics(
    facts=facts_of,
    dimensions=(
        Dimension("kind", "备案类型", "carrier_filing_kind"),
        Dimension("province", "注册省份"),
        Dimension("state", "结果", "case_state"),
    ),
    measures=(Measure("vehicles", "车辆", "辆"), Measure("persons", "人员", "人")),
    columns=(
        ExportColumn("办件编号", lambda c: c.number),
        ExportColumn("备案类型", lambda c: c.term("carrier_filing_kind", c.form.filing.kind)),
        ExportColumn("运输单位", lambda c: c.form.carrier.name),
        ExportColumn("信用代码", lambda c: c.form.carrier.uscc),
        ExportColumn("许可证号", lambda c: c.form.carrier.rtl_no),
        ExportColumn("许可证止期", lambda c: c.form.carrier.rtl_to),
        ExportColumn("车辆数", lambda c: len(c.form.fleet.vehicles)),
        ExportColumn("人员数", lambda c: len(c.form.staff.persons)),
        ExportColumn("提交日", lambda c: c.submitted_on),
        ExportColumn("状态", lambda c: c.term("case_state", c.state)),
    ),
)
