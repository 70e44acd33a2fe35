"""What figures and exports read from the history of an application: days, points, tonnes, who handled it.

Days are those on which something was done in the house (危险废物 第一部分 §10.1: 按对应事件日归期).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.acts import CONCLUSIONS
from luban.items.hazwaste_transfer_out.decision import decision_of, reply_of
from luban.kit.assessment import Assessment
from luban.kit.verdicts import Verdict
from luban.kit.view import CaseView
from luban.registers.transfer_permits.decisions import approved

YES, NO = "是", "否"
SUBMISSIONS = ("submit", "resubmit")
REPLIES = ("reply", "register_reply")
REVIEWED = ("sign_letter", "agree_skip", "disagree")
DECIDABLE = (*REPLIES, "agree_skip", "disagree")
NO_OFFICIALS = frozenset({"applicant", "agent", "system", "province_officer"})
"""Who acts in a case and is nobody of the house's institutions (经办人)."""

FAMILY = {"C3": "R"}
FAMILIES = {"C": "D", "Y": "D", "G": "D"}
"""C, Y and G belong to D, C3 to R (brief 12.3, 默认)."""


def yes(value: Any) -> str:
    """A truth value in Chinese."""
    return YES if value else NO


def family(mode: str | None) -> str:
    """R, D or S of a way of using or disposing; "" for none."""
    letter = (mode or "")[:1]
    return FAMILY.get(mode or "", FAMILIES.get(letter, letter))


def day_of(case: CaseView, *actions: str) -> date | None:
    """The day of the latest of some actions; None before any."""
    found = next((act for act in reversed(case.acts) if act.action in actions), None)
    return found.at.date() if found else None


def first_day(case: CaseView, *actions: str) -> date | None:
    """The day of the first of some actions: a case is evaluated once, on the day of its first conclusion."""
    found = next((act for act in case.acts if act.action in actions), None)
    return found.at.date() if found else None


def decided_on(case: CaseView) -> date | None:
    """The day of the decision, whichever way."""
    decided = decision_of(case)
    return decided.at.date() if decided else day_of(case, "leader_deny")


def received_on(case: CaseView) -> date:
    """The day the application as accepted came in: of its submission, or of its last correction before acceptance."""
    day = case.submitted_on
    for act in case.acts:
        if act.action == "accept":
            break
        day = act.at.date() if act.action in SUBMISSIONS else day
    return day


def days(case: CaseView) -> dict[str, str]:
    """The days periods and spans are counted by, as far as they have come."""
    found = {
        "received_on": received_on(case),
        "evaluated_on": first_day(case, "submit_evaluation"),
        "reviewed_on": day_of(case, *REVIEWED),
        "consulted_on": day_of(case, "sign_letter"),
        "replied_on": day_of(case, *REPLIES),
        "decidable_on": day_of(case, *DECIDABLE),
        "decided_on": decided_on(case),
        "issued_on": day_of(case, "issue") if decision_of(case) else None,
    }
    return {name: day.isoformat() for name, day in found.items() if day is not None}


def reply_title(case: CaseView) -> str:
    """The other province's conclusion in words; "" before it replied."""
    reply = reply_of(case)
    return dict(CONCLUSIONS).get(str(reply["conclusion"]), "") if reply else ""


def corrected(found: Assessment | None) -> int:
    """How many factors a person corrected."""
    return sum(one.manual is not None for one in found.sheet.factors) if found and found.sheet else 0


def scores(found: Assessment | None) -> Mapping[str, Any]:
    """Total, grade, points of every factor, and by how much persons moved the automatic points (sum of all moves)."""
    if found is None or found.sheet is None:
        return {}
    factors = found.sheet.factors
    moved = [abs(f.manual - (f.auto or 0)) for f in factors if f.manual is not None]
    return {
        "total": str(found.sheet.total),
        "grade": found.sheet.grading.title,
        "points": {f.code: f.final for f in factors if f.final is not None},
        **({"moved": str(sum(moved))} if moved else {}),
    }


def judged(found: Assessment | None, verdict: Verdict) -> list[str]:
    """The clauses the machine judged so."""
    return [one.rule for one in found.judged if one.verdict is verdict] if found else []


def vehicles(case: CaseView) -> Iterator[Any]:
    """Every vehicle chosen."""
    return (vehicle for row in case.form.transport.carriers for vehicle in row.vehicles)


def handlers(case: CaseView) -> list[str]:
    """The officials who handled it, each once: account and name."""
    told = (f"{act.actor} {act.actor_name}" for act in case.acts if act.role not in NO_OFFICIALS)
    return list(dict.fromkeys(told))


def approved_rows(case: CaseView) -> Iterator[tuple[Any, Decimal]]:
    """Each waste of the form with the tonnes granted of it: nothing where the decision leaves it out."""
    left = list(approved(case))
    for row in case.form.waste.wastes:
        mine = (row.waste_code or "", row.disposal_mode or "")
        found = next((one for one in left if (one.code, one.mode) == mine), None)
        if found is not None:
            left.remove(found)
        yield row, found.approved_t if found else Decimal(0)
