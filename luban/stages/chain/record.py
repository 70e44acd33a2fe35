"""Record an evidence request: computed from the case as of its event, kept once, with its snapshot and its write.

All three are kept in one transaction. The write goes through the gateway like every province's, with the effect's key as
its idempotency key; from there the ledger's sender brings it to the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.view import CaseView
from luban.ledger import snapshots
from luban.ledger.arguments import FORM_CALLS
from luban.ledger.requests import keep
from luban.links.outbox.effects import EffectView
from luban.stages.chain.answered import ON_CHAIN, note_written, reply_on_chain
from luban.stages.chain.compose import EvidenceRequest, attachments, request, section_texts
from luban.stages.chain.handing import hand_over
from luban.stages.chain.wake import wake

REPLY = "reply"


def record(effect: EffectView) -> Mapping[str, Any]:
    """Perform an `evidence` effect; the effect's key names the request."""
    case_id, seq = str(effect.body["case"]), int(effect.body["seq"])
    view = house.view_at(case_id=case_id, seq=seq)
    item = registry.get(view.item)
    made = request(item=item, name=effect.name, view=view)
    told = reply_on_chain(case_id=case_id, seq=seq) if made.call == REPLY else None
    with transaction.atomic():
        kept = keep(
            request_id=effect.key,
            case=case_id,
            seq=seq,
            record=made.record,
            call=made.call,
            record_key=made.record_key,
            schema=made.schema,
            version=made.version,
            form_digest=made.form_digest,
            section_digests=made.section_digests,
            attachments_root=made.attachments_root,
            body=made.body if told is None else {**made.body, ON_CHAIN: told},
            occurred_at=made.occurred_at,
            at=clock.now(),
        )
        if told is None:
            hand_over(item=item, made=made, view=view, request_id=effect.key, case_id=case_id)
        else:
            note_written(request_id=effect.key, group=f"case:{case_id}", told=told)
        if made.call in FORM_CALLS:
            _snapshot(item, made, view, case_id=case_id, seq=seq)
        wake()
    return {"request": kept}


def _snapshot(item: Item, made: EvidenceRequest, view: CaseView, *, case_id: str, seq: int) -> None:
    snapshots.keep(
        keys=house.keys(),
        record=made.record,
        record_key=made.record_key,
        version=made.version,
        case=case_id,
        seq=seq,
        core=made.body.get("core") or {},
        sections=section_texts(item=item, view=view),
        section_digests=made.section_digests,
        attachments=attachments(view),
        form_digest=made.form_digest,
    )
