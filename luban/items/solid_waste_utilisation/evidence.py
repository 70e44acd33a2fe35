"""What of a filing goes on the chain (waste-chain 3.2, 4.2): contract UF, schema UF-1.0.

Bodies give the plain core and what is to be digested; digests, record key and operator are added by the stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.solid_waste_utilisation.documents import acted_on, issued_no
from luban.kit.sharing import Attest, Evidence
from luban.kit.view import CaseView
from luban.registers.divisions.places import province_of
from luban.registers.solid_waste.derive import primary

MODE_NUMBERS = {"road": 1, "ship": 2, "other": 3}
UTILISATION = 1
KG = 1000


def _day(value: Any) -> int:
    return int(value.strftime("%Y%m%d")) if value else 0


def core(case: CaseView) -> dict[str, Any]:
    """Class A, in the chain's words: regions and days as numbers, kilograms, codes in code-point order."""
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
        "startDate": _day(form.contract.start_date),
        "endDate": _day(form.contract.end_date),
        "endUseType": UTILISATION,
        "methodCode": form.end_use.utilisation_method or "",
    }


def created(case: CaseView) -> Mapping[str, Any]:
    """UF.createFiling: version 1; the document number stays empty until the decision."""
    return {"core": core(case)}


def appended(case: CaseView) -> Mapping[str, Any]:
    """UF.appendVersion after a correction, from the version before this one."""
    return {"core": core(case), "expectedVersion": case.version - 1}


def decided(case: CaseView) -> Mapping[str, Any]:
    """UF.recordDecision: filed with its number, or rejected; `decision` is the content to be digested."""
    filed = case.latest("confirm")
    rejected = case.latest("reject")
    granted = filed is not None and (rejected is None or rejected.seq < filed.seq)
    number = issued_no(case) if granted else ""
    day = acted_on(case, "confirm" if granted else "reject")
    decision = {
        "decision_date": day.isoformat(),
        "filing_no": number,
        "result": "filed" if granted else "rejected",
    }
    return {
        "filed": granted,
        "docNo": number,
        "decisionDate": _day(day),
        "expectedVersion": case.version,
        "decision": {k: v for k, v in decision.items() if v},
    }


def withdrawn(case: CaseView) -> Mapping[str, Any]:
    """UF.withdraw."""
    return {}


EVIDENCE = Evidence(
    schema="UF-1.0",
    sections=(
        ("generator", "s1"),
        ("source", "s2"),
        ("waste", "s3"),
        ("receiver", "s4"),
        ("transport", "s5"),
        ("route", "s6"),
        ("contract", "s7"),
        ("end_use", "s8"),
        ("pledge", "s9"),
    ),
    attests=(
        Attest("UF", "createFiling", on=("submitted",), body=created),
        Attest("UF", "appendVersion", on=("resubmitted",), body=appended),
        Attest("UF", "recordDecision", on=("granted", "denied"), body=decided),
        Attest("UF", "withdraw", on=("closed_withdrawn",), body=withdrawn),
    ),
)
