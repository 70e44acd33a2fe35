"""How a draft begins: a new application, or the correction of a case that was returned.

Notice and guide are checked here, not in the page. What the guide presets comes first (it was just answered), then
what the one who begins brings along, then what the sources know.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from luban.cases.engine import may_act
from luban.cases.house import context
from luban.cases.models import Case, Draft, File
from luban.cases.rows import state_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.kit.process import APPLICANT_STEP
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.fill import desk, notice
from luban.stages.fill.known import known_of, remember, settled
from luban.stages.fill.ownership import foreign, require_begin, works
from luban.stages.fill.prefill import LICENCE, Filled, Known, fill, put_values
from luban.stages.fill.typed import TYPED
from luban.stages.fill.views import DraftView


def start(
    *,
    item: Item,
    actor: Actor,
    answers: Mapping[str, Any],
    notice_opened_at: datetime | None,
    values: Mapping[str, Any] | None = None,
) -> DraftView:
    """Begin a draft for the actor's organisation, prefilled. `values` (path → value) are laid over the guide's presets.

    Raises Refused: 403 who may not begin the item, 409 NOTICE_NOT_READ, 409 GUIDE while the guide does not lead here.
    """
    now = clock.now()
    require_begin(item=item, actor=actor)
    notice.require_read(item=item, opened_at=notice_opened_at, now=now)
    filled = put_values(
        form=item.form, into=Filled({}, {}), values=guide_presets(item=item, answers=answers), source="guide"
    )
    filled = with_values(item=item, filled=filled, values=values or {})
    known = known_of(item=item, actor=actor)
    filled = settled(item=item, filled=fill(form=item.form, known=known, over=filled), actor=actor)
    row = new_row(item=item, actor=actor, answers=answers, now=now, opened_at=notice_opened_at)
    return keep_new(row=row, item=item, filled=filled, known=known)


def guide_presets(*, item: Item, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the guide's answers preset (path → value). Raises Refused (409) when they do not lead to this item."""
    if item.guide is None:
        return {}
    today = clock.today()
    state = item.guide.state(answers, day=today, params=context().params(today, item.code))
    if state.ready:
        return dict(state.sets)
    if state.stopped:
        raise Refused("GUIDE_STOPPED", state.stopped)
    if state.leads_to:
        raise Refused("GUIDE_ELSEWHERE", f"按您的情形不适用“{item.title}”，请从情形导引进入对应事项。")
    raise Refused("GUIDE_OPEN", "请先完成情形导引，再填写申请。")


def with_values(*, item: Item, filled: Filled, values: Mapping[str, Any]) -> Filled:
    """Values given by whoever begins the draft; those an item reads off a licence are marked so."""
    spec = form_spec(item.form)
    of_licence = {
        path: value
        for path, value in values.items()
        if any(source.startswith("licence.") for source in spec.find(path).meta.prefill)
    }
    rest = {path: value for path, value in values.items() if path not in of_licence}
    filled = put_values(form=item.form, into=filled, values=of_licence, source=LICENCE)
    return put_values(form=item.form, into=filled, values=rest, source=TYPED)


def new_row(
    *, item: Item, actor: Actor, answers: Mapping[str, Any], now: datetime, opened_at: datetime | None
) -> Draft:
    """A fresh row of the actor's organisation, not saved."""
    return Draft(
        item=item.code,
        owner=actor.subject,
        owner_name=actor.organisation_name or actor.name,
        account=actor.account,
        payload={},
        sources={},
        answers=dict(answers),
        seal={},
        notice_version=notice.version_of(item),
        notice_opened_at=opened_at,
        notice_read_at=now if opened_at else None,
        created_at=now,
        updated_at=now,
    )


def keep_new(*, row: Draft, item: Item, filled: Filled, known: Known) -> DraftView:
    """Save a new draft with what is known, and remember what the registry said of the firm."""
    row.sources = {"down": list(known.down)}
    desk.put_in(row, item, filled)
    with transaction.atomic():
        row.save(force_insert=True)
        remember(known=known)
    return desk.view(row, item)


def start_correction(*, case_id: str, actor: Actor) -> DraftView:
    """The one open draft in which a returned case is corrected, begun from what was submitted last.

    Raises Refused: 404/403 foreign, 409 when the case does not wait for a correction.
    """
    with transaction.atomic():
        case = _case(case_id=case_id, actor=actor)
        item = registry.get(case.item)
        if not works(desk=item.process.corrects, actor=actor, item=item) or not may_act(
            desk=item.process.corrects, by=actor, case=state_of(case)
        ):
            raise foreign(actor)
        if case.step != APPLICANT_STEP:
            raise Refused("NOT_CORRECTING", "本件现在不需要补正。请刷新页面查看最新进展。")
        row = Draft.objects.select_related("case").filter(case=case, submitted_as="").first()
        if row is None:
            row = _correction(case, item, actor)
    return desk.view(row, item)


def _case(*, case_id: str, actor: Actor) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("current")
    key = desk.key_of(case_id)
    case = rows.filter(pk=key).first() if key else None
    if case is None:
        raise foreign(actor)
    return case


def _correction(case: Case, item: Item, actor: Actor) -> Draft:
    now, version = clock.now(), case.current
    row = new_row(item=item, actor=actor, answers={}, now=now, opened_at=None)
    row.case, row.copied_from = case, case.copied_from
    row.payload, row.sources = version.payload, {"paths": version.sources}
    row.save(force_insert=True)
    signed_anew = {m.code for m in item.materials if m.generated and not m.per}
    File.objects.bulk_create(
        File(
            draft=row,
            code=file["code"],
            binding=file["binding"],
            seq=file["seq"],
            filename=file["filename"],
            kind=file["kind"],
            size=file["size"],
            pages=file["pages"],
            sm3=file["sm3"],
            recognised=file["recognised"],
            check_result=file["check"],
            uploaded_by=actor.account,
            uploaded_at=version.submitted_at,
        )
        for file in version.materials
        if file["code"] not in signed_anew
    )
    return row
