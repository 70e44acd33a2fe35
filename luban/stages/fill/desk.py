"""Drafts in the database: read, lock, write, picture. Secrets are sealed on the way in and opened on the way out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from luban.cases.context import Context
from luban.cases.house import context, keys
from luban.cases.models import Draft, Event
from luban.cases.secrets import opened, sealed
from luban.kit import registry
from luban.kit.clock import ZONE, clock
from luban.kit.item import Item
from luban.kit.process import APPLICANT_STEP
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.fill.notice import version_of
from luban.stages.fill.ownership import foreign, require_open
from luban.stages.fill.prefill import Filled
from luban.stages.fill.typed import with_derived
from luban.stages.fill.views import DraftView
from luban.tables.fixed import Write, read, write

_ONE = 't."id" = %s'
_LOCKED = f"{_ONE} FOR UPDATE"
LARGEST = 2_000_000  # characters of a draft: a full table of 500 rows stays well inside
KEEP_DAYS, REMIND_DAYS = "draft.keep_days", "draft.remind_days"


def item_of(draft: Draft) -> Item:
    """The item a draft is for."""
    return registry.get(draft.item)


def find(*, draft_id: str, actor: Actor, lock: bool = False) -> tuple[Draft, Item]:
    """A draft the actor may open, locked when it is about to change. Raises Refused (404, 403)."""
    key = key_of(draft_id)
    rows = read(Draft, where=_LOCKED if lock else _ONE, given=[key]) if key else []
    if not rows:
        raise foreign(actor)
    row = rows[0]
    try:
        item = item_of(row)
    except registry.UnknownItem:
        raise foreign(actor) from None
    require_open(draft=row, item=item, actor=actor)
    return row, item


def open_for_change(*, draft_id: str, actor: Actor) -> tuple[Draft, Item]:
    """A locked draft that has not been submitted. Raises Refused (409 ALREADY_SUBMITTED)."""
    row, item = find(draft_id=draft_id, actor=actor, lock=True)
    if row.submitted_as:
        raise Refused("ALREADY_SUBMITTED", f"本件已提交，办件编号{row.submitted_as}，不能再修改。")
    return row, item


def key_of(text: str) -> uuid.UUID | None:
    """The id a text names, None when it is none."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def payload_of(row: Draft, item: Item) -> dict[str, Any]:
    """What is typed, secrets in plain."""
    return opened(form=item.form, payload=row.payload, keys=keys())


def sources_of(row: Draft) -> dict[str, str]:
    """Where values came from, by path."""
    return dict(row.sources.get("paths", {}))


def down_of(row: Draft) -> tuple[str, ...]:
    """Partners that did not answer when they were last asked."""
    return tuple(row.sources.get("down", ()))


def put_in(row: Draft, item: Item, filled: Filled, *, section: str = "") -> None:
    """Set payload and sources on the row, and note that `section` changes with the next revision (not saved yet)."""
    payload = filled.payload
    if len(json.dumps(payload, ensure_ascii=False, cls=DjangoJSONEncoder)) > LARGEST:
        raise Refused("TOO_LARGE", "填写的内容过多，无法保存。请精简文字，或把清单改为附件上传。", status=413)
    row.payload = sealed(form=item.form, payload=payload, keys=keys())
    row.sources = {**row.sources, "paths": dict(filled.sources)}
    if section:
        touched = {**row.sources.get("touched", {}), section: row.revision + 1}
        row.sources["touched"] = touched


def changed_since(row: Draft, *, section: str, revision: int) -> bool:
    """Whether somebody changed this section after `revision` was read."""
    return int(row.sources.get("touched", {}).get(section, 0)) > revision


def touch(
    row: Draft, *, actor: Actor, at: datetime, fields: tuple[str, ...] = ("payload", "sources")
) -> None:
    """Save a change: one revision more, by whom and when."""
    row.revision += 1
    row.account, row.updated_at = actor.account, at
    keep(row, (*fields, "revision", "account", "updated_at"))


def keep(row: Draft, fields: tuple[str, ...]) -> None:
    """Write these columns of a draft as they stand on the row."""
    write(Write(Draft, {name: getattr(row, name) for name in fields}, key=row.pk))


def expires_on(row: Draft, item: Item, *, within: Context | None = None) -> date:
    """The day a draft nobody touches is deleted."""
    days = (within or context()).params(clock.today(), item.code).integer(KEEP_DAYS)
    return row.updated_at.astimezone(ZONE).date() + timedelta(days=days)


def asked(row: Draft) -> tuple[tuple[Mapping[str, str], ...], str]:
    """What the last return for correction asked for: its points and the note; nothing for a new application."""
    if row.case_id is None:
        return (), ""
    returned = Event.objects.filter(case_id=row.case_id, to_step=APPLICANT_STEP).exclude(
        from_step=APPLICANT_STEP
    )
    last = returned.order_by("-seq").first()
    if last is None:
        return (), ""
    points = tuple(
        {name: str(point.get(name) or "") for name in ("path", "problem", "basis")}
        for point in last.data.get("items", ())
    )
    return points, str(last.data.get("note") or last.data.get("reason") or "")


def view(row: Draft, item: Item) -> DraftView:
    """The picture of a draft."""
    payload, computed = with_derived(item.form, payload_of(row, item))
    correction, note = asked(row)
    return DraftView(
        id=str(row.pk),
        item=row.item,
        owner=row.owner,
        owner_name=row.owner_name,
        account=row.account,
        payload=payload,
        sources={**sources_of(row), **dict.fromkeys(computed, "computed")},
        answers=row.answers,
        revision=row.revision,
        created_at=row.created_at.astimezone(ZONE),
        updated_at=row.updated_at.astimezone(ZONE),
        expires_on=expires_on(row, item),
        copied_from=row.copied_from,
        case_id=str(row.case_id) if row.case_id else "",
        case_number=row.case.number if row.case else "",
        correction=correction,
        correction_note=note,
        seal=row.seal,
        submitted_as=row.submitted_as,
        notice_current=row.case_id is not None or row.notice_version == version_of(item),
        sources_down=down_of(row),
    )
