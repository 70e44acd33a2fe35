"""The rules by which a licence changes and what counts against a receiver, as pure functions.

PostgreSQL and `luban try` both run exactly these. Sources: solid-waste.md 2B.6 (revocation), 1.2 s4
(`receiver_remaining_t`), SWC-31; domain vocabulary §4.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.registers.licences.parts import STORED, LicenceFact
from luban.registers.licences.status import chinese_day, status_on

REASONS = "revocation_reason"
"""The dictionary of reasons for a revocation."""

TAKES_CAPACITY = frozenset({"issued", "suspended"})


def target_of(view: CaseView) -> str | None:
    """The number of the licence the case is about."""
    number: str | None = view.form.target.filing_no
    return number


def reason_of(view: CaseView) -> str:
    """The reason as a word."""
    return view.term(REASONS, view.form.grounds.reason_code)


def in_flight(number: str) -> str:
    """The sentence for a licence somebody else already wants to change."""
    return f"该备案已有在途撤销申请{number}。"


EXPIRED = "备案已到期，无需撤销。"


def ended(licence: LicenceFact) -> str:
    """The sentence for a licence that no longer stands."""
    on = f"于{chinese_day(licence.status_on)}" if licence.status_on else ""
    return f"该备案已{on}{STORED[licence.status].removeprefix('已')}，不能再次撤销。"


def found(licence: LicenceFact | None, number: str | None) -> LicenceFact:
    """The licence itself. Refused (404) when the register has none of that number."""
    if licence is None:
        raise unknown(number)
    return licence


def unknown(number: str | None) -> Refused:
    """The refusal when the register has no licence of that number."""
    return Refused("LICENCE_NOT_FOUND", f"备案台账中没有“{number or ''}”，请核对备案号。", status=404)


def hindrance(licence: LicenceFact, *, by: str, day: date) -> tuple[str, str] | None:
    """Code and sentence of what stops case `by` (empty: a new one) from revoking the licence on `day`; None if nothing."""
    if licence.status != "issued":
        return "LICENCE_ENDED", ended(licence)
    if status_on(licence, day).code == "expired":
        return "LICENCE_EXPIRED", EXPIRED
    if licence.pending_by not in ("", by):
        return "REVOCATION_IN_FLIGHT", in_flight(licence.pending_by)
    return None


def held(licence: LicenceFact, *, by: str, office: str, day: date) -> LicenceFact:
    """The licence with case `by` of bureau `office` wanting to revoke it. Refused (409) when it may not."""
    if licence.office != office:
        message = f"该备案由{licence.office_name or licence.office}办理，不属本局，请由该局发起撤销。"
        raise Refused("NOT_YOUR_LICENCE", message)
    _refuse_hindered(licence, by, day)
    return replace(licence, pending_by=by)


def released(licence: LicenceFact, *, by: str) -> LicenceFact:
    """The licence free again; unchanged when another case holds it."""
    return replace(licence, pending_by="") if licence.pending_by == by else licence


def revoked(licence: LicenceFact, *, by: str, reason: str, day: date) -> LicenceFact:
    """The licence revoked on `day` by case `by`. Refused (409) when it no longer stands or `by` does not hold it."""
    _refuse_hindered(licence, by, day)
    if licence.pending_by != by:
        raise Refused("REVOCATION_NOT_HELD", "该备案未登记本次撤销申请，请由区局重新发起撤销。")
    return replace(
        licence, status="revoked", status_on=day, status_reason=reason, changed_by=by, pending_by=""
    )


def _refuse_hindered(licence: LicenceFact, by: str, day: date) -> None:
    hindered = hindrance(licence, by=by, day=day)
    if hindered:
        raise Refused(*hindered)


def natural_years(start: date | None, end: date | None, day: date) -> tuple[date, date]:
    """First and last day of the natural years a term touches; the year of `day` where the term is still blank."""
    first = start or end or day
    last = end or start or day
    years = sorted((first.year, last.year))
    return date(years[0], 1, 1), date(years[1], 12, 31)


def committed_at(
    licences: Iterable[LicenceFact], *, receiver: str, start: date | None, end: date | None, day: date
) -> Decimal:
    """Tonnes of the licences in force at a receiver in the natural years the term touches (revoked ones do not count).

    A licence that ran out earlier in the same year has used the year's capacity and counts.
    """
    first, last = natural_years(start, end, day)
    counted = (
        licence.qty_t
        for licence in licences
        if licence.receiver == receiver and licence.status in TAKES_CAPACITY and licence.overlaps(first, last)
    )
    return sum(counted, Decimal("0.000"))


def same_as(
    licences: Iterable[LicenceFact],
    *,
    holder: str,
    receiver: str,
    start: date | None,
    end: date | None,
    day: date,
) -> tuple[LicenceFact, ...]:
    """The holder's licences for the same receiver that stand, are not over, and share a day with the term."""
    return tuple(
        licence
        for licence in licences
        if licence.holder == holder
        and licence.receiver == receiver
        and licence.status in TAKES_CAPACITY
        and licence.overlaps(day, None)
        and licence.overlaps(start, end)
    )
