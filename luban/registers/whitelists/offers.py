"""What the register of white lists offers to items: `whitelists.of`, the entries of a receiving firm.

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. What an
entry has used is what stands in the register and what permits of the year, by their first day, have approved.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from luban.kit.facts import Applicant
from luban.registers.book.current import books
from luban.registers.transfer_permits import shelf
from luban.registers.transfer_permits.parts import TAKES_ROOM
from luban.registers.whitelists.hit import entries_of, used_by
from luban.registers.whitelists.parts import WasteLine, WhitelistEntry


def of(*, day: date, applicant: Applicant, number: str, receiver: str | None) -> tuple[WhitelistEntry, ...]:
    """The entries of a firm, whatever their status; what this case itself was granted is not counted as used."""
    found = entries_of(book=books()["whitelists"].at(day), receiver=receiver or "")
    if not any(entry.annual_limit_t is not None for entry in found):
        return found
    approved = [
        WasteLine(code=row.code, mode=row.mode, tonnes=row.approved_t)
        for permit in shelf.of_receiver(uscc=receiver or "", day=day)
        if permit.status in TAKES_ROOM and permit.valid_from.year == day.year
        if not number or permit.case_no != number
        for row in permit.rows
    ]
    return tuple(used_by(entry=entry, approved=approved) for entry in found)


PROVIDERS: dict[str, Callable[..., Any]] = {"whitelists.of": of}
COMMANDS: dict[str, Callable[..., None]] = {}
