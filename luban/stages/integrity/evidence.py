"""Evidence requests: computed again from the case they were made from, so a touched application shows as well."""

from __future__ import annotations

from luban.cases import house
from luban.kit import registry
from luban.ledger.models import EvidenceRequest
from luban.stages.chain.answered import ON_CHAIN
from luban.stages.chain.compose import request
from luban.stages.integrity.fault import AT_ONCE, Fault, as_stored

COMPARED = (
    "record_key",
    "schema",
    "version",
    "form_digest",
    "section_digests",
    "attachments_root",
    "body",
    "occurred_at",
)


def check_evidence(faults: list[Fault]) -> int:
    """Look at every request; returns how many."""
    count = 0
    for row in EvidenceRequest.objects.order_by("id").iterator(chunk_size=AT_ONCE):
        count += 1
        name = f"{row.record}.{row.call}"
        try:
            view = house.view_at(case_id=row.case, seq=row.seq)
            made = request(item=registry.get(view.item), name=name, view=view)
        except LookupError:
            faults.append(Fault("ledger_evidencerequest", row.request_id, "找不到它所说的办件"))
            continue
        said, kept = as_stored(_columns(made)), as_stored(_columns(row))
        # A province's own words are not computed from the case: `luban verify --ledger` holds them against the chain.
        kept["body"].pop(ON_CHAIN, None)
        if wrong := [column for column in COMPARED if said[column] != kept[column]]:
            problem = f"与办件重新计算的结果不符（{'、'.join(wrong)}），申请内容或存证被改动过"
            faults.append(Fault("ledger_evidencerequest", f"{view.number} {name}", problem))
    return count


def _columns(made: object) -> dict[str, object]:
    return {column: getattr(made, column) for column in COMPARED}
