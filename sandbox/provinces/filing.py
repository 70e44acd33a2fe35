"""A filing of a province's own, for the demonstration: invented firms, the fields that the plain core is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

HOME = "310000"
COUNTIES: Mapping[str, str] = {"310000": "310115", "320000": "320583", "330000": "330402", "340000": "340207"}
GENERATORS: Mapping[str, tuple[str, str]] = {
    "310000": ("上海示例塑新材料有限公司", "91310115MA1TL1A06J"),
    "320000": ("昆山示例再生塑料有限公司", "91320583MA2TL5E47U"),
    "330000": ("浙江示例包装材料有限公司", "91330402MA2TL0DM78"),
    "340000": ("安徽示例新材料有限公司", "91340207MA2TL0DM54"),
}
RECEIVERS: Mapping[str, tuple[str, str]] = {
    "310000": ("昆山示例再生塑料有限公司", "91320583MA2TL5E47U"),
}
RECEIVER = ("上海示例塑新材料有限公司", "91310115MA1TL1A06J")
METHOD, WASTE = "UM02", "900-003-S17"


@dataclass(frozen=True)
class Filing:
    """What `create_filing` takes of it."""

    case_no: str
    core: dict[str, Any]
    sections: dict[str, dict[str, Any]]


def filing(*, region: str, tonnes: int, on: date, number: int) -> Filing:
    """A filing for utilisation from that province to Shanghai (from Shanghai: to 江苏), from `on` to the year's end."""
    goal = "320000" if region == HOME else HOME
    sender, receiver = GENERATORS[region], RECEIVERS.get(region, RECEIVER)
    end = date(on.year, 12, 31)
    case_no = f"GFB-{COUNTIES[region]}-{on:%Y%m%d}-{number:04}"
    quantity = f"{tonnes}.000"
    sections: dict[str, dict[str, Any]] = {
        "s1": {"generator_name": sender[0], "generator_uscc": sender[1]},
        "s2": {"origin_county_code": COUNTIES[region]},
        "s3": {
            "total_qty_t": quantity,
            "wastes": [{"seq": 1, "waste_code": WASTE, "planned_qty_t": quantity}],
        },
        "s4": {"receiver_name": receiver[0], "receiver_uscc": receiver[1]},
        "s5": {"carriers": []},
        "s6": {"transport_mode": "road", "transit_province_codes": []},
        "s7": {"start_date": on.isoformat(), "end_date": end.isoformat()},
        "s8": {"end_use_type": "utilisation", "utilisation_method": METHOD},
        "s9": {"truth_commitment": True},
    }
    core = {
        "applicationNo": case_no,
        "docNo": "",
        "originRegion": int(COUNTIES[region]),
        "originProvince": int(region),
        "destRegion": int(COUNTIES[goal]),
        "destProvince": int(goal),
        "generatorName": sender[0],
        "generatorUscc": sender[1],
        "receiverName": receiver[0],
        "receiverUscc": receiver[1],
        "wasteCodes": WASTE,
        "totalKg": tonnes * 1000,
        "transportMode": 1,
        "departureWharf": "",
        "transitProvinces": [],
        "startDate": int(f"{on:%Y%m%d}"),
        "endDate": int(f"{end:%Y%m%d}"),
        "endUseType": 1,
        "methodCode": METHOD,
    }
    return Filing(case_no, core, sections)
