"""Record an evidence request: computed from the case as of its event, kept once, ready for the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.cases import house
from luban.kit import registry
from luban.kit.clock import clock
from luban.ledger.requests import keep
from luban.links.outbox.effects import EffectView
from luban.stages.chain.compose import request


def record(effect: EffectView) -> Mapping[str, Any]:
    """Perform an `evidence` effect; the effect's key names the request."""
    case_id, seq = str(effect.body["case"]), int(effect.body["seq"])
    view = house.view_at(case_id=case_id, seq=seq)
    made = request(item=registry.get(view.item), name=effect.name, view=view)
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
    return {"request": kept}
