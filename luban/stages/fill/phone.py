"""From the phone (扫码上传): an address, shown as a QR code, that opens one slot of one draft for a quarter of an hour.

The address carries a signed token: which draft, which slot, on whose behalf, until when. It opens nothing else, shows
no answers of the form, and ends with the draft. Whoever holds it may hand in files for that slot and see their names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from luban.cases.models import File
from luban.kit import registry
from luban.kit.clock import ZONE, clock
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.fill import desk, files
from luban.stages.fill.views import FileView, PhoneLink, PhoneSlot

MINUTES = 15
SALT = "luban.fill.phone"
PATH = "/m/up/"
LONGEST = 1500


@dataclass(frozen=True)
class _Pass:
    """What a token says."""

    draft: str
    code: str
    binding: int | None
    until: datetime
    actor: Actor


def link(*, draft_id: str, actor: Actor, code: str, binding: int | None) -> PhoneLink:
    """An address for a slot of the actor's draft. Raises Refused (422 no such slot, 409 submitted, 404/403)."""
    row, item = desk.find(draft_id=draft_id, actor=actor)
    if row.submitted_as:
        raise Refused("ALREADY_SUBMITTED", f"本件已提交，办件编号{row.submitted_as}，不能再补传材料。")
    files.slot_of(item, files.form_of(row, item), code, binding)
    until = clock.now().replace(microsecond=0) + timedelta(minutes=MINUTES)
    words = [str(row.pk), code, binding, int(until.timestamp()), *_words_of(actor)]
    token = signing.dumps(words, salt=SALT, compress=True)
    return PhoneLink(f"{settings.LUBAN_PUBLIC_URL.rstrip('/')}{PATH}{token}/", until)


def _words_of(actor: Actor) -> list[str | list[str]]:
    return [actor.account, actor.name, actor.role, actor.organisation, sorted(actor.items)]


def _read(token: str) -> _Pass:
    """The token's words. Raises Refused (404 not ours, 410 too old)."""
    try:
        if len(token) > LONGEST:
            raise signing.BadSignature
        draft, code, binding, until, account, name, role, organisation, items = signing.loads(
            token, salt=SALT
        )
        ends = datetime.fromtimestamp(until, ZONE)
    except (signing.BadSignature, ValueError, TypeError, json.JSONDecodeError):
        raise Refused("BAD_LINK", "上传链接无效，请在电脑上重新打开二维码再扫。", status=404) from None
    if clock.now() >= ends:
        raise Refused("LINK_EXPIRED", "上传链接已过期，请在电脑上重新打开二维码再扫。", status=410)
    actor = Actor(account, name, role, organisation, "", "", items=frozenset(items))
    return _Pass(draft, code, binding, ends, actor)


def opened(*, token: str) -> PhoneSlot:
    """What the phone shows: the slot and the files in it. Raises Refused (404, 410, 409 submitted, 422 no slot)."""
    held = _read(token)
    row, item = desk.find(draft_id=held.draft, actor=held.actor)
    if row.submitted_as:
        raise Refused("ALREADY_SUBMITTED", "本件已提交，不能再补传材料。", status=410)
    slot = files.slot_of(item, files.form_of(row, item), held.code, held.binding)
    stored = File.objects.filter(draft=row, code=held.code, binding=held.binding).order_by("seq")
    return PhoneSlot(
        item_title=registry.get(row.item).title,
        owner_name=row.owner_name,
        slot_title=slot.title,
        help=slot.material.help,
        kinds=tuple(slot.material.kinds),
        max_mb=slot.material.max_mb,
        max_count=slot.material.max_count,
        files=tuple(files.view(file) for file in stored),
        expires_at=held.until,
    )


def hand_in(*, token: str, filename: str, data: bytes) -> FileView:
    """Hand a file in through the phone. Raises Refused as `opened` and `files.hand_in`."""
    held = _read(token)
    return files.hand_in(
        draft_id=held.draft,
        actor=held.actor,
        code=held.code,
        binding=held.binding,
        filename=filename,
        data=data,
    )
