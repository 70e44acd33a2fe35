"""Keeping evidence requests: once each, in the order they come; the sender reads them from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luban.ledger.models import EvidenceRequest


@dataclass(frozen=True)
class Evidence:
    """An evidence request as pages and later the sender see it."""

    request_id: str
    case: str
    seq: int
    record: str
    call: str
    record_key: str
    version: int
    form_digest: str
    state: str
    created_at: datetime


def keep(*, request_id: str, at: datetime, **values: Any) -> int:
    """Keep a request and return its number; the same `request_id` again returns the first one."""
    digests: Mapping[str, str] = values.pop("section_digests")
    row, _ = EvidenceRequest.objects.get_or_create(
        request_id=request_id,
        defaults={**values, "section_digests": dict(digests), "state": "pending", "created_at": at},
    )
    return int(row.pk)


def of_case(*, case: str) -> tuple[Evidence, ...]:
    """The requests of a case, oldest first."""
    rows = EvidenceRequest.objects.filter(case=case).order_by("id")
    return tuple(
        Evidence(
            r.request_id,
            r.case,
            r.seq,
            r.record,
            r.call,
            r.record_key,
            r.version,
            r.form_digest,
            r.state,
            r.created_at,
        )
        for r in rows
    )
