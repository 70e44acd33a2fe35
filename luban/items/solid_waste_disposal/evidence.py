"""What of an approval goes on the chain (waste-chain 4.4, 4.5): the form (DF) and the case's course (DC), schema DF-1.0.

Each entry of the course is one event; `course` reads them all from the history, so an event says from where it moves,
which entry it is and which version of the form the chain holds. The form is locked once accepted: what is supplemented
afterwards stays off the chain, and its mark goes into the opinion of the letter that follows (vocabulary 5.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luban.items.solid_waste_disposal.decision import (
    approved_qty,
    conclusion_of,
    granted_term,
    reply_of,
    reply_qty,
    reply_until,
)
from luban.items.solid_waste_disposal.papers.words import CONSULTATION, DENIAL, PERMIT, permit_code
from luban.kit.sharing import Attest, Evidence
from luban.kit.view import Act, CaseView
from luban.registers.solid_waste.chain import KG, SECTIONS, core, day_number
from luban.registers.solid_waste.papers import form_mark

NONE, SUBMITTED, CORRECTION, ACCEPTED, REVIEWING, CONSULTING, REPLIED, DECIDING = range(8)
APPROVED, DENIED, WITHDRAWN, NOT_ACCEPTED, REVOKED, TERMINATED = range(8, 14)
COURSE = {
    "submitted": SUBMITTED,
    "resubmitted": SUBMITTED,
    "correcting": CORRECTION,
    "accepted": ACCEPTED,
    "reviewing": REVIEWING,
    "consulted": CONSULTING,
    "replied": REPLIED,
    "deciding": DECIDING,
    "redrafting": REPLIED,
    "granted": APPROVED,
    "denied": DENIED,
    "closed_withdrawn": WITHDRAWN,
    "closed_refused": NOT_ACCEPTED,
    "closed_lapsed": TERMINATED,
}
"""Mark → status of the contract."""

RESULTS = {"agree": 1, "agree_partial": 2, "disagree": 3, "need_more": 4}
PAPERS = {
    "accept": "acceptance_notice",
    "deem_accepted": "acceptance_notice",
    "correct": "correction_notice",
    "refuse": "refusal_notice",
    "not_ours": "not_ours_notice",
    "sign_letter": CONSULTATION,
    "withdraw_consulted": "withdrawal_letter",
}
"""Act → the paper whose digest belongs to its entry; the ledger puts the digest in."""


@dataclass(frozen=True)
class Entry:
    """One step of the course: which status it leaves and reaches."""

    act: Act
    before: int
    after: int


def course(case: CaseView) -> tuple[Entry, ...]:
    """Every entry so far, in order. A case that lapses while it waits for a supplement is withdrawn on the chain, which
    knows termination only from correction."""
    found: list[Entry] = []
    for act in case.acts:
        marks = act.data.get("_marks", ())
        after = next((COURSE[mark] for mark in marks if mark in COURSE), None)
        if after is None:
            continue
        before = found[-1].after if found else NONE
        if after == TERMINATED and before != CORRECTION:
            after = WITHDRAWN
        found.append(Entry(act, before, after))
    return tuple(found)


def form_version(case: CaseView) -> int:
    """The version of the form the chain holds: one more than the corrections made before acceptance."""
    return 1 + sum(1 for entry in course(case) if entry.before == CORRECTION and entry.after == SUBMITTED)


def form_created(case: CaseView) -> Mapping[str, Any]:
    """DF.createForm."""
    return {"core": core(case)}


def form_updated(case: CaseView) -> Mapping[str, Any]:
    """DF.updateForm after a correction."""
    return {"core": core(case), "expectedVersion": form_version(case) - 1}


def case_created(case: CaseView) -> Mapping[str, Any]:
    """DC.createCase."""
    return {"core": core(case), "formVersion": form_version(case)}


def case_updated(case: CaseView) -> Mapping[str, Any]:
    """DC.updateCase, 2 → 1."""
    return {"core": core(case), "formVersion": form_version(case), "expectedSeq": len(course(case)) - 1}


def moved(case: CaseView) -> Mapping[str, Any]:
    """DC.transition: from, to, the opinion to be digested, the paper, and what a grant approves."""
    steps = course(case)
    last = steps[-1]
    said: dict[str, Any] = {
        "from": last.before,
        "to": last.after,
        "expectedSeq": len(steps) - 1,
        "formVersion": form_version(case),
        "opinion": _opinion(case, last),
        "document": PAPERS.get(last.act.action, ""),
        "docNo": "",
        "approvedKg": 0,
        "validFrom": 0,
        "validTo": 0,
    }
    if last.after == APPROVED:
        first, until = granted_term(case) or (None, None)
        said |= {
            "document": PERMIT,
            "docNo": permit_code(case),
            "approvedKg": int(approved_qty(case) * KG),
            "validFrom": day_number(first),
            "validTo": day_number(until),
        }
    return said | ({"document": DENIAL} if last.after == DENIED else {})


def _opinion(case: CaseView, entry: Entry) -> dict[str, Any]:
    """What was decided in this entry, for its digest: the day, the act, its words; the supplement before a new letter."""
    kept = ("reason", "opinion", "conclusion", "overall", "approved_qty_t", "valid_from", "valid_to", "items")
    said = {name: entry.act.data[name] for name in kept if entry.act.data.get(name)}
    supplemented = case.version > form_version(case) and entry.after == CONSULTING
    more = {"supplement": form_mark(case.form)} if supplemented else {}
    return {"on": entry.act.at.date().isoformat(), "act": entry.act.action, **said, **more}


def replied(case: CaseView) -> Mapping[str, Any]:
    """DC.reply, 5 → 6: what the receiving province said, and whether it was recorded on its behalf."""
    steps, reply = course(case), reply_of(case)
    conclusion = conclusion_of(case)
    partial = conclusion == "agree_partial"
    data: Mapping[str, Any] = reply.data if reply else {}
    return {
        "expectedSeq": len(steps) - 1,
        "result": RESULTS.get(conclusion, 0),
        "replyKg": int((reply_qty(case) or case.form.waste.total_qty_t) * KG) if partial else 0,
        "replyValidTo": day_number(reply_until(case)),
        "docNo": str(data.get("reply_no") or ""),
        "onBehalf": bool(data.get("recorded_on_behalf")),
        "opinion": _opinion(case, steps[-1]),
    }


MOVES = (
    "accepted",
    "correcting",
    "reviewing",
    "consulted",
    "deciding",
    "redrafting",
    "granted",
    "denied",
    "closed_withdrawn",
    "closed_refused",
    "closed_lapsed",
)

EVIDENCE = Evidence(
    schema="DF-1.0",
    sections=SECTIONS,
    attests=(
        Attest("DF", "createForm", on=("submitted",), body=form_created),
        Attest("DC", "createCase", on=("submitted",), body=case_created),
        Attest("DF", "updateForm", on=("resubmitted",), body=form_updated),
        Attest("DC", "updateCase", on=("resubmitted",), body=case_updated),
        Attest("DC", "transition", on=MOVES, body=moved),
        Attest("DC", "reply", on=("replied",), body=replied),
    ),
)
