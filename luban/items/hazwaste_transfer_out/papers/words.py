"""What several papers say alike: the parties, the wastes, the term, the letter around a text. Plain JSON.

Shapes are those of the shared typst functions (label, value, wide; head, rows, widths). Contact persons, telephone
numbers and prices never stand in what is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.decision import decision_of, reply_of
from luban.items.hazwaste_transfer_out.readings import figure
from luban.kit.view import CaseView, Office
from luban.registers.divisions.places import full_name
from luban.registers.licences.status import chinese_day
from luban.registers.transfer_permits.decisions import approved
from luban.registers.transfer_permits.parts import PermitRow

MATTER = "危险废物跨省级行政区域转移许可"
PERMIT_LAW, CONSULT_LAW, DECIDE_LAW, TERM_LAW = "SWPL.82", "HWTM.23", "HWTM.25", "HWTM.26"


def paragraph(text: str) -> dict[str, Any]:
    """A paragraph of a letter."""
    return {"kind": "p", "text": text}


def lines(*given: tuple[str, Any]) -> dict[str, Any]:
    """Label and value in lines; blanks are shown as a dash."""
    rows = [{"label": label, "value": plain(value) or "—"} for label, value in given]
    return {"kind": "particulars", "rows": rows}


def cells(*given: tuple[str, Any], wide: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Label and value as cells of a form; the `wide` ones take the whole line."""
    whole = frozenset(wide)
    return [{"label": label, "value": plain(value) or "—", "wide": label in whole} for label, value in given]


def plain(value: Any) -> str:
    """A value as a paper shows it when it needs no dictionary."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return chinese_day(value)
    if isinstance(value, list | tuple):
        return "、".join(plain(one) for one in value)
    return figure(value) if isinstance(value, Decimal) else str(value)


def acted_on(case: CaseView, *actions: str) -> date:
    """The day of the latest of some actions; today before any was taken."""
    found = next((act for act in reversed(case.acts) if act.action in actions), None)
    return found.at.date() if found else case.today


def decided_on(case: CaseView) -> date:
    """The day the permit was granted; today before it was."""
    decided = decision_of(case)
    return decided.at.date() if decided else case.today


def said_in(case: CaseView, action: str, name: str) -> str:
    """A word of the latest act of a kind, as text."""
    found = case.latest(action)
    return str(found.data.get(name) or "") if found else ""


def letter(
    case: CaseView,
    *,
    title: str,
    body: Sequence[Mapping[str, Any]],
    day: date,
    to: str = "",
    form: str = "文书",
    **more: Any,
) -> dict[str, Any]:
    """A paper of the city bureau; to the applicant unless `to` names somebody else."""
    return {
        "form": form,
        "org": case.city.name,
        "number": case.document_number or case.number,
        "title": title,
        "to": to or generator_name(case),
        "body": list(body),
        "signer": case.city.name,
        "date": chinese_day(day),
        **more,
    }


def generator_name(case: CaseView) -> str:
    """Who moves the waste out."""
    return str(case.form.generator.generator_name or case.applicant_name or "")


def filed(case: CaseView) -> str:
    """Which application a paper is about, in the second person."""
    return f"你单位于{chinese_day(case.submitted_on)}提交的{MATTER}申请（办件编号{case.number}）"


def remedies(case: CaseView) -> dict[str, Any]:
    """How the applicant may have a decision looked at again."""
    return paragraph(
        f"如不服本决定，可以自知道之日起六十日内依据{case.cite('ARL')}申请行政复议，"
        f"也可以自知道之日起六个月内依据{case.cite('ADL')}提起行政诉讼。"
    )


def department(case: CaseView, province: str | None) -> Office | None:
    """The department of a province, as organisations that sign are registered."""
    return case.offices.get(province or "")


def addressee(case: CaseView) -> str:
    """The receiving province's department as a letter addresses it."""
    found = department(case, case.form.receiver.receiver_province)
    return found.name if found else ""


def mode(case: CaseView, code: str | None) -> str:
    """A way of use or disposal with its code: R4 再循环/再利用金属和金属化合物."""
    return f"{code} {case.term('hw_mode', code)}" if code else ""


def hazards(case: CaseView, row: Any) -> str:
    """The declared hazards of a waste."""
    return "、".join(case.term("hazard", code) for code in row.declared_hazards)


def applied_table(case: CaseView, caption: str = "") -> dict[str, Any]:
    """The wastes as applied for, with the total."""
    rows = [
        [
            str(n),
            row.waste_name or "",
            row.hw_category or "",
            row.waste_code or "",
            case.term("hw_physical_form", row.physical_form),
            hazards(case, row),
            row.disposal_mode or "",
            plain(row.apply_t),
        ]
        for n, row in enumerate(case.form.waste.wastes, start=1)
    ]
    return {
        **({"caption": caption} if caption else {}),
        "head": ["序号", "废物名称", "类别", "废物代码", "形态", "特性", "方式", "数量（吨）"],
        "widths": [2, 5, 3, 5, 3, 4, 2, 4],
        "align": ["center", "left", "center", "center", "center", "center", "center", "right"],
        "rows": rows,
        "total": f"合计 {plain(case.form.plan.total_t)} 吨",
    }


def approved_table(case: CaseView) -> dict[str, Any]:
    """The wastes as approved: name, category, code, quantity, way (HWTM.26), with the total."""
    granted = approved(case)
    rows = [
        [
            str(n),
            row.name,
            category(case, row),
            row.code,
            case.term("hw_physical_form", getattr(applied_row(case, row), "physical_form", None)),
            mode(case, row.mode),
            plain(row.approved_t),
        ]
        for n, row in enumerate(granted, start=1)
    ]
    return {
        "head": ["序号", "废物名称", "类别", "废物代码", "形态", "利用处置方式", "批准数量（吨）"],
        "widths": [2, 5, 3, 5, 3, 8, 5],
        "align": ["center", "left", "center", "center", "center", "left", "right"],
        "rows": rows,
        "total": f"合计 {plain(approved_total(case))} 吨",
    }


def applied_row(case: CaseView, row: PermitRow) -> Any:
    """The row applied for behind an approved one; None when there is none."""
    asked = case.form.waste.wastes
    return next((one for one in asked if (one.waste_code, one.disposal_mode) == (row.code, row.mode)), None)


def category(case: CaseView, row: PermitRow) -> str:
    """The category of an approved waste."""
    return str(getattr(applied_row(case, row), "hw_category", None) or f"HW{row.code[-2:]}")


def approved_total(case: CaseView) -> Decimal:
    """Tonnes approved."""
    return sum((row.approved_t for row in approved(case)), Decimal(0))


def carriers(case: CaseView) -> str:
    """The carriers with their licences."""
    return "、".join(
        f"{row.carrier_name or ''}（{row.rtl_no or ''}）" for row in case.form.transport.carriers
    )


def transport(case: CaseView) -> str:
    """The ways of transport in words."""
    return "、".join(case.term("hw_transport_mode", code) for code in case.form.plan.transport_mode)


def transit(case: CaseView) -> str:
    """The provinces on the way."""
    return "、".join(case.place(code) for code in case.form.plan.transit_provinces)


def place_of(case: CaseView, adcode: str | None, address: str | None) -> str:
    """A facility's address, with the region in front where it lacks it."""
    region, address = full_name(case.places, adcode or ""), address or ""
    return address if not region or address.startswith(region[:2]) else f"{region}{address}"


def reply_no(case: CaseView) -> str:
    """The number of the other province's reply; empty where there was none."""
    reply = reply_of(case)
    return str(reply.get("reply_no") or "") if reply else ""
