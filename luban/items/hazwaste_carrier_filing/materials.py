"""What is handed in: the signed application, the licence, each vehicle's certificate, each person's (supporting filing, 危险废物).

A change hands in only the papers of what is new or was renewed: the rules ask for those, so their slots are open but
not starred.
"""

from __future__ import annotations

from luban.items.hazwaste_carrier_filing.form import DETAILED, FIRST_OR_AGAIN
from luban.kit.materials import Material
from luban.registers.carriers.decisions import LICENCE_SCAN

APPLICATION, VEHICLE_PAPER, PERSON_PAPER = "M00", "M02", "M03"

MATERIALS = (
    Material(
        APPLICATION,
        "危险废物运输单位信息备案申请表",
        kinds=("pdf",),
        max_mb=20,
        max_count=1,
        generated="application",
        help="由系统按所填内容生成，在线签章；或打印盖章后上传扫描件。",
    ),
    Material(
        LICENCE_SCAN,
        "道路运输经营许可证",
        max_mb=20,
        required=DETAILED,
        help="扫描件，经营范围和有效期清晰可辨。",
    ),
    Material(
        VEHICLE_PAPER,
        "道路运输证",
        max_mb=20,
        per="fleet.vehicles",
        per_label="plate_no",
        required=FIRST_OR_AGAIN,
        help="办理变更的，只交新增车辆和换证车辆的。",
    ),
    Material(
        PERSON_PAPER,
        "从业资格证",
        max_mb=20,
        per="staff.persons",
        per_label="name",
        required=FIRST_OR_AGAIN,
        help="办理变更的，只交新增人员和换证人员的。",
    ),
)
