"""What every item tells the city's 一网通办 and the officials' to-do list, whatever it is about.

Node codes and their order: quality brief D3.2, domain vocabulary §4.2. A decision is followed at once by N50; what
comes after it (N60 certified, N61 handed over) no longer counts as time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from luban.kit.sharing import Tell
from luban.kit.view import Act, CaseView

NODES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("N10", ("submitted",)),
    ("N12", ("resubmitted",)),
    ("N11", ("correcting",)),
    ("N20", ("accepted",)),
    ("N21", ("closed_refused",)),
    ("N30", ("reviewing",)),
    ("N31", ("paused",)),
    ("N32", ("resumed",)),
    ("N40", ("granted",)),
    ("N41", ("denied",)),
    ("N70", ("closed_withdrawn",)),
    ("N71", ("closed_lapsed", "closed_voided")),
    ("N50", ("closed_refused", "granted", "denied", "closed_withdrawn", "closed_lapsed", "closed_voided")),
    ("N60", ("licensed",)),
    ("N61", ("delivered",)),
)
"""Node code → the marks of an event that send it, in the order nodes leave."""

USCC_LENGTH = 18
OFFICE_DESKS = frozenset({"handling", "city", "assigned"})
"""Desks whose to-dos stand in the city's platform; a firm's and another province's do not."""
RESULTS = {
    "granted": "granted",
    "denied": "denied",
    "closed_refused": "refused",
    "closed_withdrawn": "withdrawn",
    "closed_lapsed": "terminated",
    "closed_voided": "terminated",
    "closed_recorded": "recorded",
}


def node_body(node: str) -> Callable[[CaseView], Mapping[str, Any]]:
    """The message of one node: which case, when, by whom; public words only."""

    def body(case: CaseView) -> Mapping[str, Any]:
        marks = case.last.data.get("_marks", ())
        said = {
            "case_no": case.number,
            "item_code": case.item,
            "item_name": case.item_title,
            "node": node,
            "node_time": case.last.at.isoformat(timespec="seconds"),
            "applicant_uscc": case.applicant,
            "applicant_name": case.applicant_name,
            "handler_org": case.office.adcode,
            "handler_org_name": case.office.name,
            "opinion_public": public_words(case.last),
            "result": next((RESULTS[m] for m in marks if m in RESULTS), "") if node == "N50" else "",
        }
        return said | ({"reason": case.last.title} if node == "N31" else {})

    return body


def from_applicant(case: CaseView) -> bool:
    """Whether a firm applied; what officials begin themselves is no case of the city's case library."""
    return len(case.applicant) == USCC_LENGTH


def public_words(act: Act) -> str:
    """What the applicant may read of an act: its reason or the list of corrections; never inner opinions."""
    if reason := act.data.get("reason"):
        return str(reason)
    return "；".join(str(item.get("problem", "")) for item in act.data.get("items", ()))


def todo_id(case: CaseView, step: str, seq: int) -> str:
    """The to-do of a stay at a step: the case, the step, the event that entered it."""
    return f"{case.number}:{step}:{seq}"


def _entered(case: CaseView, step: str) -> int:
    """The event with which the case came to `step` before its last event."""
    return next((a.seq for a in reversed(case.acts[:-1]) if a.to_step == step and a.from_step != step), 0)


def todo_created(case: CaseView) -> Mapping[str, Any]:
    """A case has come to an official's desk."""
    return {
        "todo_id": todo_id(case, case.step, case.last.seq),
        "case_no": case.number,
        "title": f"{case.item_title}：{case.step_title}",
        "org": case.desk_org,
        "role": case.desk_role,
        "created_at": case.last.at.isoformat(timespec="seconds"),
    }


def todo_done(case: CaseView) -> Mapping[str, Any]:
    """The desk it came from is done with it."""
    return {
        "todo_id": todo_id(case, case.last.from_step, _entered(case, case.last.from_step)),
        "case_no": case.number,
        "done_at": case.last.at.isoformat(timespec="seconds"),
        "done_by": case.last.actor,
    }


def waits_in_office(case: CaseView) -> bool:
    """Whether the desk it waits at is one of the city's officials or of an institution that works for it."""
    return case.desk_at in OFFICE_DESKS


def left_office(case: CaseView) -> bool:
    """Whether the desk it left was an official's."""
    return case.left_desk in OFFICE_DESKS and bool(set(case.last.data.get("_marks", ())) & {"moved"})


STANDARD = (
    *(
        Tell("one_net", "case_node", on=marks, body=node_body(node), when=from_applicant, part=node)
        for node, marks in NODES
    ),
    Tell("egov", "todo_done", on=("moved",), body=todo_done, when=left_office),
    Tell("egov", "todo_created", on=("moved",), body=todo_created, when=waits_in_office),
)
