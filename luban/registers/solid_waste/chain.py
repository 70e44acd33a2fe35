"""What of a transfer goes on the chain in plain words (waste-chain 3.2): class A, the same for filings and permits."""

from __future__ import annotations

from datetime import date
from typing import Any

from luban.kit.view import CaseView
from luban.registers.divisions.places import province_of
from luban.registers.solid_waste.derive import primary

MODE_NUMBERS = {"road": 1, "ship": 2, "other": 3}
END_USES = {"utilisation": 1, "storage": 2, "disposal": 3}
METHODS = ("utilisation_method", "storage_method", "disposal_method")
KG = 1000
SECTIONS = (
    ("generator", "s1"),
    ("source", "s2"),
    ("waste", "s3"),
    ("receiver", "s4"),
    ("transport", "s5"),
    ("route", "s6"),
    ("contract", "s7"),
    ("end_use", "s8"),
    ("pledge", "s9"),
)
"""The sections of the form in the order of their digests."""


def day_number(value: date | None) -> int:
    """A day as the chain writes it: 20260316; 0 for none."""
    return int(value.strftime("%Y%m%d")) if value else 0


def method_of(form: Any) -> str:
    """The code of the method stated, whatever the end use."""
    stated = (getattr(form.end_use, name, None) for name in METHODS)
    return next((code for code in stated if code), "")


def core(case: CaseView) -> dict[str, Any]:
    """Regions and days as numbers, kilograms, codes in code-point order; the document number is empty until decided."""
    form = case.form
    main = primary(form.receiver)
    origin = form.source.origin_county_code or "0"
    goal = (main.facility_county_code if main else None) or "0"
    codes = sorted({row.waste_code for row in form.waste.wastes if row.waste_code})
    return {
        "applicationNo": case.number,
        "docNo": "",
        "originRegion": int(origin),
        "originProvince": int(province_of(origin)),
        "destRegion": int(goal),
        "destProvince": int(province_of(goal)),
        "generatorName": form.generator.generator_name or "",
        "generatorUscc": form.generator.generator_uscc or "",
        "receiverName": form.receiver.receiver_name or "",
        "receiverUscc": form.receiver.receiver_uscc or "",
        "wasteCodes": ";".join(codes),
        "totalKg": int((form.waste.total_qty_t or 0) * KG),
        "transportMode": MODE_NUMBERS.get(form.route.transport_mode or "", 0),
        "departureWharf": form.route.departure_wharf_name or "",
        "transitProvinces": [int(code) for code in form.route.transit_province_codes],
        "startDate": day_number(form.contract.start_date),
        "endDate": day_number(form.contract.end_date),
        "endUseType": END_USES.get(form.end_use.end_use_type or "", 0),
        "methodCode": method_of(form),
    }
