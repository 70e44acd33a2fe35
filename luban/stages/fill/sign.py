"""Signing (签章): the firm's electronic seal on the generated application, or a scan of the paper it stamped.

What was signed is remembered as a digest of everything stated; any change afterwards shows at once and asks for a new
signature. Only who may seal for the firm signs on line; an agent cannot. Papers beside the application: `countersign`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from luban.cases.house import context, objects
from luban.cases.models import File
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.facts import SealState
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.links.eseal.client import RemoteSeal
from luban.links.outcomes import Rejected, Unavailable
from luban.people.actor import Actor
from luban.stages.fill import desk, files
from luban.stages.fill.filing import checked_of
from luban.stages.fill.paper import (
    digest_of,
    now,
    require_generated,
    seal_mode_paths,
    typeset_paper,
)
from luban.stages.fill.prefill import Filled, put_values
from luban.stages.fill.recognise import MISMATCH, PASS, UNREADABLE, Recognised
from luban.stages.fill.sealing import seal_state
from luban.stages.fill.typed import TYPED, applied
from luban.stages.fill.views import DraftView
from luban.trust.pdf_seal import NotSealable, SealRefused, seal
from luban.trust.scans import pdf_pages
from luban.trust.typeset import Sheet
from luban.trust.uploads import Accepted

ONLINE, UPLOAD = "online", "upload"
REASON = "企业在线签章"
SHORTEST_TEXT = 20


def paper(*, draft_id: str, actor: Actor) -> bytes:
    """The application as it stands (PDF, not signed), to read or to print and stamp. Raises Refused (422, 404/403)."""
    row, item = desk.find(draft_id=draft_id, actor=actor)
    draft = desk.view(row, item)
    checked = checked_of(row=row, item=item, draft=draft, actor=actor)
    return typeset_paper(item=item, draft=draft, checked=checked, context=context(), at=now()).pdf


def sign_online(*, draft_id: str, actor: Actor) -> DraftView:
    """Seal the application with the firm's electronic seal.

    Raises Refused: 403 who may not seal, 422 nothing to sign, 409 changed meanwhile or submitted, 503 seal service out.
    """
    require_sealer(actor)
    draft, item = _with_mode(draft_id, actor, ONLINE)
    at = now()
    pdf = _sealed(item, draft, actor, at)
    accepted = Accepted("pdf", pdf_pages(pdf), objects().put(pdf), len(pdf), _name(item), "")
    return _keep(draft, actor, at, ONLINE, accepted, Recognised({}, PASS))


def require_sealer(actor: Actor) -> None:
    """Refuse (403) who may not put seals on papers."""
    if not actor.may_seal:
        raise Refused("MAY_NOT_SEAL", "经办人不能签章，请由本单位申请人账号登录后签章。", status=403)


def _with_mode(draft_id: str, actor: Actor, mode: str) -> tuple[DraftView, Item]:
    """The draft with the way of signing written into the form, since that is part of what is signed."""
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=draft_id, actor=actor)
        require_generated(item=item, form=files.form_of(row, item))
        before = Filled(desk.payload_of(row, item), desk.sources_of(row))
        values = dict.fromkeys(seal_mode_paths(item.form), mode)
        after = put_values(form=item.form, into=before, values=values, source=TYPED)
        if after.payload != before.payload:
            desk.put_in(row, item, after)
            desk.touch(row, actor=actor, at=clock.now())
    return desk.view(row, item), item


def _sealed(item: Item, draft: DraftView, actor: Actor, at: datetime) -> bytes:
    row, _ = desk.find(draft_id=draft.id, actor=actor)
    checked = checked_of(row=row, item=item, draft=draft, actor=actor)
    sheet = typeset_paper(
        item=item, draft=draft, checked=checked, context=context(), at=at, sealed_by=draft.owner_name
    )
    request = f"fill:{draft.id}:{draft.revision}:{at:%Y%m%d%H%M%S}"
    return put_seal(sheet=sheet, code=draft.owner, actor=actor, at=at, request=request)


def put_seal(
    *, sheet: Sheet, code: str, actor: Actor, at: datetime, request: str, reason: str = REASON
) -> bytes:
    """The sheet sealed with the seal kept under `code`, on the actor's word. Raises Refused (422 rejected, 503 out)."""
    try:
        return seal(
            pdf=sheet.pdf,
            signer=RemoteSeal(code=code, signer=actor.name),
            at=at,
            reason=reason,
            request=request,
            box=sheet.seal_box,
        )
    except Rejected as rejected:
        raise Refused(
            "SEAL_REJECTED",
            f"电子印章系统未予签章：{rejected.message.rstrip('。')}。可改为打印盖章后上传扫描件。",
            status=422,
        ) from rejected
    except (Unavailable, SealRefused, NotSealable) as out:
        raise Refused(
            "SEAL_OUT", "电子印章系统暂时不能签章，请稍后重试，或改为打印盖章后上传扫描件。", status=503
        ) from out


def upload_sealed(*, draft_id: str, actor: Actor, filename: str, data: bytes) -> DraftView:
    """Take the scan of the application the firm printed and stamped.

    Raises Refused: 413/415/422 for the file (also fewer pages than the application has), 409, 404/403.
    """
    draft, item = _with_mode(draft_id, actor, UPLOAD)
    row, _ = desk.find(draft_id=draft.id, actor=actor)
    checked = checked_of(row=row, item=item, draft=draft, actor=actor)
    slot = require_generated(item=item, form=checked.form).slot
    accepted = files.accept(slot.material, filename, data)
    at = now()
    sheet = typeset_paper(item=item, draft=draft, checked=checked, context=context(), at=at)
    require_pages(accepted, sheet, "申请表")
    objects().put(data)
    return _keep(draft, actor, at, UPLOAD, accepted, _names_firm(draft, accepted, data))


def require_pages(accepted: Accepted, sheet: Sheet, what: str) -> None:
    """Refuse (422) a scan with fewer pages than the paper has."""
    needed = pdf_pages(sheet.pdf)
    if accepted.kind == "pdf" and (accepted.pages or 0) < needed:
        raise Refused(
            "TOO_FEW_PAGES",
            f"上传的扫描件只有{accepted.pages}页，{what}有{needed}页。请把每一页都扫描后重新上传。",
            status=422,
        )


def _names_firm(draft: DraftView, accepted: Accepted, data: bytes) -> Recognised:
    """Whether the scan carries the firm's name; a scan without text is left to a person."""
    text = "".join((files.text_of(accepted.kind, data) or "").split())
    if len(text) < SHORTEST_TEXT:
        return Recognised({}, UNREADABLE, "未能自动识别，转人工核对")
    if draft.owner_name and draft.owner_name in text:
        return Recognised({}, PASS)
    return Recognised({}, MISMATCH, f"扫描件中未见单位名称“{draft.owner_name}”，请核对")


def _keep(
    draft: DraftView, actor: Actor, at: datetime, mode: str, accepted: Accepted, read: Recognised
) -> DraftView:
    """Store the signed paper and what was signed. Raises Refused (409) when the draft has changed meanwhile."""
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=draft.id, actor=actor)
        if row.revision != draft.revision:
            raise Refused("DRAFT_CHANGED", "签章期间申请内容又有修改，本次签章未采用，请核对后重新签章。")
        form = files.form_of(row, item)
        slot = require_generated(item=item, form=form).slot
        File.objects.filter(draft=row, code=slot.material.code).delete()
        file = files.new_file(
            row, slot, accepted, read, actor, "；".join(n for n in (accepted.note, read.note) if n)
        )
        row.seal = _seal_of(file, actor, at, mode, digest_of(form))
        desk.touch(row, actor=actor, at=clock.now(), fields=("seal",))
    return desk.view(row, item)


def _seal_of(file: File, actor: Actor, at: datetime, mode: str, digest: str) -> dict[str, Any]:
    return {
        "mode": mode,
        "at": at.isoformat(),
        "by": actor.account,
        "by_name": actor.name,
        "digest": digest,
        "file": str(file.pk),
        "sm3": file.sm3,
        "pages": file.pages,
        "check": file.check_result,
    }


def _name(item: Item) -> str:
    return f"{item.short}申请表（已签章）.pdf"


def state(*, draft: DraftView) -> SealState:
    """Whether the draft is signed, and unchanged since."""
    form = registry.get(draft.item).form
    return seal_state(seal=draft.seal, form=applied(form, draft.payload)[1])
