"""The ledger's outbox: what is to be written to the chain, kept in the transaction of the business that causes it.

Within a group (a case) writes go strictly one after another, the next only when the one before is final. Groups do
not wait for each other, except where a write names a record it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from luban.kit.clock import clock
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.states import CANCELLED, CONFIRMED, DEAD, PENDING, REJECTED, TITLES


@dataclass(frozen=True)
class Write:
    """A write to be: `digest` is what verifies it is there, `record_key` and `version` what it writes."""

    request_id: str
    group: str
    account: str
    contract: str
    function: str
    arguments: Mapping[str, Any]
    record_key: str = ""
    version: int = 0
    digest: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a write is, for pages and for the gateway's receipts."""

    request_id: str
    contract: str
    function: str
    state: str
    tx_hash: str
    block_number: int | None
    error_code: str
    error: str
    created_at: datetime
    confirmed_at: datetime | None

    @property
    def title(self) -> str:
        """The state in Chinese."""
        return TITLES.get(self.state, self.state)


def enqueue(write: Write) -> bool:
    """Keep a write; False when this request id is kept already (then nothing changes)."""
    _, made = ChainWrite.objects.get_or_create(
        request_id=write.request_id,
        defaults={
            "group": write.group,
            "account": write.account,
            "contract": write.contract,
            "function": write.function,
            "arguments": dict(write.arguments),
            "record_key": write.record_key,
            "version": write.version,
            "digest": write.digest,
            "needs": write.needs,
            "state": PENDING,
            "created_at": clock.now(),
        },
    )
    return made


def progress(*, request_id: str) -> Progress | None:
    """How far a write is; None when it is unknown."""
    row = ChainWrite.objects.filter(request_id=request_id).first()
    return None if row is None else _progress(row)


def stuck(*, limit: int = 100) -> tuple[Progress, ...]:
    """Writes that wait for a person, oldest first."""
    rows = ChainWrite.objects.filter(state__in=(REJECTED, DEAD)).order_by("id")[:limit]
    return tuple(_progress(row) for row in rows)


def again(*, request_id: str) -> bool:
    """Let a rejected or dead write be tried anew; False when it is in another state."""
    with transaction.atomic():
        return bool(
            ChainWrite.objects.filter(request_id=request_id, state__in=(REJECTED, DEAD)).update(
                state=PENDING, attempts=0, next_at=None, nonce=None, tx_hash="", raw=None, sent_at=None
            )
        )


def cancel(*, request_id: str) -> bool:
    """Give a rejected or dead write up, so that its group goes on; False when it is in another state."""
    with transaction.atomic():
        done = ChainWrite.objects.filter(request_id=request_id, state__in=(REJECTED, DEAD)).update(
            state=CANCELLED
        )
        EvidenceRequest.objects.filter(request_id=request_id, state__in=(REJECTED, DEAD)).update(
            state=CANCELLED
        )
    return bool(done)


def settled(*, prefix: str) -> bool:
    """Whether all writes whose ids begin so are confirmed, and there is one."""
    rows = ChainWrite.objects.filter(request_id__startswith=prefix)
    return rows.exists() and not rows.exclude(state=CONFIRMED).exists()


def _progress(row: ChainWrite) -> Progress:
    return Progress(
        row.request_id,
        row.contract,
        row.function,
        row.state,
        row.tx_hash,
        row.block_number,
        row.error_code,
        row.error,
        row.created_at,
        row.confirmed_at,
    )
