"""An applicant may ask a carrier that cannot be chosen to file: a line on its home page, once a day, kept for the city.

Source: domain brief 危险废物 §1.1.1 (提醒备案, carrier_filing_reminder). The message leaves by the outbox with the
commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from luban.kit.refusal import Refused
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.registers.carriers.eligibility import Reason
from luban.registers.carriers.models import Carrier, Reminder

AGAIN_AFTER = timedelta(hours=24)
"""The same applicant reminds the same carrier once in this time."""

PAGE = 20


@dataclass(frozen=True)
class ReminderFact:
    """A reminder as others see it."""

    id: int
    carrier_id: str
    carrier_name: str
    applicant: str
    applicant_name: str
    rules: tuple[str, ...]
    at: datetime
    read_at: datetime | None


def remind(
    *, carrier_id: str, applicant: str, applicant_name: str, reasons: Sequence[Reason], at: datetime
) -> ReminderFact:
    """Remind a carrier of what keeps it from being chosen (`reasons`, of `eligibility`).

    Raises Refused: 404 an unknown carrier, 409 when nothing is wrong with it, 429 within 24 hours of the last one.
    """
    if not reasons:
        raise Refused("NOTHING_TO_REMIND", "该运输单位备案没有需要提醒的问题。")
    with transaction.atomic():
        carrier = Carrier.objects.select_for_update().filter(carrier_id=carrier_id).first()
        if carrier is None:
            raise Refused("CARRIER_NOT_FOUND", "运输单位库中没有该单位，请核对后重新选择。", status=404)
        recent = Reminder.objects.filter(carrier=carrier, applicant=applicant, at__gt=at - AGAIN_AFTER)
        if recent.exists():
            raise Refused("REMINDED", "24小时内已提醒过该运输单位，请等待其办理备案。", status=429)
        row = Reminder.objects.create(
            carrier=carrier,
            applicant=applicant,
            applicant_name=applicant_name,
            rules=[reason.rule for reason in reasons],
            at=at,
        )
        put(effects=[_message(row, reasons)], at=at)
    return _fact(row)


def _message(row: Reminder, reasons: Sequence[Reason]) -> EffectRequest:
    said = "；".join(reason.message.rstrip("。") for reason in reasons)
    return EffectRequest(
        key=f"carrier-reminder:{row.pk}",
        lane=f"carrier-reminder:{row.carrier.carrier_id}",
        kind="share",
        link="one_net",
        name="enterprise_message",
        body={
            "uscc": row.carrier.uscc,
            "event": "REMIND",
            "title": "请办理运输单位信息备案",
            "text": f"{row.applicant_name}办理危险废物跨省转移拟委托贵单位运输，但{said}。请及时办理运输单位信息备案。",
            "at": row.at.isoformat(timespec="seconds"),
        },
    )


def reminders(
    *, carrier_id: str = "", before: int | None = None, limit: int = PAGE
) -> tuple[ReminderFact, ...]:
    """Reminders, newest first, of one carrier or of all; `before` is the id of the last one shown."""
    rows = Reminder.objects.select_related("carrier").order_by("-id")
    if carrier_id:
        rows = rows.filter(carrier__carrier_id=carrier_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return tuple(_fact(row) for row in rows[:limit])


def mark_read(*, uscc: str, at: datetime) -> int:
    """The carrier of that credit code has seen its reminders; returns how many were new to it."""
    return Reminder.objects.filter(carrier__uscc=uscc, read_at__isnull=True).update(read_at=at)


def _fact(row: Reminder) -> ReminderFact:
    return ReminderFact(
        row.pk,
        row.carrier.carrier_id,
        row.carrier.name,
        row.applicant,
        row.applicant_name,
        tuple(row.rules),
        row.at,
        row.read_at,
    )
