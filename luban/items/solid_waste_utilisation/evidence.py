"""What of a filing goes on the chain (waste-chain 3.2, 4.2): contract UF, schema UF-1.0.

Bodies give the plain core and what is to be digested; digests, record key and operator are added by the stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.solid_waste_utilisation.documents import issued_no
from luban.kit.sharing import Attest, Evidence
from luban.kit.view import CaseView
from luban.registers.solid_waste.chain import SECTIONS, core, day_number
from luban.registers.solid_waste.words import acted_on


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
        "decisionDate": day_number(day),
        "expectedVersion": case.version,
        "decision": {k: v for k, v in decision.items() if v},
    }


def withdrawn(case: CaseView) -> Mapping[str, Any]:
    """UF.withdraw."""
    return {}


EVIDENCE = Evidence(
    schema="UF-1.0",
    sections=SECTIONS,
    attests=(
        Attest("UF", "createFiling", on=("submitted",), body=created),
        Attest("UF", "appendVersion", on=("resubmitted",), body=appended),
        Attest("UF", "recordDecision", on=("granted", "denied"), body=decided),
        Attest("UF", "withdraw", on=("closed_withdrawn",), body=withdrawn),
    ),
)
