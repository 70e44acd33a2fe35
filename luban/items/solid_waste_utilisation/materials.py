"""What is to be handed in: the U column of the list (一般固体废物 1.3).

M11 is asked for by the register of departments (4.6), so SWC-29 asks for it and its slot is never starred.
"""

from __future__ import annotations

from luban.kit.conditions import some, unless, when
from luban.kit.materials import Material
from luban.registers.solid_waste import readings
from luban.registers.solid_waste.conditions import COLLECTOR, DELEGATED
from luban.registers.solid_waste.parts import CLASSED, IDENTIFIED

CARRIERS = "transport.carriers"
PDF = ("pdf",)

MATERIALS = (
    Material(
        "M01",
        "一般固体废物跨省转移利用备案申请表",
        kinds=PDF,
        max_mb=20,
        max_count=1,
        generated="application",
        help="由系统按所填内容生成，在线签章；或打印盖章后上传扫描件。",
    ),
    Material(
        "M02",
        "与接收单位的利用合同",
        max_count=10,
        help="盖章扫描件，须约定污染防治要求。",
        compare=readings.of_receiver_contract,
        words=readings.CONTRACT_WORDS,
    ),
    Material(
        "M03",
        "与运输单位的运输合同",
        per=CARRIERS,
        per_when=unless("is_self_transport", True),
        per_label="carrier_name",
        help="盖章扫描件，须约定污染防治要求。自行运输的免交。",
        compare=readings.of_transport_contract,
        words=readings.CONTRACT_WORDS,
    ),
    Material("M04", "接收单位营业执照", max_mb=10, max_count=1, compare=readings.of_business_licence),
    Material(
        "M05",
        "接收单位环评批复、排污许可证或登记回执",
        max_count=10,
        compare=readings.of_receiver_permits,
    ),
    Material("M06", "接收单位设施能力与工艺说明", kinds=PDF, max_count=5, required=False),
    Material(
        "M07",
        "运输单位营业执照与运输资质",
        max_mb=10,
        per=CARRIERS,
        per_label="carrier_name",
        compare=readings.of_carrier_licence,
    ),
    Material(
        "M08",
        "废物成分检测或属性鉴别报告",
        kinds=PDF,
        max_count=10,
        required=some(IDENTIFIED, CLASSED),
        compare=readings.of_test_report,
    ),
    Material("M09", "运输路线图", max_mb=10, max_count=3, required=False),
    Material("M10", "突发环境事件应急预案或应急措施", kinds=PDF, max_mb=20, max_count=1, required=False),
    Material(
        "M11",
        "行业主管部门盖章确认文件",
        max_mb=20,
        required=False,
        help="生活垃圾、建筑垃圾、农业固体废物、城镇污水污泥和清淤疏浚污泥必交。",
    ),
    Material(
        "M12",
        "授权委托书与经办人身份证明",
        max_mb=10,
        max_count=1,
        required=DELEGATED,
        help="经办人不是法定代表人的必交。",
    ),
    Material(
        "M13", "收集来源清单（加盖公章）", kinds=("pdf", "xlsx"), max_mb=20, max_count=1, required=COLLECTOR
    ),
    Material(
        "M14",
        "船舶检验/国籍证书",
        max_mb=10,
        per=CARRIERS,
        per_when=when("carrier_mode", "ship"),
        per_label="carrier_name",
        help="每艘船至少1份。",
    ),
)
