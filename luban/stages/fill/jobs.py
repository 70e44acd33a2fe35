"""Old drafts: a word a week before, then they go.

Both run once a night. A draft that corrects a case stays while the case is open (the case has its own limit); one
that was submitted stays with its case.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from luban.cases.context import Context
from luban.cases.house import context
from luban.cases.models import Draft
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.stages.fill import desk
from luban.stages.fill.erase import erase

FIRM_CODE = 18
CLOSED = "closed_"


@app.periodic(cron="23 3 * * *", periodic_id="fill")
@app.task(name="fill.old_drafts", queueing_lock="fill.old_drafts")
def old_drafts(timestamp: int) -> None:
    """Warn of drafts about to go, then delete those whose day has come."""
    warn_old()
    delete_old()


def delete_old() -> int:
    """Delete drafts nobody touched for `draft.keep_days`, with their files; returns how many."""
    count = 0
    for item in registry.all_items():
        cut = clock.now() - timedelta(days=_days(item, desk.KEEP_DAYS))
        old = Draft.objects.filter(item=item.code, submitted_as="", updated_at__lt=cut)
        fresh = old.filter(case__isnull=True) | old.filter(case__state__startswith=CLOSED)
        count += erase(drafts=fresh.values_list("pk", flat=True))
    return count


def warn_old() -> int:
    """Tell firms whose drafts go in `draft.remind_days`, once a draft and day of expiry; returns how many were told."""
    count = 0
    for item in registry.all_items():
        keep, before = _days(item, desk.KEEP_DAYS), _days(item, desk.REMIND_DAYS)
        cut = clock.now() - timedelta(days=keep - before)
        rows = Draft.objects.filter(item=item.code, submitted_as="", case__isnull=True, updated_at__lt=cut)
        within = context()
        told = [_reminder(row, item, within) for row in rows.iterator() if len(row.owner) == FIRM_CODE]
        with transaction.atomic():
            count += len(put(effects=told, at=clock.now()))
    return count


def _days(item: Item, key: str) -> int:
    return context().params(clock.today(), item.code).integer(key)


def _reminder(row: Draft, item: Item, within: Context) -> EffectRequest:
    ends = desk.expires_on(row, item, within=within)
    return EffectRequest(
        key=f"draft:{row.pk}:{ends.isoformat()}",
        lane=f"one_net:draft:{row.pk}",
        kind="share",
        link="one_net",
        name="enterprise_message",
        body={
            "uscc": row.owner,
            "event": "REMIND",
            "title": f"“{item.title}”的草稿即将删除",
            "text": f"您有一份“{item.title}”的草稿长期未修改，将于{ends.isoformat()}删除，请及时办理。",
            "at": clock.now().isoformat(timespec="seconds"),
        },
    )
