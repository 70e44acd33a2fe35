"""The seven questions before the form (一般固体废物 0.2, 2A.2). Answers preset the form and decide where to go."""

from __future__ import annotations

from luban.kit.guide import Guide, Option, Question
from luban.registers.solid_waste.questions import ABROAD, APPLICANT, MAJOR_CLASS, MODES, NOT_YET, WITHIN

UTILISATION = "solid_waste_utilisation"
HAZARDOUS = "hazwaste_transfer_out"
ONLINE = "商请函由系统在线送达接受地省级生态环境主管部门。"
BY_POST = "商请函寄送接受地省级生态环境主管部门，复函由市局登记，用时可能较长。"
SIGN_FIRST = "须先签订合同。可以继续填写，但没有合同不能提交。"

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
        Option("utilisation", "利用", leads_to=UTILISATION),
        Option("storage", "贮存", sets={"end_use.end_use_type": "storage"}),
        Option("disposal", "处置", sets={"end_use.end_use_type": "disposal"}),
    ),
)
RECEIVING = Question(
    "Q3",
    "接收单位在哪里？",
    options=(
        Option("320000", "江苏省", sets={"receiver.receiver_province_code": "320000"}, hint=ONLINE),
        Option("330000", "浙江省", sets={"receiver.receiver_province_code": "330000"}, hint=ONLINE),
        Option("340000", "安徽省", sets={"receiver.receiver_province_code": "340000"}, hint=ONLINE),
        Option("other", "其他省（自治区、直辖市）", hint=BY_POST),
        Option("310000", "上海市", stops=WITHIN),
        Option("abroad", "港澳台或境外", stops=ABROAD),
    ),
)
CONTRACTS = Question(
    "Q7",
    "是否已经签订接收合同和运输合同？",
    options=(Option("yes", "已经签订"), Option("no", "还没有", hint=SIGN_FIRST)),
)

GUIDE = Guide((NATURE, DESTINATION, RECEIVING, APPLICANT, MAJOR_CLASS, MODES, CONTRACTS))
