"""Notices by letter: the letter the case itself sends to the province is looked for, so that none is sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from luban.cases import house
from luban.kit import registry
from luban.ledger.index_models import ChainEvent
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.links.outbox.effects import State
from luban.links.outbox.models import Effect
from luban.stages.share.compose import message
from luban.stages.subscriptions.models import ChainNotice
from luban.stages.subscriptions.notice_book import letter_found, to_be_told

AT_ONCE = 50
LINK = "letters"


def look_for_letters() -> int:
    """Look for the letters behind notices that have not gone out; returns how many were found."""
    found = 0
    for notice in to_be_told()[:AT_ONCE]:
        effect = next((one for one, region in _letters(notice) if region == notice.region), None)
        if effect is not None:
            sent = effect.state == State.DELIVERED
            letter_found(notice_id=notice.pk, letter=f"outbox:{effect.pk}", sent=sent)
            found += 1
    return found


def _letters(notice: ChainNotice) -> Iterator[tuple[Effect, str]]:
    """The letters of the event a notice is about, each with the province it goes to."""
    made = _made_by(notice)
    if made is None:
        return
    view = house.view_at(case_id=made.case, seq=made.seq)
    view = replace(view, numbers=house.numbered_by(case_id=made.case, seq=made.seq))
    item = registry.get(view.item)
    for effect in Effect.objects.filter(case=made.case, link=LINK, body__seq=made.seq).order_by("id"):
        part = str(effect.body.get("part", ""))
        said = message(item=item, link=LINK, name=effect.name, view=view, part=part)
        if said is not None:
            yield effect, str(said.get("to_adcode", ""))


def _made_by(notice: ChainNotice) -> EvidenceRequest | None:
    """The evidence request whose write brought the event about."""
    told = ChainEvent.objects.filter(event_id=notice.event_id).first()
    if told is None:
        return None
    writes = ChainWrite.objects.filter(record_key=notice.record_key, tx_hash=told.tx_hash)
    ids = list(writes.values_list("request_id", flat=True))
    return EvidenceRequest.objects.filter(request_id__in=ids).first()
