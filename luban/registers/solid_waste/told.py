"""What partners hear of a transfer in force: its parties, carriers, route (市固废管理系统, 一般固体废物 1.7)."""

from __future__ import annotations

from typing import Any

from luban.kit.view import CaseView
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.chain import method_of
from luban.registers.solid_waste.derive import primary


def transfer_facts(case: CaseView) -> dict[str, Any]:
    """Whatever the form alone says; numbers, days and quantities are the item's."""
    form = case.form
    main = primary(form.receiver)
    return {
        "case_no": case.number,
        "issuer": case.office.adcode,
        "generator": {
            "uscc": form.generator.generator_uscc,
            "name": form.generator.generator_name,
            "adcode": form.source.origin_county_code,
            "address": papers.site_address(case),
        },
        "receiver": {
            "uscc": form.receiver.receiver_uscc,
            "name": form.receiver.receiver_name,
            "adcode": main.facility_county_code if main else None,
            "address": papers.facility_address(case),
        },
        "carriers": [
            {"uscc": row.carrier_uscc, "name": row.carrier_name, "mode": row.carrier_mode}
            for row in form.transport.carriers
        ],
        "method": method_of(form),
        "route": [
            {
                "mode": leg.leg_mode,
                "from_adcode": leg.from_county_code,
                "to_adcode": leg.to_county_code,
                "distance_km": str(leg.leg_distance_km),
            }
            for leg in form.route.legs
        ],
        "departure_wharf": form.route.departure_wharf_name or "",
    }
