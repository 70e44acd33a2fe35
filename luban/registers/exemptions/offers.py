"""What the registers of exemptions offer to items: `exemptions.rules` and `exemptions.p2p`; what they fill in.

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. A record
has used what stands in the register and what permits drew on it; the case's own permit is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.prefill import Prefill
from luban.registers.book.current import books
from luban.registers.exemptions.judge import usable
from luban.registers.exemptions.parts import ExemptionRule, PointToPoint
from luban.registers.exemptions.questions import questions
from luban.registers.exemptions.reading import records_of, rules_of
from luban.registers.receivers import offers as receivers
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


def named(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a waste row: the one point-to-point record that may be used, and the conditions a general exemption asks for.

    `given`: `waste_code` of the row, `receiver_uscc` around it; the generator is the applicant. Two records that would
    both do are left to the applicant.
    """
    code = str(given.get("waste_code") or "").strip().upper()
    receiver = str(given.get("receiver_uscc") or "").strip().upper()
    records = p2p(day=day, applicant=applicant, number="", receiver=receiver)
    fitting = usable(records=records, generator=applicant.uscc, receiver=receiver, code=code, day=day)
    firm = receivers.of(day=day, applicant=applicant, number="", uscc=receiver)
    asked = questions(
        rules=rules(day=day, applicant=applicant, number=""),
        code=code,
        receiver_known=firm is not None and firm.accident_free is not None,
    )
    return {
        "p2p_no": fitting[0].p2p_no if len(fitting) == 1 else None,
        "conditions": [{"condition_key": one.key, "condition": one.text} for one in asked],
    }


PREFILL = {
    "exemptions": Prefill(
        "豁免库", named, keys=("waste_code", "receiver_uscc"), reads=("waste_code", "receiver_uscc")
    )
}
PROVIDERS: dict[str, Callable[..., Any]] = {"exemptions.rules": rules, "exemptions.p2p": p2p}
COMMANDS: dict[str, Callable[..., None]] = {}
