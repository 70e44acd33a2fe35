"""Questions of the guide that both uses ask alike (一般固体废物 0.2, 2A.2, 2B.2)."""

from __future__ import annotations

from luban.kit.guide import Option, Question

CONFIRMATION = "须提交行业主管部门盖章确认文件（M11）。"
NOT_YET = "请先完成属性鉴别。"
ABROAD = "不适用，出口另有规定。"
WITHIN = "市内转移不适用。"

APPLICANT = Question(
    "Q4",
    "您是产生单位还是集中收集单位？",
    options=(
        Option("producer", "产生单位", sets={"generator.applicant_type": "producer"}),
        Option(
            "collector",
            "集中收集单位",
            sets={"generator.applicant_type": "collector"},
            hint="须填写收集来源清单，并提交盖章的清单（M13）。",
        ),
    ),
)
MAJOR_CLASS = Question(
    "Q5",
    "废物属于哪些大类？",
    many=True,
    options=(
        Option("industrial", "工业固体废物"),
        Option("domestic", "生活垃圾", hint=CONFIRMATION),
        Option("construction", "建筑垃圾（含工程渣土、泥浆）", hint=CONFIRMATION),
        Option("agricultural", "农业固体废物", hint=CONFIRMATION),
        Option("sludge", "城镇污水污泥、清淤疏浚污泥", hint=CONFIRMATION),
        Option("other", "其他固体废物"),
    ),
)
MODES = Question(
    "Q6",
    "用什么方式运输？",
    many=True,
    options=(
        Option("road", "汽车"),
        Option("ship", "轮船", hint="须填写离岸码头、登记船舶，并提交船舶检验/国籍证书（M14）。"),
        Option("other", "其他（铁路、管道等）", hint="须说明具体运输方式。"),
    ),
)
