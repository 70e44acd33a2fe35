"""What is to be handed in (危险废物 第一部分 §4): sixteen kinds of papers and what each hangs on.

M11, the management plan, is fetched and has no slot. Papers only the registers ask for (M07 when the library lacks it,
M14 for disposal out of the region, M15 for a declared intake, M09 again after twelve months) are asked for by P-28, so
their slots are never starred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from luban.items.hazwaste_transfer_out import comparisons
from luban.items.hazwaste_transfer_out.conditions import DELEGATED, EXEMPT, FIRST_TIME, IDENTIFIED, LICENSED
from luban.kit.conditions import Condition, look_up
from luban.kit.materials import Material, Signatory

CARRIERS = "transport.carriers"
WASTES = "waste.wastes"
PDF = ("pdf",)
SCANS = ("pdf", "ofd", "jpg", "png")

APPLICATION, PLEDGE = "M01", "M05"
CARRIER_PAPERS, ANALYSIS, FAR_REASONS, INTAKE = "M07", "M09", "M14", "M15"
OF_RECEIVER = frozenset({"M02", "M13", INTAKE})
"""Papers bound to the receiver rather than to the application."""


@dataclass(frozen=True)
class FirstOf(Condition):
    """The row is the first of its table with its value of `field`: one slot for each distinct value."""

    table: str
    field: str

    def holds(self, own: Any, form: Any) -> bool:
        value = getattr(own, self.field, None)
        if not value:
            return False
        rows = look_up(self.table, None, form) or ()
        return next((row for row in rows if getattr(row, self.field, None) == value), None) is own

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"{self.table}.{self.field}",)


def carrier_of(form: Any, binding: int | None) -> Signatory:
    """Who signs a pledge: the carrier of its row; blank while none is chosen."""
    row = form.transport.carriers[(binding or 1) - 1]
    return Signatory(row.uscc or "", row.carrier_name or "")


MATERIALS = (
    Material(
        APPLICATION,
        "危险废物跨省转移申请表",
        kinds=PDF,
        max_count=1,
        generated="application",
        help="由系统按所填内容生成，在线签章；或者打印盖章后上传扫描件。",
    ),
    Material(
        "M02",
        "接收单位危险废物经营许可证",
        kinds=SCANS,
        required=LICENSED,
        compare=comparisons.of_licence,
        help="正本或者副本；以豁免接收的免交。",
    ),
    Material(
        "M03",
        "接收单位贮存、利用、处置方式说明",
        kinds=SCANS,
        per=WASTES,
        per_when=FirstOf(WASTES, "disposal_mode"),
        per_label="disposal_mode",
        compare=comparisons.of_mode_statement,
        help="每一种利用处置方式至少1份，由接收单位盖章。",
    ),
    Material(
        "M04",
        "与接收单位的委托协议、意向或者合同",
        kinds=SCANS,
        compare=comparisons.of_contract,
        words=comparisons.CONTRACT_WORDS,
        help="须约定污染防治要求及相关责任。",
    ),
    Material(
        PLEDGE,
        "危险废物运输承诺书",
        kinds=PDF,
        max_count=1,
        per=CARRIERS,
        per_label="carrier_name",
        generated="transport_pledge",
        signed_by=carrier_of,
        compare=comparisons.of_pledge,
        help="由系统按运输单位逐份生成；运输、废物、路线改动后须重新生成并签署。",
    ),
    Material(
        "M06",
        "运输合同",
        kinds=SCANS,
        per=CARRIERS,
        per_label="carrier_name",
        compare=comparisons.of_transport_contract,
    ),
    Material(
        CARRIER_PAPERS,
        "道路运输经营许可证、车辆运输证",
        kinds=SCANS,
        required=False,
        per=CARRIERS,
        per_label="carrier_name",
        compare=comparisons.of_carrier_licence,
        help="运输单位库中已有的免交。",
    ),
    Material("M08", "运输路线图及应急预案备案表", kinds=SCANS, compare=comparisons.of_emergency_plan),
    Material(
        ANALYSIS,
        "废物成分分析报告",
        kinds=SCANS,
        required=FIRST_TIME,
        per=WASTES,
        per_when=FirstOf(WASTES, "waste_code"),
        per_label="waste_code",
        compare=comparisons.of_analysis,
        help="首次申请，或者近12个月没有提交过的，每一代码至少1份；报告日期距提交不超过12个月。",
    ),
    Material(
        "M10",
        "危险废物鉴别报告",
        kinds=SCANS,
        per=WASTES,
        per_when=IDENTIFIED,
        per_label="waste_code",
        compare=comparisons.of_identification,
        help="代码为900-000-××的必交。",
    ),
    Material(
        "M12",
        "授权委托书和经办人身份证",
        kinds=SCANS,
        required=DELEGATED,
        compare=comparisons.of_authority,
        help="经办人不是法定代表人的必交。",
    ),
    Material(
        "M13",
        "豁免依据（点对点批文或者一般豁免条件符合性说明）",
        kinds=SCANS,
        required=EXEMPT,
        compare=comparisons.of_exemption,
    ),
    Material(
        FAR_REASONS,
        "不就近转移说明",
        kinds=SCANS,
        required=False,
        help="转移至江苏、浙江、安徽以外处置的必交。",
    ),
    Material(
        INTAKE,
        "接收能力证明（接收单位盖章的本年度接收量说明）",
        kinds=SCANS,
        required=False,
        compare=comparisons.of_capacity,
        help="本年度已接收量由申请人自报的必交。",
    ),
    Material("M16", "其他材料", kinds=SCANS, required=False),
)
