"""Record an evidence request: computed from the case as of its event, kept once, with its snapshot and its write.

All three are kept in one transaction; from there the ledger's sender brings the write to the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.view import CaseView
from luban.ledger import snapshots
from luban.ledger.arguments import FORM_CALLS, Last, last_entry
from luban.ledger.artefacts import RECORDS
from luban.ledger.digests import EMPTY
from luban.ledger.models import ChainWrite
from luban.ledger.requests import keep
from luban.ledger.setup import has_joined
from luban.ledger.writes import Write, enqueue
from luban.links.outbox.effects import EffectView
from luban.stages.chain.attest import write
from luban.stages.chain.compose import EvidenceRequest, attachments, request, section_texts
from luban.stages.chain.wake import wake

REPLY = "reply"


def record(effect: EffectView) -> Mapping[str, Any]:
    """Perform an `evidence` effect; the effect's key names the request."""
    case_id, seq = str(effect.body["case"]), int(effect.body["seq"])
    view = house.view_at(case_id=case_id, seq=seq)
    item = registry.get(view.item)
    made = request(item=item, name=effect.name, view=view)
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
            body=made.body,
            occurred_at=made.occurred_at,
            at=clock.now(),
        )
        enqueue(_write(made, view, request_id=effect.key, case_id=case_id))
        if made.call in FORM_CALLS:
            _snapshot(item, made, view, case_id=case_id, seq=seq)
        wake()
    return {"request": kept}


def _write(made: EvidenceRequest, view: CaseView, *, request_id: str, case_id: str) -> Write:
    previous = snapshots.form_digest_of(record_key=made.record_key, version=made.version - 1) or EMPTY
    kept = write(
        made=made,
        view=view,
        request_id=request_id,
        case_id=case_id,
        previous_form=previous,
        last=_last(made.record_key),
    )
    return _answered(kept) if made.call == REPLY else kept


def _answered(kept: Write) -> Write:
    """A reply: by the receiving province's own account where it has joined, else noted for it (waste-chain §4.5)."""
    rows = ChainWrite.objects.filter(record_key=kept.record_key, function__in=("createCase", "updateCase"))
    core = rows.order_by("-version").values_list("arguments__core", flat=True).first()
    province = str(core["destProvince"]) if core else ""
    joined = has_joined(region=province)
    reply = {**kept.arguments["r"], "onBehalf": not joined}
    return replace(
        kept, account=province if joined else kept.account, arguments={**kept.arguments, "r": reply}
    )


def _last(record_key: str) -> Last:
    """The last entry of a case's chain of business as it was written or is waiting to be."""
    rows = ChainWrite.objects.filter(record_key=record_key, contract=RECORDS["DC"]).order_by("-version")
    row = rows.exclude(function="acknowledge").first()
    return last_entry(seq=row.version, function=row.function, arguments=row.arguments) if row else Last()


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
