"""再来一单: a new application that starts from one already decided.

An item says which: `latest_granted`, the firm's latest granted one whose licence has not been taken back, whatever row
was clicked; or `chosen`, the case that was clicked. Never copied: numbers, days and terms, quantities, pledges,
signature, attachments, identity numbers (each field says so); what registries know is asked anew. The guide's answers
come from the source's own draft, and its notice counts as read while it has not changed.
"""

from __future__ import annotations

from django.db.models import QuerySet

from luban.cases.house import keys
from luban.cases.models import Case, Draft
from luban.cases.secrets import opened
from luban.kit.clock import clock
from luban.kit.form import value_at
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.registers.licences import shelf as licences
from luban.stages.fill import begin
from luban.stages.fill.known import known_of, settled
from luban.stages.fill.ownership import require_begin, works
from luban.stages.fill.prefill import Filled, Known, copied, fill, put_values
from luban.stages.fill.typed import blank
from luban.stages.fill.views import DraftView

LATEST, CHOSEN = "latest_granted", "chosen"
GRANTED = ("closed_granted", "closed_recorded")
TAKEN_BACK = frozenset({"revoked", "withdrawn", "cancelled"})
LOOKED_AT = 20


def possible(*, item: Item, actor: Actor) -> bool:
    """Whether the actor can begin this item from an old case."""
    if not item.reorder or not works(desk=item.begun_by, actor=actor, item=item):
        return False
    return _latest(item, actor) is not None if item.reorder == LATEST else True


def again(*, item: Item, actor: Actor, case_number: str | None = None) -> DraftView:
    """Begin a new draft from the firm's latest granted case, or the chosen one.

    Raises Refused: 409 NO_SOURCE when there is none to start from, 404 a case that is not the firm's, 403.
    """
    require_begin(item=item, actor=actor)
    source = _chosen(item, actor, case_number or "") if item.reorder == CHOSEN else _latest(item, actor)
    if source is None or not item.reorder:
        raise Refused("NO_SOURCE", "还没有可以再来一单的已办结件，请从事项页面新办。")
    old = opened(form=item.form, payload=genuine(source.current).payload, keys=keys())
    filed = Draft.objects.filter(submitted_as=source.number, case__isnull=True).first()
    known = known_of(item=item, actor=actor)
    filled = _again(item, old, dict(filed.answers) if filed else {}, known)
    filled = settled(item=item, filled=filled, actor=actor)
    row = begin.new_row(
        item=item, actor=actor, answers=filed.answers if filed else {}, now=clock.now(), opened_at=None
    )
    row.notice_version = filed.notice_version if filed else ""
    row.copied_from = source.number
    return begin.keep_new(row=row, item=item, filled=filled, known=known)


def _again(item: Item, old: dict[str, object], answers: dict[str, object], known: Known) -> Filled:
    """Each field's sources in their order with the old case as `previous`, then whatever else is copied, then what
    the guide's answers set today (a year, for instance)."""
    fresh = fill(form=item.form, known=Known(known.values, old, known.down))
    taken = copied(form=item.form, payload=old)
    merged = {name: {**taken.payload.get(name, {}), **own} for name, own in fresh.payload.items()}
    presets = {p: v for p, v in _presets(item, answers).items() if blank(value_at(merged, p))}
    filled = Filled(merged, {**taken.sources, **fresh.sources})
    return put_values(form=item.form, into=filled, values=presets, source="guide")


def _presets(item: Item, answers: dict[str, object]) -> dict[str, object]:
    """What the old answers preset today; nothing when they no longer lead here."""
    try:
        return begin.guide_presets(item=item, answers=answers)
    except Refused:
        return {}


def _cases(item: Item, actor: Actor) -> QuerySet[Case]:
    return Case.objects.filter(item=item.code, applicant=actor.subject).select_related("current")


def _latest(item: Item, actor: Actor) -> Case | None:
    rows = _cases(item, actor).filter(state__in=GRANTED).order_by("-decided_on", "-updated_at")[:LOOKED_AT]
    for row in rows:
        statuses = {licence.status for licence in licences.of_case(case_id=str(row.pk))}
        if not statuses & TAKEN_BACK:
            return row
    return None


def _chosen(item: Item, actor: Actor, number: str) -> Case | None:
    row = _cases(item, actor).filter(number=number).first()
    if row is None:
        raise Refused("NOT_FOUND", "没有找到这个办件，请从“我的办件”重新进入。", status=404)
    return row
