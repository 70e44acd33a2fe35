"""Whose desk a case waits at."""

from __future__ import annotations

from luban.cases.state import CaseState
from luban.kit.item import Item
from luban.kit.process import Desk

CITY = "310000"


def organisation_of(*, desk: Desk, case: CaseState) -> str:
    """Where that desk of this case stands; "" for the system's."""
    match desk.at:
        case "city":
            return CITY
        case "own":
            return case.applicant
        case "assigned":
            return desk.of
        case "invited":
            return case.invited
        case "system":
            return ""
    return case.handling_org


def desk_of(item: Item, case: CaseState) -> tuple[str, str]:
    """(role, organisation) of the desk a case waits at; empty when it is closed."""
    if case.closed:
        return "", ""
    desk: Desk = item.process.step(case.step).desk
    return desk.role, organisation_of(desk=desk, case=case)


def with_party(item: Item, case: CaseState) -> tuple[str, ...]:
    """The parties of a case, with whoever outside the handling office has the desk now."""
    if case.closed:
        return case.parties
    desk = item.process.step(case.step).desk
    guest = organisation_of(desk=desk, case=case) if desk.at in ("assigned", "invited") else ""
    return tuple(dict.fromkeys((*case.parties, guest))) if guest else case.parties
