"""Drafts begun at a licence (an item with `starts_from`): by the bureau that issued it, or at its holder's request.

A holder's request changes nothing by itself: it puts a draft before the bureau, with the item's own words for it
(`proposes`), which the bureau completes and files, or throws away.
"""

from __future__ import annotations

from django.db import transaction

from luban.cases.models import Draft
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.actor import Actor, may_see
from luban.registers.licences import shelf as licences
from luban.registers.licences.parts import LicenceFact
from luban.stages.fill import begin, desk
from luban.stages.fill.ownership import foreign, require_begin, works
from luban.stages.fill.prefill import LICENCE, Filled, put_values
from luban.stages.fill.typed import TYPED
from luban.stages.fill.views import DraftView

ANSWER_LICENCE, ANSWER_HOLDER = "licence", "asked_by"


def items_for(*, licence_token: str, actor: Actor) -> tuple[Item, ...]:
    """The items the actor may begin at this licence, or (as its holder) ask its bureau to begin."""
    licence = licences.find(token=licence_token)
    if licence is None or not _stands(licence):
        return ()
    holder = _holds(licence, actor)
    issuer = licence.office == actor.organisation
    return tuple(
        item
        for item in _at(licence)
        if (holder and item.proposes) or (issuer and works(desk=item.begun_by, actor=actor, item=item))
    )


def _at(licence: LicenceFact) -> tuple[Item, ...]:
    """Items begun at licences of this one's family that read something off this one."""
    issued = next((i for i in registry.all_items() if i.code == licence.item), None)
    return tuple(
        item
        for item in registry.all_items()
        if issued is not None and item.family == issued.family and _start(item, licence)
    )


def _stands(licence: LicenceFact) -> bool:
    return licence.status == "issued" and (licence.valid_to is None or licence.valid_to >= clock.today())


def _holds(licence: LicenceFact, actor: Actor) -> bool:
    return actor.is_firm and may_see(
        actor, applicant=licence.holder, handling_org=licence.office, item=licence.item
    )


def propose(*, item: Item, actor: Actor, licence_token: str) -> None:
    """Ask the issuing bureau to begin `item` at the actor's licence.

    Raises Refused: 404 not the actor's licence, 409 it no longer holds, is being dealt with, or was asked for already.
    """
    licence = licences.find(token=licence_token)
    if licence is None or not _holds(licence, actor):
        raise foreign(actor, what="证照")
    if not item.proposes or item not in _at(licence):
        raise Refused("NOT_PROPOSED", f"“{item.title}”不能由持证单位提出。", status=422)
    _require_free(licence)
    with transaction.atomic():
        licences.locked(number=licence.number)
        if _open(item, licence) is not None:
            raise Refused("ASKED_ALREADY", "您已提出过请求，正在由发证机关处理，请等候通知。")
        row = begin.new_row(item=item, actor=actor, answers={}, now=clock.now(), opened_at=None)
        row.owner, row.owner_name = licence.office, licence.office_name
        row.answers = {ANSWER_LICENCE: licence.number, ANSWER_HOLDER: actor.subject}
        row.sources = {}
        filled = put_values(form=item.form, into=Filled({}, {}), values=_start(item, licence), source=LICENCE)
        filled = put_values(form=item.form, into=filled, values=dict(item.proposes), source=TYPED)
        desk.put_in(row, item, filled)
        row.save(force_insert=True)


def _start(item: Item, licence: LicenceFact) -> dict[str, object]:
    return dict(item.starts_from(licence)) if item.starts_from else {}


def _require_free(licence: LicenceFact) -> None:
    if not _stands(licence):
        raise Refused("NOT_IN_FORCE", f"{licence.title}（{licence.number}）已失效或已到期，不能再提出。")
    if licence.pending_by:
        raise Refused("PENDING", f"{licence.number}正在办理（{licence.pending_by}），请等候结果。")


def _open(item: Item, licence: LicenceFact) -> Draft | None:
    """The request for this licence that still lies before the bureau."""
    rows = Draft.objects.filter(item=item.code, owner=licence.office, submitted_as="")
    return rows.filter(answers__contains={ANSWER_LICENCE: licence.number}).first()


def begin_at(*, item: Item, actor: Actor, licence_token: str) -> DraftView:
    """Begin `item` at a licence the actor's bureau issued. Raises Refused (403, 404, 409)."""
    require_begin(item=item, actor=actor)
    licence = licences.find(token=licence_token)
    if licence is None or licence.office != actor.organisation or item not in _at(licence):
        raise foreign(actor, what="证照")
    _require_free(licence)
    return begin.start(
        item=item, actor=actor, answers={}, notice_opened_at=None, values=_start(item, licence)
    )
