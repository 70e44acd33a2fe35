"""Drafts (草稿): what is being typed, section by section, until it is submitted or thrown away.

A draft begins when the notice has been read and the guide leads to the item (`begin`); saving asks for nothing to be
complete (`saving`). Nobody touches a draft for 90 days: it goes, with a warning a week before (`jobs`).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from luban.cases.context import Context
from luban.cases.house import context
from luban.cases.models import Draft
from luban.kit import registry
from luban.kit.clock import ZONE, clock
from luban.kit.form import Form, is_required, missing_values, walk
from luban.kit.item import Item
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.fill import desk, notice
from luban.stages.fill.begin import start, start_correction
from luban.stages.fill.clash import Clash
from luban.stages.fill.erase import erase
from luban.stages.fill.known import known_of, remember, settled
from luban.stages.fill.ownership import works
from luban.stages.fill.prefill import Filled, Known, fill
from luban.stages.fill.saving import edit_rows, save_section, source_title
from luban.stages.fill.views import DraftLine, DraftView

__all__ = [
    "Clash",
    "discard",
    "edit_rows",
    "fetch_again",
    "notice_read",
    "of_owner",
    "progress",
    "read",
    "save_section",
    "source_title",
    "start",
    "start_correction",
]


def read(*, draft_id: str, actor: Actor) -> DraftView:
    """A draft, also one submitted already (`submitted_as` then names the case). Raises Refused (404, 403)."""
    row, item = desk.find(draft_id=draft_id, actor=actor)
    return desk.view(row, item)


def fetch_again(*, draft_id: str, actor: Actor) -> DraftView:
    """Ask the sources again and fill blanks; what was typed meanwhile stays as typed. Raises Refused."""
    _, item = desk.find(draft_id=draft_id, actor=actor)
    known = known_of(item=item, actor=actor)
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=draft_id, actor=actor)
        filled = Filled(desk.payload_of(row, item), desk.sources_of(row))
        row.sources = {**row.sources, "down": list(known.down)}
        known = Known(known.values, {}, known.down)
        filled = fill(form=item.form, known=known, over=filled)
        desk.put_in(row, item, settled(item=item, filled=filled, actor=actor))
        desk.touch(row, actor=actor, at=clock.now())
        remember(known=known)
    return desk.view(row, item)


def notice_read(*, draft_id: str, actor: Actor, opened_at: datetime | None) -> DraftView:
    """The notice has been read again (it had changed). Raises Refused (409 NOTICE_NOT_READ, 404, 403)."""
    now = clock.now()
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=draft_id, actor=actor)
        notice.require_read(item=item, opened_at=opened_at, now=now)
        row.notice_version, row.notice_opened_at, row.notice_read_at = notice.version_of(item), opened_at, now
        desk.touch(row, actor=actor, at=now, fields=("notice_version", "notice_opened_at", "notice_read_at"))
    return desk.view(row, item)


def of_owner(*, actor: Actor, limit: int = 20, after: str | None = None) -> tuple[DraftLine, ...]:
    """Open drafts of the actor's organisation that the actor may work on, latest first; `after` is a line's `cursor`."""
    items = {
        item.code: item
        for item in registry.all_items()
        if any(works(desk=d, actor=actor, item=item) for d in (item.begun_by, item.process.corrects))
    }
    found = Draft.objects.select_related("case").filter(
        owner=actor.subject, submitted_as="", item__in=list(items)
    )
    if after:
        moment, key = _cursor(after)
        found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=key))
    within = context()
    return tuple(_line(row, items[row.item], within) for row in found.order_by("-updated_at", "-pk")[:limit])


def _cursor(text: str) -> tuple[datetime, str]:
    moment, _, key = text.partition("|")
    try:
        when, last = datetime.fromisoformat(moment), str(uuid.UUID(key))
    except ValueError:
        raise Refused("BAD_PAGE", "页码无法识别，请从第一页重新查看。", status=400) from None
    return (when if when.tzinfo else when.replace(tzinfo=ZONE)), last


def _line(row: Draft, item: Item, within: Context) -> DraftLine:
    ends = desk.expires_on(row, item, within=within)
    form = read_form(item.form, desk.payload_of(row, item)).form
    warned = within.params(clock.today(), item.code).integer(desk.REMIND_DAYS)
    return DraftLine(
        id=str(row.pk),
        item=row.item,
        title=item.title,
        updated_at=row.updated_at.astimezone(ZONE),
        expires_on=ends,
        expires_soon=row.case_id is None and ends - clock.today() <= timedelta(days=warned),
        progress=progress(form=form),
        headline=item.headline(form),
        case_number=row.case.number if row.case else "",
        copied_from=row.copied_from,
        cursor=f"{row.updated_at.isoformat()}|{row.pk}",
    )


def progress(*, form: Form) -> int:
    """Per cent of the required answers that are given."""
    asked = 0
    for met in walk(form):
        meta = met.spec.meta
        if not (meta.derived or meta.asked_by or meta.commitment):
            asked += meta.min_rows > 0 if met.spec.is_table else is_required(met.spec, met.own, form)
    lacking = sum(1 for _ in missing_values(form))
    return 100 if asked == 0 else 100 * max(asked - lacking, 0) // asked


def discard(*, draft_id: str, actor: Actor) -> None:
    """Throw a draft away with its files. Raises Refused (409 when it was submitted, 404, 403)."""
    with transaction.atomic():
        row, _ = desk.open_for_change(draft_id=draft_id, actor=actor)
        erase(drafts=[row.pk])
