"""What the register of licences offers to items: facts by name (`PROVIDERS`) and commands by name (`COMMANDS`).

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. A
command runs as `command(*, view, at)` inside the act's transaction and locks the row it changes. The licence it
means is `view.form.target.filing_no` (of a permit: `permit_no`); the reason is `view.form.grounds.reason_code` of the
dictionary its kind names (`decisions.Words`). The bureau that acts is `view.office.code`, the case `view.number`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.view import CaseView
from luban.registers.licences import decisions, shelf
from luban.registers.licences.models import Licence
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
    """Mark the licence as wanted by this case. Refused (404, 409) when it may not be ended."""
    words = decisions.words_of(view)
    row = _locked(view)
    changed = decisions.held(
        shelf.fact(row), by=view.number, office=view.office.code, day=at.date(), words=words
    )
    shelf.keep(row=row, changed=changed)


def release(*, view: CaseView, at: datetime) -> None:
    """Take this case's mark off the licence; nothing happens when it has none."""
    row = shelf.locked(number=decisions.target_of(view))
    if row is not None:
        shelf.keep(row=row, changed=decisions.released(shelf.fact(row), by=view.number))


def revoke(*, view: CaseView, at: datetime) -> None:
    """Revoke the licence now: the verification page says so with the commit. Refused (404, 409)."""
    _end(view, at, "revoked")


def cancel(*, view: CaseView, at: datetime) -> None:
    """Cancel the licence now (注销), as `revoke` does. Refused (404, 409)."""
    _end(view, at, "cancelled")


def _end(view: CaseView, at: datetime, status: str) -> None:
    words, row = decisions.words_of(view), _locked(view)
    changed = decisions.revoked(
        shelf.fact(row),
        by=view.number,
        reason=decisions.reason_of(view),
        day=at.date(),
        status=status,
        words=words,
    )
    shelf.keep(row=row, changed=changed)


def _locked(view: CaseView) -> Licence:
    """The row of the licence a case is about, locked. Refused (404)."""
    number = decisions.target_of(view)
    row = shelf.locked(number=number)
    if row is None:
        raise decisions.unknown(number, decisions.words_of(view))
    return row


PROVIDERS: dict[str, Callable[..., Any]] = {
    "licences.committed": committed,
    "licences.same": same,
    "licences.by_number": by_number,
}
COMMANDS: dict[str, Callable[..., None]] = {
    "licences.hold": hold,
    "licences.release": release,
    "licences.revoke": revoke,
    "licences.cancel": cancel,
}
