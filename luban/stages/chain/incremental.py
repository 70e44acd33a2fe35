"""A whole batch of histories checked at once: its tree built anew from what is kept, its root against the chain's, every
head against the event it names. Set by set instead of case by case: what a night has to look at is done in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from luban.ledger.history import Head, root_on_chain
from luban.ledger.merkle import leaf, levels
from luban.ledger.models import ChainWrite, Checkpoint, HistoryBatch
from luban.ledger.port import ChainPort
from luban.ledger.states import CONFIRMED

SHOWN = 20

_DIFFERING = """
SELECT k."case" FROM ledger_checkpoint k
LEFT JOIN cases_event e ON e.case_id = k."case"::uuid AND e.seq = k.seq
WHERE k.batch_id = %s AND (e.digest IS NULL OR e.digest <> k.head)
ORDER BY k.position LIMIT %s
"""


@dataclass(frozen=True)
class BatchVerified:
    """One batch: how many histories, and what is wrong in Chinese (empty: nothing)."""

    batch_id: str
    histories: int
    problem: str


def verify_batches(*, port: ChainPort, since: datetime) -> Iterator[BatchVerified]:
    """Every batch whose root was confirmed since then. Raises ChainUnavailable, NotDeployed."""
    rows = ChainWrite.objects.filter(
        request_id__startswith="history:", state=CONFIRMED, confirmed_at__gte=since
    ).order_by("id")
    for request_id in rows.values_list("request_id", flat=True):
        yield verify_batch(port=port, batch_id=request_id.partition(":")[2])


def verify_batch(*, port: ChainPort, batch_id: str) -> BatchVerified:
    """One batch. Raises ChainUnavailable, NotDeployed, LookupError for one that is not kept."""
    batch = HistoryBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise LookupError(batch_id)
    rows = Checkpoint.objects.filter(batch=batch).order_by("position").values_list("case", "seq", "head")
    leaves = [leaf(Head(*row).content) for row in rows.iterator(chunk_size=10_000)]
    root = levels(leaves)[-1][0].hex() if leaves else ""
    on_chain = root_on_chain(port=port, batch_id=batch_id)
    if root != on_chain:
        problem = (
            f"第 {batch.seq} 批检查点重新汇总的根与链上不同（链上{on_chain[:16] or '无'}），检查点被改动过。"
        )
        return BatchVerified(batch_id, len(leaves), problem)
    touched = _differing(batch_id)
    problem = f"第 {batch.seq} 批：这些办件的经过与存证不同：{'、'.join(touched)}。" if touched else ""
    return BatchVerified(batch_id, len(leaves), problem)


def _differing(batch_id: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [batch_id, SHOWN])
        return [str(row[0]) for row in cursor.fetchall()]
