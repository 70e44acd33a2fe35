"""A reply on the chain comes in: handed to the inbox like any partner's message, from where its item hears it.

A reply that the house itself wrote, because somebody replied at a desk here, is not heard again: its case knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.clock import clock
from luban.ledger.artefacts import RECORDS
from luban.ledger.chain import read
from luban.ledger.index_models import ChainEvent
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.port import ChainPort
from luban.links.inbox.receive import PUSH, receive
from luban.links.waste_chain.client import CODE, REPLY, ChainReply
from luban.stages.subscriptions.events import Event
from luban.stages.subscriptions.notice_book import HOME
from luban.stages.subscriptions.reading import Subject


def come_in(*, event: Event, subject: Subject, port: ChainPort) -> bool:
    """Hand a `ConsultationReplied` to the inbox; False when it is not about our case or is our own writing.

    Raises ChainUnavailable: the entry is read from the chain itself.
    """
    if subject.core.get("originProvince") != HOME or _our_own(event):
        return False
    reply = _worded(event, subject, port)
    kept = receive(link=CODE, name=REPLY, body=reply.model_dump_json().encode(), came_by=PUSH, at=clock.now())
    return not kept.repeated


def _our_own(event: Event) -> bool:
    rows = ChainWrite.objects.filter(record_key=event.record_key, tx_hash=event.tx_hash)
    ids = list(rows.values_list("request_id", flat=True))
    return EvidenceRequest.objects.filter(request_id__in=ids).exists()


def _worded(event: Event, subject: Subject, port: ChainPort) -> ChainReply:
    moved = ChainEvent.objects.get(
        tx_hash=event.tx_hash, record_key=event.record_key, event_type="CaseTransitioned"
    )
    seq = int(moved.args["seq"])
    link = _entry(port, event.record_key, seq)
    said = link["entry"]
    return ChainReply(
        event_id=event.event_id,
        record_key=event.record_key,
        case_no=subject.number,
        province=str(event.args["destProvince"]),
        seq=seq,
        result=int(link["replyResult"]),
        reply_kg=int(said["approvedKg"]),
        reply_valid_to=int(said["validTo"]),
        doc_no=str(said["docNo"])[:200],
        doc_digest=said["docDigest"],
        occurred_at=int(said["occurredAt"]),
        operator_hash=said["operatorHash"],
        entry_hash=link["entryHash"],
        previous=said["prevEntryHash"],
        tx_hash=event.tx_hash,
        block_number=event.block_number,
    )


def _entry(port: ChainPort, key: str, seq: int) -> Mapping[str, Any]:
    found = read(port=port, contract=RECORDS["DC"], function="getEntries", key=key, fromSeq=seq, count=1)
    entry: Mapping[str, Any] = found["entries"][0]
    return entry
