"""What is to be handed in: the D column of the list (一般固体废物 1.3); see `handed_in` for what both uses ask for."""

from __future__ import annotations

from luban.kit.conditions import some, when
from luban.kit.materials import Material
from luban.registers.solid_waste import readings
from luban.registers.solid_waste.handed_in import M03, M04, M07, M11, M12, M13, M14, PDF
from luban.registers.solid_waste.parts import CLASSED, IDENTIFIED

MATERIALS = (
    Material(
        "M01",
        "一般固体废物跨省转移处置或贮存申报表",
        kinds=PDF,
        max_mb=20,
        max_count=1,
        generated="application",
        help="由系统按所填内容生成，在线签章；或打印盖章后上传扫描件。",
    ),
    Material(
        "M02",
        "与接收单位的贮存（处置）合同",
        max_count=10,
        help="盖章扫描件，须约定污染防治要求。",
        compare=readings.of_receiver_contract,
        words=readings.CONTRACT_WORDS,
    ),
    M03,
    M04,
    Material(
        "M05",
        "接收单位环评批复、竣工验收、排污许可证或登记回执",
        max_count=10,
        compare=readings.of_receiver_permits,
    ),
    Material("M06", "接收单位设施能力与工艺说明", kinds=PDF, max_count=5),
    M07,
    Material(
        "M08",
        "废物成分检测或属性鉴别报告",
        kinds=PDF,
        max_count=10,
        required=some(IDENTIFIED, CLASSED, when("end_use.disposal_method", "DM01")),
        compare=readings.of_test_report,
    ),
    Material("M09", "运输路线图", max_mb=10, max_count=3),
    Material("M10", "突发环境事件应急预案或应急措施", kinds=PDF, max_mb=20, max_count=1),
    M11,
    M12,
    M13,
    M14,
)
