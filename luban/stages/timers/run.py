"""Timers of cases, reminders of licences, dates after an edit of the calendar; each may run twice without harm.

One case that cannot be moved (its rules refuse, its data is broken) is logged by name and holds up no other.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.db import transaction

from luban.cases import house
from luban.cases.limits import limits_of, next_due
from luban.cases.models import Case, Event
from luban.cases.rows import limit_rows, state_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.daily import days_ahead
from luban.kit.refusal import Refused
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.people.actor import Actor
from luban.people.genuine import RowTouched, mac_of
from luban.registers.book.models import Change, ChangeState
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.registers.licences.status import chinese_day

log = logging.getLogger(__name__)

AT_ONCE = 200
CALENDAR = "calendar"
LOOKS_BACK = timedelta(minutes=25)  # the job looks every ten minutes; two looks may be missed


def fire_timers() -> int:
    """Take the system's action on every case whose timer day is over; returns how many moved."""
    due = Case.objects.filter(timer_on__lt=clock.today()).order_by("id").only("number", "timers")
    return sum(_fire(case) for case in due.iterator(chunk_size=AT_ONCE))


def _fire(case: Case) -> bool:
    """Take the first timer that is over and may be taken."""
    today = clock.today().isoformat()
    for act, on in sorted(case.timers, key=lambda timer: str(timer[1])):
        if on >= today:
            return False
        request_id = f"timer:{act}:{on}"
        if Event.objects.filter(case_id=case.pk, request_id=request_id).exists():
            continue  # taken, and the case stayed where it was
        try:
            done = house.take(
                case_id=str(case.pk), action=act, by=Actor.system(), data={}, request_id=request_id
            )
        except Refused as refusal:
            log.warning("timer %s of %s: %s", act, case.number, refusal.message)
        except Exception:
            log.exception("timer %s of %s", act, case.number)
        else:
            return not done.repeated
    return False


def remind() -> int:
    """Tell holders 30 and 7 days (parameter) before a licence ends, once each; returns how many were told.

    A reminder missed while no worker ran is caught up on the days after.
    """
    within, today = house.context(), clock.today()
    thresholds = [int(d) for d in within.parameters.at(today).codes("expiry.remind_days")]
    days = days_ahead(thresholds=thresholds, today=today)
    ending = shelf.ending_on(days=tuple(days))
    told = [_reminder(licence, days[end], today) for licence in ending if (end := licence.valid_to)]
    with transaction.atomic():
        return len(put(effects=told, at=clock.now()))


def _reminder(licence: LicenceFact, threshold: int, today: date) -> EffectRequest:
    left, end = "", licence.valid_to
    if end is not None:
        left = f"{licence.number}将于{chinese_day(end)}到期，还有{(end - today).days}日。"
    return EffectRequest(
        key=f"remind:{licence.token}:{threshold}",
        lane=f"remind:{licence.token}",
        kind="share",
        link="one_net",
        name="enterprise_message",
        case=licence.case_id,
        body={
            "uscc": licence.holder,
            "event": "REMIND",
            "title": f"{licence.title}即将到期",
            "text": f"{left}到期后仍需办理的，请提前申请。",
            "at": clock.now().isoformat(timespec="seconds"),
            "case_no": licence.case_number,
        },
    )


def recompute_after_edit() -> int:
    """Compute due days anew when the calendar was edited a short while ago; returns how many changed."""
    edits = Change.objects.filter(
        register=CALENDAR, state=ChangeState.APPROVED, decided_at__gte=clock.now() - LOOKS_BACK
    )
    return recompute_open_cases() if edits.exists() else 0


def recompute_open_cases() -> int:
    """Compute the due days of all open cases anew (after the calendar was edited); returns how many changed."""
    within, changed = house.context(), 0
    for row in Case.objects.exclude(desk="").iterator(chunk_size=500):
        try:
            item, case = registry.get(row.item), state_of(row)
        except RowTouched:
            continue  # the alarm has sounded
        params = within.params(case.accepted_on or case.submitted_on, item.code)
        clocks = limits_of(process=item.process, case=case, params=params, calendar=within.calendar)
        due = next_due(clocks)
        columns = {
            "limits": limit_rows(clocks),
            "due_on": due.due if due else None,
            "yellow_on": due.yellow if due else None,
        }
        if columns["limits"] != row.limits:
            for name, value in columns.items():
                setattr(row, name, value)
            changed += Case.objects.filter(pk=row.pk, seq=row.seq).update(**columns, mac=mac_of(row))
    return changed
