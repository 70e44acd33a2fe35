"""What a case's history says to its applicant.

Public are the events of which 一网通办 is told too (`cases.nodes`): received, returned, accepted, decided … Steps
inside the office, opinions and names of officials are not: an event says which office acted, and of its words only
the reason or the corrections addressed to the applicant.
"""

from __future__ import annotations

from datetime import datetime

from luban.cases.context import Context
from luban.cases.nodes import NODES, public_words
from luban.cases.state import Event
from luban.cases.views import act_of
from luban.ledger.requests import Standing
from luban.people.roles import FIRM_ROLES
from luban.ui.face import Link, masked_name
from luban.ui.view import Proofmark, TimeEntry

PUBLIC_MARKS = frozenset(mark for _, marks in NODES for mark in marks)
TITLES = (
    ("submitted", "提交申请"),
    ("resubmitted", "提交补正"),
    ("correcting", "通知补正"),
    ("accepted", "已受理"),
    ("paused", "时限停表"),
    ("resumed", "时限继续"),
    ("closed_refused", "不予受理"),
    ("closed_withdrawn", "已撤回"),
    ("closed_lapsed", "逾期未补正，视为放弃"),
    ("closed_voided", "已作废"),
    ("denied", "作出不予批准的决定"),
    ("granted", "已办成"),
)
KINDS = {"correcting": "stop", "paused": "hold"}


def marks_of(event: Event) -> frozenset[str]:
    """What an event marked."""
    return frozenset(event.data.get("_marks", ())) | (
        {"submitted"} if event.action == "submit" else frozenset()
    )


def is_public(event: Event) -> bool:
    """Whether its applicant is told of an event."""
    return bool(marks_of(event) & PUBLIC_MARKS)


def title_of(event: Event) -> str:
    """An event in the applicant's words."""
    marks = marks_of(event)
    return next((title for mark, title in TITLES if mark in marks), event.title)


def when(moment: datetime) -> str:
    """2026-07-15 15:20."""
    return f"{moment:%Y-%m-%d %H:%M}"


def words_of(event: Event, *, office: str) -> str:
    """Who did it and what the applicant is told."""
    if event.role in FIRM_ROLES:
        return f"由{masked_name(event.actor_name)}办理，送{office}。"
    said = public_words(act_of(event)).replace("。；", "；")
    if event.role == "system":
        return said
    return f"{office}：{said}" if said else office


def entry(
    event: Event,
    *,
    within: Context,
    handling_org: str,
    links: tuple[Link, ...] = (),
    evidence: Standing | None = None,
) -> TimeEntry:
    """An event as a line of the timeline; `evidence`: how far it is on its way to the chain, None when none is kept."""
    marks = marks_of(event)
    kind = next((kind for mark, kind in KINDS.items() if mark in marks), "")
    return TimeEntry(
        title=title_of(event),
        when=when(event.at),
        text=words_of(event, office=within.office(handling_org).name),
        kind=kind or ("machine" if event.role == "system" else ""),
        links=links,
        proof=_mark(evidence),
    )


def _mark(evidence: Standing | None) -> Proofmark | None:
    """What is stuck is for the office to see to: the firm is told that it is on its way."""
    if evidence is None:
        return None
    return Proofmark("anchored" if evidence.anchored else "waiting", evidence.block)
