"""What the applicant reads before starting (危险废物 第一部分 §2)."""

from __future__ import annotations

from luban.kit.notice import Notice
from luban.kit.process import param

NOTICE = Notice(
    version="2026-1",
    seconds=param("notice.seconds"),
    points=(
        "依据{law:SWPL.82}，跨省、自治区、直辖市转移危险废物的，应当向移出地省级生态环境主管部门申请；"
        "未经批准不得转移。批准后须运行电子联单，不得超种类、超数量、超期限、超方式。",
        "依据{law:HWTM.26}，批准的有效期最长12个月，且不超过申请的时间期限和接收单位危险废物经营许可证的剩余有效期。",
        "须已完成当年危险废物管理计划备案，且计划包含本次转移的废物代码与去向。",
        "运输单位须从运输单位库选择；库内信息不全的，须先由该运输单位办理信息备案。",
        "依据{law:HWTM.27}，废物种类、贮存利用处置方式、接收单位发生变化，或者重量超过原批准数量的，须重新申请；"
        "仅更换运输单位的，办理运输单位变更。",
        "移出人对申请材料的真实性负责。依据{law:ALL.69}，以欺骗、贿赂等不正当手段取得许可的，应当予以撤销；"
        "提供虚假材料的，依法承担法律责任。",
    ),
)
