"""Evidence requests: kept once each, in the order they come; and how far what an event put in evidence has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.states import CANCELLED, CONFIRMED, DEAD, REJECTED


@dataclass(frozen=True)
class Standing:
    """How far the evidence of one event is: all of it on the chain (`block`: the last of its blocks, None when a province
    wrote it itself), or still on its way; `stuck`: it waits for a person.
    """

    anchored: bool
    stuck: bool = False
    block: int | None = None

    def __and__(self, other: Standing) -> Standing:
        """Both together."""
        blocks = [one.block for one in (self, other) if one.block is not None]
        both = self.anchored and other.anchored
        return Standing(both, self.stuck or other.stuck, max(blocks, default=None) if both else None)


def keep(*, request_id: str, at: datetime, **values: Any) -> int:
    """Keep a request and return its number; the same `request_id` again returns the first one."""
    digests: Mapping[str, str] = values.pop("section_digests")
    row, _ = EvidenceRequest.objects.get_or_create(
        request_id=request_id,
        defaults={**values, "section_digests": dict(digests), "state": "pending", "created_at": at},
    )
    return int(row.pk)


def standing_of(*, case: str) -> Mapping[int, Standing]:
    """The evidence of a case by the event that put it there; events that put nothing there are left out."""
    block = ChainWrite.objects.filter(request_id=OuterRef("request_id")).values("block_number")[:1]
    rows = EvidenceRequest.objects.filter(case=case).exclude(state=CANCELLED)
    found: dict[int, Standing] = {}
    for seq, state, number in rows.annotate(block=Subquery(block)).values_list("seq", "state", "block"):
        one = Standing(state == CONFIRMED, state in (REJECTED, DEAD), number if state == CONFIRMED else None)
        found[seq] = found[seq] & one if seq in found else one
    return found
