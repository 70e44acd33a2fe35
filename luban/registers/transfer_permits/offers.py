"""What the register of transfer permits offers to items: facts by name (`PROVIDERS`), commands by name (`COMMANDS`).

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. A
command runs as `command(*, view, at)` inside the act's transaction. `apply` stands at the submission, `grant` at the
decision and again at its issue (the second call gives the permit its number and state and takes nothing more),
`drop` at every other end of a case, `revoke` and `cancel` where a permit is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from luban.kit.book import BookOnDay
from luban.kit.daily import Daily
from luban.kit.facts import Applicant
from luban.kit.prefill import Prefill
from luban.kit.view import CaseView
from luban.registers.book.current import books
from luban.registers.transfer_permits import decisions, manifests, rooms, shelf
from luban.registers.transfer_permits.parts import Pending, Permit


def of_generator(*, day: date, applicant: Applicant, number: str) -> tuple[Permit, ...]:
    """The applicant's permits, latest versions, oldest first."""
    return shelf.of_generator(uscc=applicant.uscc, day=day)


def of_receiver(*, day: date, applicant: Applicant, number: str, receiver: str | None) -> tuple[Permit, ...]:
    """Everybody's permits to a receiver, latest versions, oldest first."""
    return shelf.of_receiver(uscc=receiver, day=day) if receiver else ()


def pending(*, day: date, applicant: Applicant, number: str) -> tuple[Pending, ...]:
    """The applicant's other applications under way; the case `number` itself is not among them."""
    return tuple(one for one in shelf.pending_of(uscc=applicant.uscc) if one.case_no != number)


def claimed(*, day: date, applicant: Applicant, number: str) -> Mapping[str, Decimal]:
    """Tonnes of everybody's commitments by `licence_no|group of lines`: permits that stand, applications under way; the
    case `number` itself is left out. One query for all receivers."""
    return shelf.claimed(day=day, but=number)


def apply(*, view: CaseView, at: datetime) -> None:
    """Note the application as under way. Refused (409) while another for the same receiver and code is (P-21)."""
    asked = rooms.placed(asked=decisions.applied(view), books=_books(at.date()))
    shelf.lock(keys=[f"applicant:{view.applicant}"])
    decisions.refuse_repeated(asked, shelf.pending_of(uscc=view.applicant))
    shelf.put_pending(pending=asked, uscc=view.applicant, at=at)


def drop(*, view: CaseView, at: datetime) -> None:
    """The case ends without a permit: what was noted and reserved for it is free again."""
    shelf.drop_pending(case_no=view.number)
    given_up = decisions.dropped(shelf.of_case(case_no=view.number), at.date())
    if given_up is not None:
        shelf.keep(permit=given_up, at=at)


def grant(*, view: CaseView, at: datetime) -> None:
    """Take capacity and quota for what is approved and write the permit. Refused (409) with figures when there is none.

    The licence's and the records' tills are held to the end of the transaction: of two cases that decide at the same
    moment the second sees what the first has taken.
    """
    day = at.date()
    asked = decisions.granted(view, day)
    numbers = sorted({row.p2p_no for row in asked.rows} - {""})
    shelf.lock(
        keys=[
            asked.receiver_licence_no and f"licence:{asked.receiver_licence_no}",
            *map("p2p:{}".format, numbers),
        ]
    )
    permit = decisions.renewed(shelf.of_case(case_no=view.number), asked)
    if permit is None:
        permit = _taken(asked, numbers, day)
    shelf.keep(permit=permit, at=at)
    if permit.status == "issued":
        shelf.drop_pending(case_no=view.number)


def _taken(asked: Permit, numbers: list[str], day: date) -> Permit:
    others = shelf.drawing_on(
        licence_no=asked.receiver_licence_no, numbers=numbers, but=asked.case_no, day=day
    )
    return rooms.taken(asked=asked, others=others, books=_books(day), day=day)


def _books(day: date) -> Mapping[str, BookOnDay]:
    held = books()
    return {name: held[name].at(day) for name in rooms.BOOKS}


def revoke(*, view: CaseView, at: datetime) -> None:
    """Revoke the permit the case is about (else its own): it takes no room any more. Refused (404, 409)."""
    _end(view, at, "revoked")


def cancel(*, view: CaseView, at: datetime) -> None:
    """Cancel the permit the case is about (else its own). Refused (404, 409)."""
    _end(view, at, "cancelled")


def _end(view: CaseView, at: datetime, status: str) -> None:
    number = decisions.target_of(view)
    held = shelf.by_number(number=number) if number else shelf.of_case(case_no=view.number)
    shelf.keep(permit=decisions.ended(held, number or view.number, at.date(), status), at=at)


def earlier(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The number of the applicant's permit that a renewal (`apply_kind`) follows: the latest to the receiver named; while
    none is named, the only one there is. Empty for a first application."""
    if given.get("apply_kind") not in decisions.FOLLOWS:
        return {}
    receiver = str(given.get("receiver_uscc") or "").strip().upper()
    out = [one for one in of_generator(day=day, applicant=applicant, number="") if one.status == "issued"]
    fitting = [one for one in out if one.receiver_uscc == receiver] if receiver else out
    if not fitting or (len(fitting) > 1 and not receiver):
        return {}
    return {"permit_no": max(fitting, key=lambda one: (one.valid_to, one.valid_from)).permit_no}


PREFILL = {
    "transfer_permits": Prefill(
        "许可台账",
        earlier,
        keys=("apply_kind", "receiver_uscc"),
        reads=("apply_kind", "receiver_uscc"),
    )
}
PROVIDERS: dict[str, Callable[..., Any]] = {
    "transfer_permits.of_generator": of_generator,
    "transfer_permits.of_receiver": of_receiver,
    "transfer_permits.pending": pending,
    "transfer_permits.claimed": claimed,
}
COMMANDS: dict[str, Callable[..., None]] = {
    "transfer_permits.apply": apply,
    "transfer_permits.drop": drop,
    "transfer_permits.grant": grant,
    "transfer_permits.revoke": revoke,
    "transfer_permits.cancel": cancel,
}
FIGURES: dict[str, Callable[[], Any]] = {"transfer_permits.moved": shelf.moved}
"""What statistics may ask: tonnes gone of each permit row (see `kit.statistics.Measure`)."""
DAILY = (
    Daily("transfer_permits.standing", "重算转移许可状态", time(0, 10), manifests.restate_today),
    Daily("transfer_permits.tonnes", "取联单更新许可实转量", time(2, 10), manifests.refresh_all),
)
"""What the register does every day (brief §8: states by date and tonnes; §9: manifests)."""
