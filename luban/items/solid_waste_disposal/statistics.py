"""Figures of approvals and the columns of the export (一般固体废物 2A.10). Contacts are never exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.items.solid_waste_disposal.decision import approved_qty, granted_term
from luban.items.solid_waste_disposal.papers.words import method, permit_code
from luban.kit.statistics import Dimension, ExportColumn, Measure, Statistics
from luban.kit.view import Act, CaseView
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.chain import method_of

DELTA = frozenset({"320000", "330000", "340000"})
"""长三角: Jiangsu, Zhejiang, Anhui are counted apart (2A.1)."""

REPLIES = ("reply", "register_reply")
CONCLUSIONS = {"agree": "同意", "agree_partial": "部分同意", "disagree": "不同意"}


def day_of(case: CaseView, *actions: str) -> date | None:
    """The day of the latest of some actions."""
    found = _latest(case, *actions)
    return found.at.date() if found else None


def _latest(case: CaseView, *actions: str) -> Act | None:
    return next((act for act in reversed(case.acts) if act.action in actions), None)


def conclusion(case: CaseView) -> str:
    """What the receiving province answered, in words; empty before."""
    reply = _latest(case, *REPLIES)
    return CONCLUSIONS.get(str(reply.data.get("conclusion")), "") if reply else ""


def granted_qty(case: CaseView) -> Any:
    """Tonnes approved; None unless granted."""
    return approved_qty(case) if case.latest("grant") else None


def granted_day(n: int, case: CaseView) -> date | None:
    """First (0) or last (1) day granted; None unless granted."""
    term = granted_term(case) if case.latest("grant") else None
    return term[n] if term else None


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case: by what to group it, and how much it is."""
    form = case.form
    province = form.receiver.receiver_province_code or ""
    categories = sorted({row.category_code for row in form.waste.wastes if row.category_code})
    return {
        "county": form.source.origin_county_code or "",
        "applicant_type": form.generator.applicant_type or "",
        "end_use_type": form.end_use.end_use_type or "",
        "method": method_of(form),
        "receiver_province": province,
        "delta": "是" if province in DELTA else "否",
        "category": categories[0] if categories else "",
        "categories": categories,
        "transport_mode": form.route.transport_mode or "",
        "reply": conclusion(case),
        "state": case.state,
        "total_qty_t": str(form.waste.total_qty_t or 0),
        "approved_qty_t": str(granted_qty(case) or 0),
        "route_distance_km": str(form.route.route_distance_km or 0),
    }


STATISTICS = Statistics(
    facts=facts_of,
    dimensions=(
        Dimension("county", "区"),
        Dimension("applicant_type", "申请主体类型", "applicant_type"),
        Dimension("end_use_type", "去向", "end_use_type"),
        Dimension("method", "方式"),
        Dimension("receiver_province", "接收省"),
        Dimension("delta", "长三角"),
        Dimension("category", "废物种类"),
        Dimension("transport_mode", "运输方式", "transport_mode"),
        Dimension("reply", "复函结论"),
        Dimension("state", "结果", "case_state"),
    ),
    measures=(
        Measure("total_qty_t", "申请总量", "吨"),
        Measure("approved_qty_t", "核定总量", "吨"),
        Measure("route_distance_km", "总里程", "公里"),
    ),
    columns=(
        ExportColumn("办件编号", lambda c: c.number),
        ExportColumn("批复文号", lambda c: c.numbers.get("permit", "")),
        ExportColumn("许可编号", permit_code),
        ExportColumn("移出单位", lambda c: c.form.generator.generator_name),
        ExportColumn("信用代码", lambda c: c.form.generator.generator_uscc),
        ExportColumn("区", lambda c: c.place(c.form.source.origin_county_code)),
        ExportColumn("主体类型", lambda c: c.term("applicant_type", c.form.generator.applicant_type)),
        ExportColumn("接收单位", lambda c: c.form.receiver.receiver_name),
        ExportColumn("接收信用代码", lambda c: c.form.receiver.receiver_uscc),
        ExportColumn("接收省市县", papers.facility_region),
        ExportColumn("设施全地址", papers.facility_address),
        ExportColumn("去向", lambda c: c.term("end_use_type", c.form.end_use.end_use_type)),
        ExportColumn("方式", method),
        ExportColumn("废物代码", lambda c: ";".join(row.waste_code or "" for row in c.form.waste.wastes)),
        ExportColumn("申请量（吨）", lambda c: c.form.waste.total_qty_t),
        ExportColumn("核定量（吨）", granted_qty),
        ExportColumn("运输方式", lambda c: c.term("transport_mode", c.form.route.transport_mode)),
        ExportColumn("离岸码头", lambda c: c.form.route.departure_wharf_name or ""),
        ExportColumn("总里程（公里）", lambda c: c.form.route.route_distance_km),
        ExportColumn("途经省", lambda c: "、".join(c.place(p) for p in c.form.route.transit_province_codes)),
        ExportColumn("申请开始", lambda c: c.form.contract.start_date),
        ExportColumn("申请结束", lambda c: c.form.contract.end_date),
        ExportColumn("核定开始", lambda c: granted_day(0, c)),
        ExportColumn("核定结束", lambda c: granted_day(1, c)),
        ExportColumn("提交日", lambda c: c.submitted_on),
        ExportColumn("受理日", lambda c: c.accepted_on),
        ExportColumn("商请日", lambda c: day_of(c, "sign_letter")),
        ExportColumn("复函日", lambda c: day_of(c, *REPLIES)),
        ExportColumn("复函结论", conclusion),
        ExportColumn("决定日", lambda c: day_of(c, "grant", "deny")),
        ExportColumn("制证日", lambda c: day_of(c, "issue")),
        ExportColumn("状态", lambda c: c.term("case_state", c.state)),
    ),
)
