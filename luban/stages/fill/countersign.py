"""Papers beside the application, one for each row, that others sign (a carrier's pledge): read, sealed on line, or
printed, stamped and handed in.

On line the paper gets the electronic seal of whom it names, on the word of whoever may seal for the applicant; whether
the applicant may have that seal used is for the seal service to say. A stamped scan must carry the mark that was
printed: that of another draft or of an earlier print is refused, a scan without text is left to a person. A signed
paper lapses when what it states changes, and holds again when the change is taken back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luban.cases.house import context, objects
from luban.cases.models import Draft, File
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.materials import Signatory, Slot
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.fill import desk, files, sign
from luban.stages.fill.filing import checked_of
from luban.stages.fill.lapse import expired, kept_of
from luban.stages.fill.paper import (
    MARK_LABEL,
    MARK_LENGTH,
    Generated,
    basis_of,
    generated,
    mark_of,
    now,
    row_papers,
    typeset_paper,
)
from luban.stages.fill.recognise import MISMATCH, PASS, PENDING, Recognised
from luban.stages.fill.views import DraftView
from luban.stages.precheck.check import Checked
from luban.trust.scans import pdf_pages
from luban.trust.typeset import Sheet
from luban.trust.uploads import Accepted

UNSIGNED, SIGNED, LAPSED = "unsigned", "signed", "lapsed"
_PRINTED = re.compile(MARK_LABEL + rf"([0-9A-F]{{{MARK_LENGTH}}})")


@dataclass(frozen=True)
class ToSign:
    """A paper to be signed: its slot, by whom, and how it stands (unsigned, signed, lapsed)."""

    slot: Slot
    signatory: Signatory
    state: str


@dataclass(frozen=True)
class _Open:
    """A paper of a draft, laid on the table."""

    row: Draft
    item: Item
    draft: DraftView
    checked: Checked
    paper: Generated
    signatory: Signatory

    def typeset(self, *, at: datetime, sealed_by: str = "") -> Sheet:
        """The paper as it stands."""
        return typeset_paper(
            item=self.item,
            draft=self.draft,
            checked=self.checked,
            context=context(),
            at=at,
            sealed_by=sealed_by,
            paper=self.paper,
        )

    def mark(self) -> str:
        """The mark a print of it carries now."""
        return mark_of(
            item=self.item,
            draft=self.draft,
            checked=self.checked,
            context=context(),
            paper=self.paper,
            basis=basis_of(self.draft),
        )


def _open(draft_id: str, actor: Actor, code: str, binding: int | None) -> _Open:
    row, item = desk.find(draft_id=draft_id, actor=actor)
    draft = desk.view(row, item)
    checked = checked_of(row=row, item=item, draft=draft, actor=actor)
    for paper in row_papers(item=item, form=checked.form):
        if (paper.slot.material.code, paper.slot.binding) == (code, binding):
            return _Open(row, item, draft, checked, paper, _signatory(paper, draft, checked))
    raise Refused("NO_SUCH_PAPER", "按目前填写的内容没有这份需要签署的材料，请刷新页面。", status=422)


def _signatory(paper: Generated, draft: DraftView, checked: Checked) -> Signatory:
    named = paper.slot.material.signed_by
    if named is None:
        return Signatory(draft.owner, draft.owner_name)
    return named(checked.form, paper.slot.binding)


def states(*, draft: DraftView, checked: Checked) -> tuple[ToSign, ...]:
    """Every paper of a draft that is to be signed, the application first. Pure."""
    item, found = registry.get(draft.item), []
    application = generated(item=item, form=checked.form)
    if application is not None:
        seal = sign.state(draft=draft)
        state = UNSIGNED if not seal.signed else SIGNED if seal.unchanged else LAPSED
        found.append(ToSign(application.slot, Signatory(draft.owner, draft.owner_name), state))
    for paper in row_papers(item=item, form=checked.form):
        own = checked.materials.of(paper.slot.material.code, paper.slot.binding)
        state = UNSIGNED if not own else LAPSED if own[0].check == MISMATCH else SIGNED
        found.append(ToSign(paper.slot, _signatory(paper, draft, checked), state))
    return tuple(found)


def paper(*, draft_id: str, actor: Actor, code: str, binding: int) -> bytes:
    """A paper as it stands (PDF, not signed), to read or to print and stamp. Raises Refused (422, 404/403)."""
    return _open(draft_id, actor, code, binding).typeset(at=now()).pdf


def sign_online(*, draft_id: str, actor: Actor, code: str, binding: int) -> DraftView:
    """Put the electronic seal of whom a paper names on it.

    Raises Refused: 403 who may not seal, 422 nothing to sign, nobody named yet or rejected, 409 changed meanwhile or
    submitted, 503 seal service out.
    """
    sign.require_sealer(actor)
    opened = _open(draft_id, actor, code, binding)
    by, slot, at = opened.signatory, opened.paper.slot, now()
    if not by.code or not by.name:
        raise Refused("NOBODY_TO_SIGN", f"“{slot.title}”还没有签署单位，请先填写完整。", status=422)
    pdf = sign.put_seal(
        sheet=opened.typeset(at=at, sealed_by=by.name),
        code=by.code,
        actor=actor,
        at=at,
        request=f"fill:{opened.draft.id}:{code}-{binding}:{opened.mark()}:{at:%Y%m%d%H%M%S}",
    )
    accepted = Accepted("pdf", pdf_pages(pdf), objects().put(pdf), len(pdf), _name(slot), "")
    note = f"{by.name}电子印章，{actor.name}于{at:%Y-%m-%d %H:%M}签章"
    return _keep(opened, actor, accepted, Recognised({}, PASS, note))


def sign_all(*, draft_id: str, actor: Actor) -> DraftView:
    """Sign on line every paper that is not signed or has lapsed, the application first. Raises Refused as those do;
    what was signed before stays signed."""
    sign.require_sealer(actor)
    row, item = desk.find(draft_id=draft_id, actor=actor)
    draft = desk.view(row, item)
    checked = checked_of(row=row, item=item, draft=draft, actor=actor)
    for one in states(draft=draft, checked=checked):
        material, binding = one.slot.material, one.slot.binding
        if one.state == SIGNED:
            continue
        if binding is None:
            draft = sign.sign_online(draft_id=draft_id, actor=actor)
        else:
            draft = sign_online(draft_id=draft_id, actor=actor, code=material.code, binding=binding)
    return draft


def upload_stamped(
    *, draft_id: str, actor: Actor, code: str, binding: int, filename: str, data: bytes
) -> DraftView:
    """Take the scan of a paper that was printed and stamped.

    Raises Refused: 413/415/422 for the file (also fewer pages than the paper has, or the mark of another print), 409,
    404/403.
    """
    opened = _open(draft_id, actor, code, binding)
    slot = opened.paper.slot
    accepted = files.accept(slot.material, filename, data)
    sign.require_pages(accepted, opened.typeset(at=now()), f"“{slot.title}”")
    read = _read(opened, accepted, data)
    objects().put(data)
    return _keep(opened, actor, accepted, read)


def _read(opened: _Open, accepted: Accepted, data: bytes) -> Recognised:
    """Whether the scan is of the latest print; without text, or where the mark cannot be read, a person looks."""
    text = "".join((files.text_of(accepted.kind, data) or "").split())
    marks = set(_PRINTED.findall(text))
    if not marks:
        return Recognised({}, PENDING, "未能识别二维码和校验码，转人工核对")
    if opened.mark() not in marks:
        raise Refused("PAPER_EXPIRED", expired(opened.paper.slot), status=422)
    return Recognised({}, PASS, "校验码属于本件最近一次生成的版本")


def _keep(opened: _Open, actor: Actor, accepted: Accepted, read: Recognised) -> DraftView:
    """Store the signed paper. Raises Refused (409) when the draft has changed meanwhile."""
    note = "；".join(n for n in (accepted.note, read.note) if n)[: files.LONGEST_NOTE]
    kept = kept_of(mark=opened.mark(), basis=basis_of(opened.draft), check=read.check, note=note)
    slot = opened.paper.slot
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=opened.draft.id, actor=actor)
        if row.revision != opened.draft.revision:
            raise Refused("DRAFT_CHANGED", "签章期间申请内容又有修改，本次签章未采用，请核对后重新签章。")
        File.objects.filter(draft=row, code=slot.material.code, binding=slot.binding).delete()
        files.new_file(row, slot, accepted, Recognised(kept, read.check), actor, note)
        desk.touch(row, actor=actor, at=clock.now(), fields=())
    return desk.view(row, item)


def _name(slot: Slot) -> str:
    return f"{slot.title}（已签章）.pdf"
