"""What the register of receivers offers to items: facts by name (`PROVIDERS`) and what it fills in (`PREFILL`).

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. The firms
come from the dated registers as they stand on `day`; what of their capacity is taken, from the permits in force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.prefill import Prefill
from luban.registers.book.current import books
from luban.registers.receivers import capacity
from luban.registers.receivers.assembly import BOOKS, REGION, in_provinces, receivers_of
from luban.registers.receivers.parts import Receiver, Room
from luban.registers.receivers.prefill import values
from luban.registers.transfer_permits import shelf
from luban.registers.transfer_permits.figures import committed


def known(*, day: date) -> Mapping[str, Receiver]:
    """Every firm of the registers on a day, by its credit code."""
    held = books()
    receivers, licences, scopes, penalties = (held[name].at(day) for name in BOOKS)
    return receivers_of(receivers=receivers, licences=licences, scopes=scopes, penalties=penalties)


def of(*, day: date, applicant: Applicant, number: str, uscc: str | None) -> Receiver | None:
    """The firm of a credit code, or None."""
    return known(day=day).get(uscc or "")


def region(*, day: date, applicant: Applicant, number: str) -> tuple[Receiver, ...]:
    """The firms of Shanghai, Jiangsu, Zhejiang and Anhui."""
    return in_provinces(receivers=known(day=day), provinces=REGION)


def rooms(
    *,
    day: date,
    applicant: Applicant,
    number: str,
    receiver: str | None,
    start: date | None = None,
    end: date | None = None,
) -> Mapping[str, Room]:
    """The rooms of a firm by `licence_no|group or number of the line`, with what permits in force have committed.

    Capacity is counted whole whatever the term (危险废物跨省转移业务说明 §16.17 默认). The case's own permit is left out.
    """
    firm = known(day=day).get(receiver or "")
    if firm is None:
        return {}
    permits = (
        one for one in shelf.of_receiver(uscc=firm.uscc, day=day) if not number or one.case_no != number
    )
    return capacity.rooms(receiver=firm, permits_committed=committed(permits=permits, day=day))


def named(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is known of the firm whose credit code is given (see `prefill.values`)."""
    uscc = str(given.get("uscc") or "").strip().upper()
    return values(
        receiver=of(day=day, applicant=applicant, number="", uscc=uscc),
        licence_no=str(given.get("licence_no") or "").strip() or None,
        rooms=rooms(day=day, applicant=applicant, number="", receiver=uscc),
        day=day,
    )


PREFILL = {"receivers": Prefill("接收单位许可证库", named, keys=("uscc", "licence_no"))}
PROVIDERS: dict[str, Callable[..., Any]] = {
    "receivers.of": of,
    "receivers.region": region,
    "receivers.rooms": rooms,
}
COMMANDS: dict[str, Callable[..., None]] = {}
