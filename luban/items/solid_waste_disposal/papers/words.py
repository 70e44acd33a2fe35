"""What several papers of an approval say alike. Contacts and telephone numbers never stand in what is said here."""

from __future__ import annotations

from typing import Any

from luban.items.solid_waste_disposal.decision import approved_qty, approved_rows, granted_term
from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.chain import method_of

MATTER = "一般固体废物跨省级行政区域贮存、处置审批"
PERMIT_LAW, ACCEPT_LAW, DECIDE_LAW, DELIVER_LAW, PAUSE_LAW = (
    "SWPL.22.1",
    "ALL.32",
    "ALL.42",
    "ALL.44",
    "ALL.45",
)
PERMIT, CONSULTATION, DENIAL = "permit", "consultation_letter", "denial_decision"


def permit_code(case: CaseView) -> str:
    """The machine-readable number of the permit being made or issued; empty before."""
    issued = next((x.number for x in reversed(case.licences) if x.document == PERMIT), "")
    return issued or case.licence_number


def verb(case: CaseView) -> str:
    """贮存 or 处置."""
    return case.term("end_use_type", case.form.end_use.end_use_type)


def matter(case: CaseView) -> str:
    """What is applied for, as papers call it."""
    return f"一般固体废物跨省转移{verb(case)}许可"


def method(case: CaseView) -> str:
    """The method in words."""
    end = case.form.end_use
    dictionary = "storage_method" if end.end_use_type == "storage" else "disposal_method"
    return case.term(dictionary, method_of(case.form))


def term(case: CaseView) -> tuple[Any, Any]:
    """First and last day as granted. Refused (409) when no day is left."""
    found = granted_term(case)
    if found is None or found[1] < found[0]:
        raise Refused("NO_TERM", "可核定期限为空，请退回重新拟稿。")
    return found


def period(case: CaseView) -> str:
    """The term in words."""
    first, last = term(case)
    return f"{chinese_day(first)}至{chinese_day(last)}"


def asked_period(case: CaseView) -> str:
    """The term applied for in words."""
    contract = case.form.contract
    return f"{chinese_day(contract.start_date)}至{chinese_day(contract.end_date)}"


def approved_table(case: CaseView) -> dict[str, Any]:
    """The wastes as approved: code, name, tonnes asked for and approved."""
    asked = case.form.waste.wastes
    rows = [
        [str(n), code, name, row.common_name or "", papers.plain(row.planned_qty_t), papers.plain(tonnes)]
        for n, ((code, name, tonnes), row) in enumerate(zip(approved_rows(case), asked, strict=True), start=1)
    ]
    return {
        "head": ["序号", "废物代码", "目录名称", "企业内部名称", "申请量（吨）", "核定量（吨）"],
        "widths": [2, 4, 5, 5, 4, 4],
        "align": ["center", "center", "left", "left", "right", "right"],
        "rows": rows,
        "total": f"核定合计 {papers.plain(approved_qty(case))} 吨",
    }


def wharf(case: CaseView) -> str:
    """The wharf of departure with its address; empty where none."""
    route = case.form.route
    name = route.departure_wharf_name
    return f"{name}（{route.departure_wharf_address or ''}）" if name else ""
