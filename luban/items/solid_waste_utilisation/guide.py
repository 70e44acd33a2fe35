"""The eight questions before the form (一般固体废物 0.2, 2B.2). Answers preset the form and decide where to go."""

from __future__ import annotations

from luban.kit.guide import Guide, Option, Question, YearOfDay
from luban.registers.solid_waste.questions import ABROAD, APPLICANT, MAJOR_CLASS, MODES, NOT_YET, WITHIN

DISPOSAL = "solid_waste_disposal"
HAZARDOUS = "hazwaste_transfer_out"
PROCESS_HINT = "工艺说明请写明：进料与预处理、主要工序和设备、产品和执行标准、残余物去向，不少于30字。"

NATURE = Question(
    "Q1",
    "拟转移物是什么属性？",
    options=(
        Option("general", "一般固体废物"),
        Option("hazardous", "危险废物", leads_to=HAZARDOUS),
        Option("unknown", "尚未判定", stops=NOT_YET),
    ),
    help="不在国家危险废物名录且无危险特性，或经鉴别不属于危险废物的，为一般固体废物。",
)
DESTINATION = Question(
    "Q2",
    "转移后作什么？",
    options=(
        Option("utilisation", "利用", sets={"end_use.end_use_type": "utilisation"}),
        Option("storage", "贮存", leads_to=DISPOSAL),
        Option("disposal", "处置", leads_to=DISPOSAL),
    ),
)
RECEIVING = Question(
    "Q3",
    "接收单位在哪里？",
    options=(
        Option("320000", "江苏省", sets={"receiver.receiver_province_code": "320000"}),
        Option("330000", "浙江省", sets={"receiver.receiver_province_code": "330000"}),
        Option("340000", "安徽省", sets={"receiver.receiver_province_code": "340000"}),
        Option("other", "其他省（自治区、直辖市）"),
        Option("310000", "上海市", stops=WITHIN),
        Option("abroad", "港澳台或境外", stops=ABROAD),
    ),
)
YEAR = Question(
    "Q7",
    "备案哪个年度？",
    options=(
        Option("this", "本年", sets={"source.filing_year": YearOfDay()}),
        Option(
            "next",
            "次年",
            sets={"source.filing_year": YearOfDay(1)},
            not_before="filing.next_year_opening",
        ),
    ),
    help="次年度备案自当年12月1日起受理。",
)


def _method(code: str, label: str, suits: str) -> Option:
    sets = {"end_use.utilisation_method": code}
    return Option(code, label, sets=sets, hint=f"{suits}{PROCESS_HINT}")


METHOD = Question(
    "Q8",
    "接收单位怎样利用？",
    options=(
        _method("UM01", "金属再生加工", "一般适用于废钢铁、废有色金属、冶炼废渣。"),
        _method("UM02", "塑料/橡胶再生造粒", "一般适用于废塑料、废橡胶。"),
        _method("UM03", "再生制浆造纸", "一般适用于废纸、造纸印刷业废物。"),
        _method("UM04", "玻璃及无机矿物再生", "一般适用于废玻璃。"),
        _method("UM05", "水泥/混凝土原料或掺合料", "一般适用于冶炼废渣、粉煤灰、炉渣、石膏、污泥等。"),
        _method("UM06", "砖瓦、砌块、路基等建材", "一般适用于粉煤灰、炉渣、污泥、建筑垃圾等。"),
        _method("UM07", "石膏制品", "一般适用于脱硫石膏、磷石膏、其他工业副产石膏。"),
        _method("UM08", "能源化利用（替代燃料）", "多数种类须由审批人员人工确认。"),
        _method("UM09", "肥料、饲料、土壤改良等农林利用", "一般适用于食品残渣、厨余垃圾、农林畜渔废物。"),
        _method("UM10", "有价组分提取/化工原料", "一般适用于冶炼废渣、尾矿、赤泥。"),
        _method("UM11", "纺织纤维再生", "一般适用于废纺织品、纺织皮革业废物。"),
        _method("UM12", "生态修复、矿坑回填", "均须由审批人员人工确认。"),
        _method("UM13", "木材再生板材", "一般适用于废木材。"),
        _method("UM99", "其他", "须由审批人员人工确认。"),
    ),
    help="是否满足末端要求以填报废物代码后的判断为准。",
)

GUIDE = Guide((NATURE, DESTINATION, RECEIVING, APPLICANT, MAJOR_CLASS, MODES, YEAR, METHOD))
