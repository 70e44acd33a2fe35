"""The papers both uses ask for alike (一般固体废物 1.3), by code; each item adds its own and sets the order.

M11 is asked for by the register of departments (4.6), so SWC-29 asks for it and its slot is never starred.
"""

from __future__ import annotations

from luban.kit.conditions import unless, when
from luban.kit.materials import Material
from luban.registers.solid_waste import readings
from luban.registers.solid_waste.conditions import COLLECTOR, DELEGATED

CARRIERS = "transport.carriers"
PDF = ("pdf",)

M03 = Material(
    "M03",
    "与运输单位的运输合同",
    per=CARRIERS,
    per_when=unless("is_self_transport", True),
    per_label="carrier_name",
    help="盖章扫描件，须约定污染防治要求。自行运输的免交。",
    compare=readings.of_transport_contract,
    words=readings.CONTRACT_WORDS,
)
M04 = Material("M04", "接收单位营业执照", max_mb=10, max_count=1, compare=readings.of_business_licence)
M07 = Material(
    "M07",
    "运输单位营业执照与运输资质",
    max_mb=10,
    per=CARRIERS,
    per_label="carrier_name",
    compare=readings.of_carrier_licence,
)
M11 = Material(
    "M11",
    "行业主管部门盖章确认文件",
    max_mb=20,
    required=False,
    help="生活垃圾、建筑垃圾、农业固体废物、城镇污水污泥和清淤疏浚污泥必交。",
)
M12 = Material(
    "M12",
    "授权委托书与经办人身份证明",
    max_mb=10,
    max_count=1,
    required=DELEGATED,
    help="经办人不是法定代表人的必交。",
)
M13 = Material(
    "M13", "收集来源清单（加盖公章）", kinds=("pdf", "xlsx"), max_mb=20, max_count=1, required=COLLECTOR
)
M14 = Material(
    "M14",
    "船舶检验/国籍证书",
    max_mb=10,
    per=CARRIERS,
    per_when=when("carrier_mode", "ship"),
    per_label="carrier_name",
    help="每艘船至少1份。",
)
