"""Figures of permits that ended: how many, why, which way, with what result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.hazwaste_permit_revocation.documents import deciding, reason
from luban.items.hazwaste_permit_revocation.form import KINDS
from luban.kit.statistics import Dimension, ExportColumn, Statistics
from luban.kit.view import CaseView
from luban.registers.licences.decisions import PERMIT_REASONS

RESULTS = {"closed_granted": "ended", "closed_denied": "kept"}


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case."""
    target, grounds = case.form.target, case.form.grounds
    return {
        "kind": dict(KINDS).get(grounds.kind or "", ""),
        "reason_code": grounds.reason_code or "",
        "holder_adcode": target.holder_adcode or "",
        "receiver_province": target.receiver_province or "",
        "permit_no": target.permit_no or "",
        "result": RESULTS.get(case.state, ""),
    }


STATISTICS = Statistics(
    facts=facts_of,
    dimensions=(
        Dimension("kind", "处理"),
        Dimension("reason_code", "事由", PERMIT_REASONS),
        Dimension("holder_adcode", "移出区"),
        Dimension("receiver_province", "接收省"),
        Dimension("result", "结果"),
    ),
    measures=(),
    columns=(
        ExportColumn("办件号", lambda case: case.number),
        ExportColumn("原许可文号", lambda case: case.form.target.permit_no),
        ExportColumn("处理", lambda case: dict(KINDS).get(case.form.grounds.kind or "", "")),
        ExportColumn("事由", reason),
        ExportColumn("移出人", lambda case: case.form.target.holder_name),
        ExportColumn("接受人", lambda case: case.form.target.receiver_name),
        ExportColumn("发起日期", lambda case: case.submitted_on),
        ExportColumn("决定日期", lambda case: act.at.date() if (act := deciding(case)) else None),
        ExportColumn("状态", lambda case: case.state),
    ),
)
