"""The papers of a filing: the application for the firm's seal, and 备案确认书, numbered YB and the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.hazwaste_carrier_filing.application import TITLE as APPLICATION
from luban.items.hazwaste_carrier_filing.application import application_fields
from luban.items.hazwaste_carrier_filing.form import CANCEL
from luban.kit.documents import Document, Number
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day

TITLE = "危险废物运输单位信息备案确认书"
EFFECTS = {
    "add": "你单位已列入运输单位库，可供移出单位选择。",
    "change": "你单位在运输单位库中的信息已更新。",
    "cancel": "你单位的备案已注销，不再供移出单位选择。",
    "restore": "你单位的备案已恢复，可供移出单位选择。",
}
"""What each kind of filing comes to."""


def carrier_id_of(case: CaseView) -> str:
    """The entry's number, as the act that passed the filing keeps it."""
    passed = case.latest("pass")
    return str(passed.data.get("carrier_id") or "") if passed else ""


def _rows(*given: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"label": label, "value": str(value) if value else "—"} for label, value in given]


def scope_of(case: CaseView) -> str:
    """The classes of dangerous goods in words."""
    return "、".join(case.term("danger_class", code) for code in case.form.carrier.rtl_scope)


def particulars(case: CaseView) -> list[dict[str, Any]]:
    """The entry in lines; contact persons and numbers are left out."""
    form = case.form
    carrier = form.carrier
    lines = _rows(
        ("运输单位编号", carrier_id_of(case)),
        ("单位名称", carrier.name),
        ("统一社会信用代码", carrier.uscc),
        ("备案类型", case.term("carrier_filing_kind", form.filing.kind)),
    )
    if form.filing.kind == CANCEL:
        return lines
    return lines + _rows(
        ("道路运输经营许可证号", carrier.rtl_no),
        ("许可证有效期", f"{carrier.rtl_from or '—'}至{carrier.rtl_to or '—'}"),
        ("经营范围", scope_of(case)),
        ("车辆", f"{len(form.fleet.vehicles)}辆"),
        ("人员", f"{len(form.staff.persons)}人"),
    )


def confirmation_fields(case: CaseView) -> Mapping[str, Any]:
    """The confirmation as a letter to the carrier."""
    filed = f"你单位于{chinese_day(case.submitted_on)}提交的运输单位信息备案（办件编号{case.number}）"
    return {
        "form": "文书",
        "org": case.office.name,
        "number": case.document_number,
        "title": TITLE,
        "to": case.applicant_name or case.form.carrier.name or "",
        "body": [
            {
                "kind": "p",
                "text": f"{filed}经技术评估机构审核通过。{EFFECTS[case.form.filing.kind or 'add']}",
            },
            {"kind": "particulars", "rows": particulars(case)},
            {
                "kind": "p",
                "text": "单位、许可证、车辆、人员信息发生变化的，请及时办理变更。本确认书不代替道路运输经营许可。",
            },
        ],
        "signer": case.office.name,
        "date": chinese_day(case.today),
    }


DOCUMENTS = (
    Document("application", APPLICATION, application_fields, seal="none"),
    Document(
        "confirmation",
        TITLE,
        confirmation_fields,
        number=Number("YB{year}{6}", parts=lambda case: {}),
        decides=True,
    ),
)
