"""Papers the item generates, as the draft stands, typeset before there is a case: the application, and one for each
row where a material says so. A row's paper carries a mark (校验码, and the QR code): a digest of what it states."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from luban.cases.context import Context
from luban.cases.state import CaseState
from luban.cases.views import view_of
from luban.kit.canonical import canonical
from luban.kit.clock import clock
from luban.kit.documents import Document
from luban.kit.form import Form, form_spec
from luban.kit.item import Item
from luban.kit.materials import Slot, expected
from luban.kit.reading import dump_form
from luban.kit.refusal import Refused
from luban.links.channels import is_demonstration
from luban.people.organisations import CITY
from luban.stages.fill.typed import all_leaves
from luban.stages.fill.views import DraftView
from luban.stages.licence.compose import compose
from luban.stages.precheck.check import Checked
from luban.trust.digest import sm3
from luban.trust.pictures import qr_svg, seal_svg
from luban.trust.typeset import APPLICATION, LUBAN, Sheet, typeset_sheet

ROOT = LUBAN.parent
SEAL_LINK = "eseal"
SEAL_MODES = "seal_mode"
MARK_LABEL, MARK_LENGTH = "校验码", 20
FOOT = "digest"
"""What a paper prints at its foot; on a row's paper that is its mark, not the mark of the whole form."""


@dataclass(frozen=True)
class Generated:
    """The slot of a generated paper and the document it is made of."""

    slot: Slot
    document: Document


def generated(*, item: Item, form: Form) -> Generated | None:
    """The application this item generates from the form, None when it has none."""
    return next((p for p in _papers(item, form) if not p.slot.material.per), None)


def row_papers(*, item: Item, form: Form) -> tuple[Generated, ...]:
    """The papers generated beside the application, one for each row."""
    return tuple(p for p in _papers(item, form) if p.slot.material.per)


def _papers(item: Item, form: Form) -> tuple[Generated, ...]:
    slots = (s for s in expected(item.materials, form) if s.material.generated)
    return tuple(Generated(slot, item.document(slot.material.generated)) for slot in slots)


def require_generated(*, item: Item, form: Form) -> Generated:
    """As `generated`. Raises Refused (422) when the item has no paper to sign."""
    found = generated(item=item, form=form)
    if found is None:
        raise Refused("NOTHING_TO_SIGN", f"“{item.title}”不需要签署申请表。", status=422)
    return found


def digest_of(form: Form) -> str:
    """SM3 over what the applicant states: everything but computed fields, since signing fills some of those in."""
    stated = {path: value for path, _, value in all_leaves(type(form), dump_form(form))}
    return sm3(canonical(stated).encode())


def seal_mode_paths(form: type[Form]) -> tuple[str, ...]:
    """The fields that say how the application is signed (dictionary `seal_mode`)."""
    return tuple(
        f"{section.name}.{spec.name}"
        for section in form_spec(form).sections
        for spec in section.fields
        if spec.meta.dictionary == SEAL_MODES
    )


def typeset_paper(
    *,
    item: Item,
    draft: DraftView,
    checked: Checked,
    context: Context,
    at: datetime,
    sealed_by: str = "",
    paper: Generated | None = None,
) -> Sheet:
    """The paper (without `paper` the application); with `sealed_by` (a name) the picture of its seal stands on it."""
    made = paper or require_generated(item=item, form=checked.form)
    demo = is_demonstration(link=SEAL_LINK)
    stated = _stated(item, draft, checked, context, made, at.date(), draft.case_number)
    data: dict[str, Any] = {**stated, "demo": demo}
    if made.slot.material.per:
        digest = _digest(item, draft, checked, context, made, basis_of(draft))
        data |= {"qr": _qr(draft, made, digest), FOOT: _mark(made, basis_of(draft), digest)}
    if sealed_by:
        data["seal"] = seal_svg(organisation=sealed_by, demo=demo)
        data["date"] = f"{at.year}年{at.month}月{at.day}日"
    return typeset_sheet(template=template_of(item, made.document), data=data, at=at, root=ROOT)


def _stated(
    item: Item,
    draft: DraftView,
    checked: Checked,
    context: Context,
    paper: Generated,
    day: date,
    number: str,
) -> Mapping[str, Any]:
    case = draft_state(item=item, draft=draft, form=checked.form, context=context, day=day)
    seen = view_of(
        item=item,
        case=case,
        form=checked.form,
        events=(),
        context=context,
        today=day,
        materials=checked.materials,
        binding=paper.slot.binding,
    )
    return compose(item=item, document=paper.document, view=seen, number=number).fields


@dataclass(frozen=True)
class Basis:
    """What a paper's mark rests on besides the form: the draft it was printed from, its day, its case number. They stay
    those of the first print, so that a mark only changes with what the paper states."""

    draft: str
    day: date
    number: str


def basis_of(draft: DraftView) -> Basis:
    """The basis of papers printed from a draft."""
    return Basis(draft.id, draft.created_at.date(), draft.case_number)


def mark_of(
    *, item: Item, draft: DraftView, checked: Checked, context: Context, paper: Generated, basis: Basis
) -> str:
    """The mark of a row's paper as the form stands: 20 signs 0–9, A–F."""
    return _mark(paper, basis, _digest(item, draft, checked, context, paper, basis))


def _digest(
    item: Item, draft: DraftView, checked: Checked, context: Context, paper: Generated, basis: Basis
) -> str:
    stated = {**_stated(item, draft, checked, context, paper, basis.day, basis.number), FOOT: ""}
    return sm3(json.dumps(stated, ensure_ascii=False, sort_keys=True, default=str).encode())


def _mark(paper: Generated, basis: Basis, digest: str) -> str:
    slot = paper.slot
    whole = f"{basis.draft}|{slot.material.code}|{digest}"
    return sm3(whole.encode())[:MARK_LENGTH].upper()


def _qr(draft: DraftView, paper: Generated, digest: str) -> dict[str, str]:
    """The QR code says whose paper this is and what it states; the same mark stands below it to be read."""
    mark = _mark(paper, basis_of(draft), digest)
    text = "|".join((draft.case_number or draft.id, paper.slot.material.code, mark, digest))
    return {"svg": qr_svg(text), "caption": f"{MARK_LABEL} {mark}"}


def template_of(item: Item, document: Document) -> Path:
    """The item's own template, or the shared one for applications."""
    own = item.folder / "documents" / f"{document.template}.typ"
    return APPLICATION if document.template.startswith("official") else own


def draft_state(*, item: Item, draft: DraftView, form: Form, context: Context, day: date) -> CaseState:
    """A draft as the case it would be, so that documents can be composed before there is one."""
    candidates = tuple(code for code in item.handled_by(form) if code) or (CITY,)
    return CaseState(
        id=draft.case_id or draft.id,
        number=draft.case_number,
        item=item.code,
        state="draft",
        step=item.process.first.code,
        version=1,
        applicant=draft.owner,
        applicant_name=draft.owner_name,
        handling_org=context.handling(candidates),
        submitted_on=day,
        copied_from=draft.copied_from,
    )


def now() -> datetime:
    """The moment a paper is dated: whole seconds, so that what is printed is what is signed."""
    return clock.now().replace(microsecond=0)
