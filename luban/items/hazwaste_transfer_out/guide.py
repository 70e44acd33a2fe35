"""The eight questions before the form (危险废物 第一部分 §2, 导1–导8). Answers preset the form and decide where to go."""

from __future__ import annotations

from luban.kit.guide import Guide, Option, Question

GENERAL_WASTE = "solid_waste_utilisation"
CARRIER_CHANGE = "hazwaste_carrier_change"

LISTED = Question(
    "G1",
    "废物是否列入《国家危险废物名录（2025年版）》或者经鉴别属于危险废物？",
    options=(
        Option("yes", "是"),
        Option("no", "否", stops="不属危险废物，请办理一般固体废物跨省转移（备案/审批）。"),
        Option("unknown", "不确定", stops="请先开展危险废物鉴别。"),
    ),
)
RECEIVING = Question(
    "G2",
    "接收单位是否在上海市？",
    options=(
        Option("yes", "是", stops="市内转移无需跨省许可，请直接运行电子联单。"),
        Option("no", "否"),
    ),
)
CARRIER_ONLY = Question(
    "G3",
    "是否仅变更已批许可的运输单位？",
    options=(Option("yes", "是", leads_to=CARRIER_CHANGE), Option("no", "否")),
)
EXEMPT_WHOLLY = Question(
    "G4",
    "是否列入危险废物豁免管理清单，且为全部环节豁免？",
    options=(
        Option("yes", "是", stops="全过程不按危险废物管理，无需办理。"),
        Option("no", "否"),
    ),
)
_EXEMPT_HINT = "须填写豁免依据编号，并提交豁免依据（M13）。"
QUALIFICATION = Question(
    "G5",
    "接收单位凭什么接收？",
    options=(
        Option("licence", "危险废物经营许可证", sets={"receiver.qualification_kind": "licence"}),
        Option(
            "exempt_general",
            "一般利用豁免",
            sets={"receiver.qualification_kind": "exempt_general"},
            hint=_EXEMPT_HINT,
        ),
        Option(
            "exempt_p2p",
            "点对点豁免",
            sets={"receiver.qualification_kind": "exempt_p2p"},
            hint=_EXEMPT_HINT,
        ),
        Option("none", "均无", stops="接收单位不具备条件，不能申请。"),
    ),
)
PLANNED = Question(
    "G6",
    "本年度管理计划是否已备案并含该废物及去向？",
    options=(
        Option("yes", "是"),
        Option(
            "no",
            "否",
            hint="请先在危险废物管理系统备案（变更）本年度管理计划；申请可以暂存，备案完成前不能提交。",
        ),
    ),
)
RENEWAL = Question(
    "G7",
    "是否续办（同一移出人、接收单位、废物代码的既有许可）？",
    options=(
        Option(
            "yes",
            "是",
            sets={"generator.apply_kind": "renew"},
            hint="须填写续办原许可文号；可从原办件“再来一单”带出已填内容。",
        ),
        Option("no", "否"),
    ),
)
MODES = Question(
    "G8",
    "用什么方式运输？",
    many=True,
    options=(
        Option("road", "公路"),
        Option("ship", "水路", hint="须填写离岸、到岸码头；运输距离以申报里程计。"),
        Option("rail", "铁路", hint="须填写发站、到站；运输距离以申报里程计。"),
    ),
)

GUIDE = Guide((LISTED, RECEIVING, CARRIER_ONLY, EXEMPT_WHOLLY, QUALIFICATION, PLANNED, RENEWAL, MODES))
