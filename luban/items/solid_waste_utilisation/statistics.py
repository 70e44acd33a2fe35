"""Figures of filings and the columns of the export (一般固体废物 2A.10, 2B.10). Contacts are never exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.items.solid_waste_utilisation.documents import issued_no
from luban.kit.statistics import Dimension, ExportColumn, Measure, Statistics
from luban.kit.view import CaseView
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.derive import primary

DELTA = frozenset({"320000", "330000", "340000"})
"""长三角: Jiangsu, Zhejiang, Anhui are counted apart (2A.1)."""


def day_of(case: CaseView, action: str) -> date | None:
    """The day of an action's latest event."""
    found = case.latest(action)
    return found.at.date() if found else None


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case: by what to group it, and how much it is."""
    form = case.form
    province = form.receiver.receiver_province_code or ""
    categories = [row.category_code for row in form.waste.wastes if row.category_code]
    return {
        "county": form.source.origin_county_code or "",
        "applicant_type": form.generator.applicant_type or "",
        "utilisation_method": form.end_use.utilisation_method or "",
        "receiver_province": province,
        "delta": "是" if province in DELTA else "否",
        "category": categories[0] if categories else "",
        "categories": sorted(set(categories)),
        "transport_mode": form.route.transport_mode or "",
        "filing_year": str(form.source.filing_year or ""),
        "copied": "是" if case.copied_from else "否",
        "state": case.state,
        "total_qty_t": str(form.waste.total_qty_t or 0),
        "route_distance_km": str(form.route.route_distance_km or 0),
    }


def _main_region(case: CaseView) -> str:
    return papers.facility_region(case)


STATISTICS = Statistics(
    facts=facts_of,
    dimensions=(
        Dimension("county", "区"),
        Dimension("applicant_type", "申请主体类型", "applicant_type"),
        Dimension("utilisation_method", "利用方式", "utilisation_method"),
        Dimension("receiver_province", "接收省"),
        Dimension("delta", "长三角"),
        Dimension("category", "废物种类"),
        Dimension("transport_mode", "运输方式", "transport_mode"),
        Dimension("filing_year", "备案年度"),
        Dimension("copied", "再来一单"),
        Dimension("state", "结果", "case_state"),
    ),
    measures=(
        Measure("total_qty_t", "备案总量", "吨"),
        Measure("route_distance_km", "总里程", "公里"),
    ),
    columns=(
        ExportColumn("办件编号", lambda c: c.number),
        ExportColumn("备案号", issued_no),
        ExportColumn("备案年度", lambda c: c.form.source.filing_year),
        ExportColumn("移出单位", lambda c: c.form.generator.generator_name),
        ExportColumn("信用代码", lambda c: c.form.generator.generator_uscc),
        ExportColumn("区", lambda c: c.place(c.form.source.origin_county_code)),
        ExportColumn("主体类型", lambda c: c.term("applicant_type", c.form.generator.applicant_type)),
        ExportColumn("接收单位", lambda c: c.form.receiver.receiver_name),
        ExportColumn("接收信用代码", lambda c: c.form.receiver.receiver_uscc),
        ExportColumn("接收省市县", _main_region),
        ExportColumn("设施全地址", papers.facility_address),
        ExportColumn("主设施", lambda c: main.facility_name if (main := primary(c.form.receiver)) else ""),
        ExportColumn("利用方式", lambda c: c.term("utilisation_method", c.form.end_use.utilisation_method)),
        ExportColumn("产品", lambda c: c.form.end_use.product_name),
        ExportColumn("废物代码", lambda c: ";".join(row.waste_code or "" for row in c.form.waste.wastes)),
        ExportColumn("申请量（吨）", lambda c: c.form.waste.total_qty_t),
        ExportColumn("运输方式", lambda c: c.term("transport_mode", c.form.route.transport_mode)),
        ExportColumn("离岸码头", lambda c: c.form.route.departure_wharf_name or ""),
        ExportColumn("总里程（公里）", lambda c: c.form.route.route_distance_km),
        ExportColumn("途经省", lambda c: "、".join(c.place(p) for p in c.form.route.transit_province_codes)),
        ExportColumn("申请开始", lambda c: c.form.contract.start_date),
        ExportColumn("申请结束", lambda c: c.form.contract.end_date),
        ExportColumn("提交日", lambda c: c.submitted_on),
        ExportColumn("接收日", lambda c: c.accepted_on),
        ExportColumn("决定日", lambda c: day_of(c, "confirm") or day_of(c, "reject")),
        ExportColumn("制证日", lambda c: day_of(c, "issue")),
        ExportColumn("状态", lambda c: c.term("case_state", c.state)),
    ),
)
