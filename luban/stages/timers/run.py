"""Timers of cases, reminders of licences, dates after an edit of the calendar; each may run twice without harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from luban.cases import house
from luban.cases.limits import limits_of, next_due
from luban.cases.models import Case
from luban.cases.rows import limit_rows, state_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.people.actor import Actor
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.registers.licences.status import chinese_day

AT_ONCE = 200


def fire_timers() -> int:
    """Take the system's action on every case whose timer day is over; returns how many moved."""
    moved = 0
    for case in Case.objects.filter(timer_on__lt=clock.today()).order_by("timer_on")[:AT_ONCE]:
        moved += sum(_fire(case, act, on) for act, on in case.timers)
    return moved


def _fire(case: Case, act: str, on: str) -> bool:
    if date.fromisoformat(on) >= clock.today():
        return False
    try:
        house.take(
            case_id=str(case.pk), action=act, by=Actor.system(), data={}, request_id=f"timer:{act}:{on}"
        )
    except Refused:  # the case has moved on since it was read
        return False
    return True


def remind() -> int:
    """Tell holders 30 and 7 days (parameter) before a licence ends, once each; returns how many were told."""
    within, today = house.context(), clock.today()
    days = [int(d) for d in within.parameters.at(today).codes("expiry.remind_days")]
    ending = shelf.ending_on(days=tuple(today + timedelta(days=d) for d in days))
    with transaction.atomic():
        return len(put(effects=list(_reminders(ending, today)), at=clock.now()))


def _reminders(ending: tuple[LicenceFact, ...], today: date) -> Iterator[EffectRequest]:
    for licence in ending:
        if licence.valid_to is None:
            continue
        left = (licence.valid_to - today).days
        yield EffectRequest(
            key=f"remind:{licence.token}:{left}",
            lane=f"remind:{licence.token}",
            kind="share",
            link="one_net",
            name="enterprise_message",
            case=licence.case_id,
            body={
                "uscc": licence.holder,
                "event": "REMIND",
                "title": f"{licence.title}即将到期",
                "text": f"{licence.number}将于{chinese_day(licence.valid_to)}到期，还有{left}日。需要继续转移的，请提前办理。",
                "at": clock.now().isoformat(timespec="seconds"),
                "case_no": licence.case_number,
            },
        )


def recompute_open_cases() -> int:
    """Compute the due days of all open cases anew (after the calendar was edited); returns how many changed."""
    within, changed = house.context(), 0
    for row in Case.objects.exclude(desk="").iterator(chunk_size=500):
        item, case = registry.get(row.item), state_of(row)
        params = within.params(case.accepted_on or case.submitted_on, item.code)
        clocks = limits_of(process=item.process, case=case, params=params, calendar=within.calendar)
        due = next_due(clocks)
        columns = {
            "limits": limit_rows(clocks),
            "due_on": due.due if due else None,
            "yellow_on": due.yellow if due else None,
        }
        if columns["limits"] != row.limits:
            changed += Case.objects.filter(pk=row.pk, seq=row.seq).update(**columns)
    return changed
