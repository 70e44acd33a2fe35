"""A reply that the receiving province wrote on the chain itself: nothing is written again, what stands there is noted.

The case took the reply from the chain (an inbound message); its evidence is the entry on the chain. What the case itself
says of the reply (number, tonnes of a partial agreement) enters the recomputed entry as the case says it, so that a
case that was touched afterwards differs from the chain; what only the chain knows enters as the message told it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from luban.cases.models import Event
from luban.kit.clock import clock
from luban.ledger.arguments import Attested
from luban.ledger.artefacts import RECORDS
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.states import CONFIRMED, PENDING, SENT
from luban.links.inbox import receive as inbox
from luban.links.outcomes import Rejected
from luban.links.registry import find_inbound
from luban.links.waste_chain.client import CODE, REPLY
from luban.stages.share.hear import request_of

ON_CHAIN = "_on_chain"
PARTIAL = 2


def reply_on_chain(*, case_id: str, seq: int) -> Mapping[str, Any] | None:
    """The reply on the chain that event `seq` of the case was made of; None when it came another way."""
    taken = Event.objects.filter(case_id=case_id, seq=seq).values_list("request_id", flat=True).first()
    came = (one for one in inbox.of_case(case=case_id) if (one.link, one.name) == (CODE, REPLY))
    found = next((one for one in came if request_of(key=one.key) == taken), None)
    if found is None:
        return None
    _, inbound = find_inbound(link=CODE, name=REPLY)
    return inbox.read(inbound=inbound, raw=found.raw).model_dump(mode="json", exclude={"key", "version"})


def as_on_chain(attested: Attested, told: Mapping[str, Any]) -> Attested:
    """What an event attests, in the shape in which the province wrote it."""
    body = attested.body
    both_partial = body.get("result") == told["result"] == PARTIAL
    said = {
        "result": told["result"],
        "replyKg": body["replyKg"] if both_partial else told["reply_kg"],
        "replyValidTo": told["reply_valid_to"],
        "docNo": (body["docNo"] or told["doc_no"]) if told["doc_no"] else "",
        "docDigest": told["doc_digest"],
        "onBehalf": False,
    }
    return replace(
        attested,
        occurred_at=told["occurred_at"],
        operator_hash=told["operator_hash"],
        body={**body, **said},
    )


def note_written(*, request_id: str, group: str, told: Mapping[str, Any]) -> None:
    """Note that the entry stands on the chain: the request is confirmed, the write is there even if others made it."""
    EvidenceRequest.objects.filter(request_id=request_id).update(state=CONFIRMED)
    contract = RECORDS["DC"]
    rows = ChainWrite.objects.filter(record_key=told["record_key"], contract=contract, function="reply")
    if rows.filter(version=told["seq"]).exists():
        return
    ChainWrite.objects.create(
        request_id=request_id,
        group=group,
        account=told["province"],
        contract=contract,
        function="reply",
        arguments={"key": told["record_key"], "expectedSeq": told["seq"] - 1, "r": _as_argument(told)},
        record_key=told["record_key"],
        version=told["seq"],
        digest=told["entry_hash"],
        state=CONFIRMED,
        tx_hash=told["tx_hash"],
        block_number=told["block_number"],
        created_at=clock.now(),
        confirmed_at=clock.now(),
    )


def refuse_second(*, record_key: str, request_id: str, number: str) -> None:
    """Whoever replied first counts: a reply is not written behind one that is on the chain or on its way there.

    Raises Rejected.
    """
    rows = ChainWrite.objects.filter(record_key=record_key, contract=RECORDS["DC"])
    rows = rows.exclude(function="acknowledge").filter(state__in=(PENDING, SENT, CONFIRMED))
    last = rows.exclude(request_id=request_id).order_by("-version").first()
    if last is None or last.function != "reply":
        return
    there = last.arguments["r"]["docNo"] or "未注明文号"
    raise Rejected(
        "ALREADY_REPLIED",
        f"接收地已在固废链上复函（{there}），先到为准；本次登记的复函（{number or '未注明文号'}）未上链，请核对两份复函后处理。",
    )


def _as_argument(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "result": told["result"],
        "replyKg": told["reply_kg"],
        "replyValidTo": told["reply_valid_to"],
        "docDigest": told["doc_digest"],
        "docNo": told["doc_no"],
        "onBehalf": False,
        "occurredAt": told["occurred_at"],
        "operatorHash": told["operator_hash"],
        "prevEntryHash": told["previous"],
        "entryHash": told["entry_hash"],
    }
