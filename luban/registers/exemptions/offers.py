"""What the registers of exemptions offer to items: `exemptions.rules` and `exemptions.p2p`.

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. A record
has used what stands in the register and what permits drew on it; the case's own permit is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from luban.kit.facts import Applicant
from luban.registers.book.current import books
from luban.registers.exemptions.parts import ExemptionRule, PointToPoint
from luban.registers.exemptions.reading import records_of, rules_of
from luban.registers.transfer_permits import shelf
from luban.registers.transfer_permits.figures import drawn

NOBODY = "-"
"""A case number no case has: before filing no permit is left out, not even one that came without a case."""


def rules(*, day: date, applicant: Applicant, number: str) -> tuple[ExemptionRule, ...]:
    """Every line of the exemption list on the day."""
    return rules_of(book=books()["exemption_rules"].at(day))


def p2p(*, day: date, applicant: Applicant, number: str, receiver: str | None) -> tuple[PointToPoint, ...]:
    """The point-to-point records of a user, whatever their status."""
    book = books()["p2p_exemptions"].at(day)
    numbers = [row.key for row in book.where(receiver_uscc=receiver or "")]
    if not numbers:
        return ()
    permits = shelf.drawing_on(licence_no="", numbers=numbers, but=number or NOBODY, day=day)
    return records_of(book=book, receiver=receiver, drawn=drawn(permits=permits))


PROVIDERS: dict[str, Callable[..., Any]] = {"exemptions.rules": rules, "exemptions.p2p": p2p}
COMMANDS: dict[str, Callable[..., None]] = {}
