"""The rules by which a licence changes and what counts against a receiver, as pure functions.

PostgreSQL and `luban try` both run exactly these. Sources: solid-waste.md 2B.6 (revocation), 1.2 s4
(`receiver_remaining_t`), SWC-31; domain vocabulary §4.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.registers.licences.parts import STORED, LicenceFact
from luban.registers.licences.status import chinese_day, status_on

REASONS = "revocation_reason"
"""The dictionary of reasons for the revocation of a filing."""

PERMIT_REASONS = "permit_end_reason"
"""The dictionary of reasons for which a permit is revoked or cancelled."""

TAKES_CAPACITY = frozenset({"issued", "suspended"})


@dataclass(frozen=True)
class Words:
    """What a kind of licence is called in sentences: itself, its number, its ending; the dictionary of reasons."""

    thing: str
    number: str
    ending: str
    reasons: str


FILING = Words("备案", "备案号", "撤销", REASONS)
PERMIT = Words("许可", "许可文号", "撤销、注销", PERMIT_REASONS)


def words_of(view: CaseView) -> Words:
    """The words for what a case is about: a permit when its form names `target.permit_no`, else a filing."""
    return PERMIT if hasattr(view.form.target, "permit_no") else FILING


def target_of(view: CaseView) -> str | None:
    """The number of the licence the case is about."""
    target = view.form.target
    number: str | None = target.permit_no if hasattr(target, "permit_no") else target.filing_no
    return number


def reason_of(view: CaseView) -> str:
    """The reason as a word."""
    return view.term(words_of(view).reasons, view.form.grounds.reason_code)


def in_flight(number: str, words: Words = FILING) -> str:
    """The sentence for a licence somebody else already wants to change."""
    return f"该{words.thing}已有在途{words.ending}申请{number}。"


def expired(words: Words = FILING) -> str:
    """The sentence for a licence whose term is over."""
    return f"{words.thing}已到期，无需{words.ending}。"


EXPIRED = expired()


def ended(licence: LicenceFact, words: Words = FILING) -> str:
    """The sentence for a licence that no longer stands."""
    on = f"于{chinese_day(licence.status_on)}" if licence.status_on else ""
    return f"该{words.thing}已{on}{STORED[licence.status].removeprefix('已')}，不能再次{words.ending}。"


def found(licence: LicenceFact | None, number: str | None, words: Words = FILING) -> LicenceFact:
    """The licence itself. Refused (404) when the register has none of that number."""
    if licence is None:
        raise unknown(number, words)
    return licence


def unknown(number: str | None, words: Words = FILING) -> Refused:
    """The refusal when the register has no licence of that number."""
    return Refused("LICENCE_NOT_FOUND", nowhere(number, words), status=404)


def nowhere(number: str | None, words: Words = FILING) -> str:
    """The sentence for a number the register does not know."""
    return f"{words.thing}台账中没有“{number or ''}”，请核对{words.number}。"


def hindrance(licence: LicenceFact, *, by: str, day: date, words: Words = FILING) -> tuple[str, str] | None:
    """Code and sentence of what stops case `by` (empty: a new one) from ending the licence on `day`; None if nothing."""
    if licence.status != "issued":
        return "LICENCE_ENDED", ended(licence, words)
    if status_on(licence, day).code == "expired":
        return "LICENCE_EXPIRED", expired(words)
    if licence.pending_by not in ("", by):
        return "REVOCATION_IN_FLIGHT", in_flight(licence.pending_by, words)
    return None


def held(licence: LicenceFact, *, by: str, office: str, day: date, words: Words = FILING) -> LicenceFact:
    """The licence with case `by` of bureau `office` wanting to end it. Refused (409) when it may not."""
    if licence.office != office:
        raise Refused("NOT_YOUR_LICENCE", elsewhere(licence, words))
    _refuse_hindered(licence, by, day, words)
    return replace(licence, pending_by=by)


def elsewhere(licence: LicenceFact, words: Words = FILING) -> str:
    """The sentence for a licence of another bureau."""
    bureau = licence.office_name or licence.office
    return f"该{words.thing}由{bureau}办理，不属本局，请由该局发起{words.ending}。"


def released(licence: LicenceFact, *, by: str) -> LicenceFact:
    """The licence free again; unchanged when another case holds it."""
    return replace(licence, pending_by="") if licence.pending_by == by else licence


def revoked(
    licence: LicenceFact,
    *,
    by: str,
    reason: str,
    day: date,
    status: str = "revoked",
    words: Words = FILING,
) -> LicenceFact:
    """The licence revoked (or, by `status`, cancelled) on `day` by case `by`.

    Refused (409) when it no longer stands or `by` does not hold it.
    """
    _refuse_hindered(licence, by, day, words)
    if licence.pending_by != by:
        message = f"该{words.thing}未登记本次{words.ending}申请，请重新发起{words.ending}。"
        raise Refused("REVOCATION_NOT_HELD", message)
    return replace(licence, status=status, status_on=day, status_reason=reason, changed_by=by, pending_by="")


def _refuse_hindered(licence: LicenceFact, by: str, day: date, words: Words) -> None:
    hindered = hindrance(licence, by=by, day=day, words=words)
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
