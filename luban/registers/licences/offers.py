"""What the register of licences offers to items: facts by name (`PROVIDERS`) and commands by name (`COMMANDS`).

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. A
command runs as `command(*, view, at)` inside the act's transaction and locks the row it changes. The licence it
means is `view.form.target.filing_no`; the reason of a revocation is `view.form.grounds.reason_code` of the
dictionary `revocation_reason`. The bureau that acts is `view.office.code`, the case `view.number`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.view import CaseView
from luban.registers.licences import decisions, shelf
from luban.registers.licences.parts import LicenceFact


def committed(
    *,
    day: date,
    applicant: Applicant,
    number: str,
    receiver: str | None,
    start: date | None = None,
    end: date | None = None,
) -> Decimal:
    """Tonnes committed by licences at `receiver` in the natural years of the term [start, end]; see `decisions`."""
    if not receiver:
        return Decimal("0.000")
    first, last = decisions.natural_years(start, end, day)
    return shelf.committed(receiver=receiver, first=first, last=last)


def same(
    *,
    day: date,
    applicant: Applicant,
    number: str,
    receiver: str | None,
    start: date | None = None,
    end: date | None = None,
) -> tuple[LicenceFact, ...]:
    """The applicant's licences for the same receiver that stand and share a day with the term [start, end]."""
    if not receiver:
        return ()
    named = shelf.between(holder=applicant.uscc, receiver=receiver, ending_from=day)
    return decisions.same_as(named, holder=applicant.uscc, receiver=receiver, start=start, end=end, day=day)


def by_number(*, day: date, applicant: Applicant, number: str, filing_no: str | None) -> LicenceFact | None:
    """The licence of a number as it stands, or None."""
    return shelf.by_number(number=filing_no)


def hold(*, view: CaseView, at: datetime) -> None:
    """Mark the licence as wanted by this case. Refused (404, 409) when it may not be revoked."""
    row = shelf.locked(number=decisions.target_of(view))
    if row is None:
        raise decisions.unknown(decisions.target_of(view))
    licence = shelf.fact(row)
    changed = decisions.held(licence, by=view.number, office=view.office.code, day=at.date())
    shelf.keep(row=row, changed=changed)


def release(*, view: CaseView, at: datetime) -> None:
    """Take this case's mark off the licence; nothing happens when it has none."""
    row = shelf.locked(number=decisions.target_of(view))
    if row is not None:
        shelf.keep(row=row, changed=decisions.released(shelf.fact(row), by=view.number))


def revoke(*, view: CaseView, at: datetime) -> None:
    """Revoke the licence now: the verification page says so with the commit. Refused (404, 409)."""
    row = shelf.locked(number=decisions.target_of(view))
    if row is None:
        raise decisions.unknown(decisions.target_of(view))
    licence = shelf.fact(row)
    changed = decisions.revoked(licence, by=view.number, reason=decisions.reason_of(view), day=at.date())
    shelf.keep(row=row, changed=changed)


PROVIDERS: dict[str, Callable[..., Any]] = {
    "licences.committed": committed,
    "licences.same": same,
    "licences.by_number": by_number,
}
COMMANDS: dict[str, Callable[..., None]] = {
    "licences.hold": hold,
    "licences.release": release,
    "licences.revoke": revoke,
}
