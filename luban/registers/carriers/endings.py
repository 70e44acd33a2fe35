"""Carriers whose road transport licence ends soon are told, 60, 30 and 7 days before (dated parameter), once each.

The firm reads it on its home page and in its reminders (`reminders`: kept for the city as well); the officials who pass
filings find it among their to-dos, until the firm's filing carries a later end. Source: domain brief 危险废物 §1.1,
§1.1.1 CQ-05, CQ-09, CQ-10.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from luban.kit.clock import clock
from luban.kit.daily import days_ahead
from luban.kit.parameters import Parameters
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.registers.book.current import current
from luban.registers.carriers import shelf
from luban.registers.carriers.models import Carrier as Row
from luban.registers.carriers.models import Reminder
from luban.registers.carriers.parts import Carrier

DAYS, DESK = "carriers.ending_days", "carriers.ending_desk"
BY_PLATFORM = "系统提醒"
MARK = "ENDING"
"""What stands among a reminder's rules: ENDING, the last day of the licence, the threshold."""

REMEMBERED = timedelta(days=400)
"""How long an open to-do may wait for the filing that settles it."""


def remind_ending() -> int:
    """Tell what has to be told today, and take back the to-dos that are settled; returns how many carriers were told."""
    at = clock.now()
    params = Parameters(current("parameters")).at(at.date())
    days = days_ahead(thresholds=[int(n) for n in params.codes(DAYS)], today=at.date())
    org, role = params.codes(DESK)
    told = 0
    for carrier in shelf.ending_on(days=days):
        if carrier.rtl_to is not None:
            told += _told(carrier, carrier.rtl_to, days[carrier.rtl_to], at, (org, role))
    _settle(at)
    return told


def _told(carrier: Carrier, end: date, threshold: int, at: datetime, desk: tuple[str, str]) -> bool:
    """Tell one carrier and the desk; False when this threshold was told before."""
    mark = f"{MARK}:{end.isoformat()}:{threshold}"
    with transaction.atomic():
        row = Row.objects.select_for_update().get(carrier_id=carrier.carrier_id)
        if Reminder.objects.filter(carrier=row, applicant="", rules__contains=[mark]).exists():
            return False
        Reminder.objects.create(carrier=row, applicant="", applicant_name=BY_PLATFORM, rules=[mark], at=at)
        put(effects=[_message(carrier, end, mark, at), _todo(carrier, end, mark, at, desk)], at=at)
    return True


def _message(carrier: Carrier, end: date, mark: str, at: datetime) -> EffectRequest:
    left = (end - at.date()).days
    text = (
        f"贵单位道路运输经营许可证（{carrier.rtl_no}）将于{end.isoformat()}到期，还有{left}日。到期后不能再被选为"
        "危险废物运输单位，请及时换证并办理运输单位信息备案变更。"
    )
    return EffectRequest(
        key=f"carrier:{carrier.carrier_id}:{mark}:firm",
        lane=f"carrier:{carrier.carrier_id}:firm",
        kind="share",
        link="one_net",
        name="enterprise_message",
        body={
            "uscc": carrier.uscc,
            "event": "REMIND",
            "title": "道路运输经营许可证即将到期",
            "text": text,
            "at": at.isoformat(timespec="seconds"),
        },
    )


def _todo(carrier: Carrier, end: date, mark: str, at: datetime, desk: tuple[str, str]) -> EffectRequest:
    org, role = desk
    return EffectRequest(
        key=f"carrier:{carrier.carrier_id}:{mark}:desk",
        lane=f"carrier:{carrier.carrier_id}:desk",
        kind="share",
        link="egov",
        name="todo_created",
        body={
            "todo_id": f"{carrier.carrier_id}:{mark}",
            "case_no": carrier.carrier_id,
            "title": f"{carrier.name}道路运输经营许可证{end.isoformat()}到期，请督促更新备案",
            "org": org,
            "role": role,
            "due_on": end.isoformat(),
            "created_at": at.isoformat(timespec="seconds"),
        },
    )


def _settle(at: datetime) -> None:
    """Take back the to-dos of carriers whose filing carries another end by now, or that are no longer in service."""
    reminders = Reminder.objects.filter(applicant="", at__gte=at - REMEMBERED).select_related("carrier")
    with transaction.atomic():
        put(effects=[one for row in reminders.iterator() for one in _settled(row, at)], at=at)


def _settled(row: Reminder, at: datetime) -> Iterator[EffectRequest]:
    for mark in row.rules:
        _, end, _ = str(mark).split(":")
        still = row.carrier.filing_status == "approved" and row.carrier.rtl_to == date.fromisoformat(end)
        if still:
            continue
        carrier_id = row.carrier.carrier_id
        yield EffectRequest(
            key=f"carrier:{carrier_id}:{mark}:done",
            lane=f"carrier:{carrier_id}:desk",
            kind="share",
            link="egov",
            name="todo_done",
            body={
                "todo_id": f"{carrier_id}:{mark}",
                "case_no": carrier_id,
                "done_at": at.isoformat(timespec="seconds"),
                "done_by": "system",
            },
        )
