"""What is known of a case when it is decided: the reply, the suggestion, the draft, what was granted (2A.7). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from luban.kit.view import Act, CaseView, Situation
from luban.registers.solid_waste.derive import remaining

REPLIES = ("reply", "register_reply", "ask_more", "register_more")
AGREED = ("agree", "agree_partial")
DRAFTS = {"draft_grant": "grant", "draft_deny": "deny"}
TONNE = Decimal("0.001")


@dataclass(frozen=True)
class Suggestion:
    """What could be approved: tonnes, first and last day; the last may come before the first: no term."""

    qty_t: Decimal
    valid_from: date
    valid_to: date

    @property
    def empty(self) -> bool:
        """No day or no tonne is left."""
        return self.valid_from > self.valid_to or self.qty_t <= 0


def reply_of(case: CaseView) -> Act | None:
    """The receiving province's latest word, unless a new letter has gone out since."""
    words = (*REPLIES, "sign_letter")
    found = next((act for act in reversed(case.acts) if act.action in words), None)
    return found if found is not None and found.action in REPLIES else None


def conclusion_of(case: CaseView) -> str:
    """agree, agree_partial, disagree, need_more; empty before anything was said."""
    reply = reply_of(case)
    if reply is None:
        return ""
    return str(reply.data.get("conclusion") or "need_more")


def agreed(case: CaseView) -> bool:
    """Whether the receiving province agrees, at least in part."""
    return conclusion_of(case) in AGREED


def reply_qty(case: CaseView) -> Decimal | None:
    """Tonnes the reply limits it to."""
    reply = reply_of(case)
    value = reply.data.get("approved_qty_t") if reply else None
    return Decimal(str(value)) if value else None


def reply_until(case: CaseView) -> date | None:
    """The day the reply limits it to."""
    reply = reply_of(case)
    return _day(reply.data.get("valid_to")) if reply else None


def draft_of(case: CaseView) -> Act | None:
    """The latest draft of a decision."""
    return next((act for act in reversed(case.acts) if act.action in DRAFTS), None)


def proposal(case: CaseView) -> str:
    """What is proposed: grant, deny, or nothing yet."""
    draft = draft_of(case)
    return DRAFTS[draft.action] if draft else ""


def suggestion(situation: Situation) -> Suggestion:
    """核定建议: the least of what is asked, contracted, free and agreed to; the term where all of them hold."""
    case, form = situation.case, situation.case.form
    left = remaining(form.receiver, situation.facts.committed)
    amounts = (form.waste.total_qty_t, form.contract.contract_qty_t, left, reply_qty(case))
    term = form.contract
    ends = (term.end_date, term.contract_end, form.receiver.receiver_permit_valid_to, reply_until(case))
    first = max(term.start_date or case.today, case.today)
    return Suggestion(
        qty_t=min((a for a in amounts if a is not None), default=Decimal(0)),
        valid_from=first,
        valid_to=min((day for day in ends if day is not None), default=first),
    )


def draft_preset(situation: Situation) -> Mapping[str, Any]:
    """The draft as it is first shown: as suggested."""
    found = suggestion(situation)
    return {
        "auto_qty_t": found.qty_t,
        "auto_from": found.valid_from,
        "auto_to": found.valid_to,
        "approved_qty_t": found.qty_t,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
    }


def drafted_term(case: CaseView) -> tuple[date, date] | None:
    """First and last day of the latest draft, the first not before today."""
    draft = draft_of(case)
    if draft is None or draft.action != "draft_grant":
        return None
    first, last = _day(draft.data.get("valid_from")), _day(draft.data.get("valid_to"))
    return (max(first, case.today), last) if first and last else None


def granting_preset(situation: Situation) -> Mapping[str, Any]:
    """The term as the leader grants it today."""
    term = drafted_term(situation.case)
    return {"valid_from": term[0], "valid_to": term[1]} if term else {}


def granted_term(case: CaseView) -> tuple[date, date] | None:
    """First and last day as granted; as drafted before."""
    granted = case.latest("grant")
    first = _day(granted.data.get("valid_from")) if granted else None
    last = _day(granted.data.get("valid_to")) if granted else None
    return (first, last) if first and last else drafted_term(case)


def approved_qty(case: CaseView) -> Decimal:
    """Tonnes of the latest draft."""
    draft = draft_of(case)
    return Decimal(str((draft.data.get("approved_qty_t") if draft else None) or 0))


def approved_rows(case: CaseView) -> tuple[tuple[str, str, Decimal], ...]:
    """(code, name, tonnes) approved of each waste: in proportion to what was asked, the rest in the first row."""
    wastes, total = case.form.waste.wastes, case.form.waste.total_qty_t or Decimal(0)
    whole = approved_qty(case)
    shares = [
        (whole * (row.planned_qty_t or Decimal(0)) / total).quantize(TONNE, ROUND_DOWN) if total else total
        for row in wastes
    ]
    if shares:
        shares[0] += whole - sum(shares, Decimal(0))
    return tuple(
        (row.waste_code or "", row.waste_name or row.common_name or "", share)
        for row, share in zip(wastes, shares, strict=True)
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
