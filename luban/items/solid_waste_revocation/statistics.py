"""Figures of revocations: how many, why, with what result (solid-waste.md 2B.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.statistics import Dimension, ExportColumn, Statistics
from luban.kit.view import CaseView
from luban.registers.licences.decisions import REASONS


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case."""
    target = case.form.target
    return {
        "reason_code": case.form.grounds.reason_code or "",
        "bureau": target.bureau or "",
        "receiver_province": target.receiver_province_code or "",
        "filing_no": target.filing_no or "",
        "result": {"closed_granted": "revoked", "closed_denied": "rejected"}.get(case.state, ""),
    }


STATISTICS = Statistics(
    facts=facts_of,
    dimensions=(
        Dimension("reason_code", "撤销原因", REASONS),
        Dimension("bureau", "备案机关"),
        Dimension("receiver_province", "接收省"),
        Dimension("result", "结果"),
    ),
    measures=(),
    columns=(
        ExportColumn("撤销文号", lambda case: case.number),
        ExportColumn("原备案号", lambda case: case.form.target.filing_no),
        ExportColumn("移出单位", lambda case: case.form.target.holder_name),
        ExportColumn("接收单位", lambda case: case.form.target.receiver_name),
        ExportColumn("撤销原因", lambda case: case.term(REASONS, case.form.grounds.reason_code)),
        ExportColumn("发起日期", lambda case: case.submitted_on),
        ExportColumn("撤销日期", lambda case: agreed.at.date() if (agreed := case.latest("agree")) else None),
        ExportColumn("状态", lambda case: case.state),
    ),
)
