"""Whose desk a case waits at."""

from __future__ import annotations

from luban.cases.state import CaseState
from luban.kit.item import Item
from luban.kit.process import Desk

CITY = "310000"


def desk_of(item: Item, case: CaseState) -> tuple[str, str]:
    """(role, organisation) of the desk a case waits at; empty when it is closed."""
    if case.closed:
        return "", ""
    desk: Desk = item.process.step(case.step).desk
    organisation = {"city": CITY, "own": case.applicant, "system": ""}.get(desk.at, case.handling_org)
    return desk.role, organisation
