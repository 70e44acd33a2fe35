"""The application on paper, as the draft stands: the document the item generates, typeset before there is a case."""

from __future__ import annotations

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
from luban.trust.pictures import seal_svg
from luban.trust.typeset import APPLICATION, LUBAN, Sheet, typeset_sheet

ROOT = LUBAN.parent
SEAL_LINK = "eseal"
SEAL_MODES = "seal_mode"


@dataclass(frozen=True)
class Generated:
    """The slot of the generated paper and the document it is made of."""

    slot: Slot
    document: Document


def generated(*, item: Item, form: Form) -> Generated | None:
    """The paper this item generates from the form, None when it has none."""
    slot = next((s for s in expected(item.materials, form) if s.material.generated), None)
    return Generated(slot, item.document(slot.material.generated)) if slot else None


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
    *, item: Item, draft: DraftView, checked: Checked, context: Context, at: datetime, sealed_by: str = ""
) -> Sheet:
    """The paper; with `sealed_by` (the firm's name) the picture of its seal stands on it."""
    paper = require_generated(item=item, form=checked.form)
    case = draft_state(item=item, draft=draft, form=checked.form, context=context, day=at.date())
    seen = view_of(
        item=item,
        case=case,
        form=checked.form,
        events=(),
        context=context,
        today=at.date(),
        materials=checked.materials,
    )
    composed = compose(item=item, document=paper.document, view=seen, number=draft.case_number)
    demo = is_demonstration(link=SEAL_LINK)
    data: dict[str, Any] = {**composed.fields, "demo": demo}
    if sealed_by:
        data["seal"] = seal_svg(organisation=sealed_by, demo=demo)
        data["date"] = f"{at.year}年{at.month}月{at.day}日"
    return typeset_sheet(template=template_of(item, paper.document), data=data, at=at, root=ROOT)


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
