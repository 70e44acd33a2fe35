"""Snapshots: what one version of a record said when it was put in evidence, beside the business tables.

They settle who was touched when something differs from the chain: the business row or the snapshot. The sections lie
sealed (SM4) under the record's own name, so that one cannot be moved in place of another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from luban.kit.clock import clock
from luban.ledger.digests import Attachment
from luban.ledger.models import Snapshot
from luban.trust.envelope import EnvelopeBroken, unwrap, wrap
from luban.trust.keys import KeyMissing, KeyProvider


@dataclass(frozen=True)
class Kept:
    """A snapshot, opened. `sections` is None when the sealed text no longer opens."""

    record: str
    record_key: str
    version: int
    case: str
    seq: int
    core: Mapping[str, Any]
    sections: Mapping[str, str] | None
    section_digests: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    form_digest: str


def keep(
    *,
    keys: KeyProvider,
    record: str,
    record_key: str,
    version: int,
    case: str,
    seq: int,
    core: Mapping[str, Any],
    sections: Mapping[str, str],
    section_digests: Mapping[str, str],
    attachments: Sequence[Attachment],
    form_digest: str,
) -> None:
    """Keep a snapshot; one that is kept already stays as it is. `sections` are canonical texts."""
    text = json.dumps(dict(sections), ensure_ascii=False, sort_keys=True).encode()
    Snapshot.objects.get_or_create(
        record_key=record_key,
        version=version,
        defaults={
            "record": record,
            "case": case,
            "seq": seq,
            "core": dict(core),
            "sealed": wrap(data=text, keys=keys, context=_context(record_key, version)),
            "section_digests": dict(section_digests),
            "attachments": [asdict(one) for one in attachments],
            "form_digest": form_digest,
            "created_at": clock.now(),
        },
    )


def put_back(*, keys: KeyProvider, kept: Kept) -> None:
    """Write a snapshot anew over a damaged one, or where one is gone (docs/adr/0030). `kept.sections` must be there."""
    text = json.dumps(dict(kept.sections or {}), ensure_ascii=False, sort_keys=True).encode()
    columns = {
        "record": kept.record,
        "case": kept.case,
        "seq": kept.seq,
        "core": dict(kept.core),
        "sealed": wrap(data=text, keys=keys, context=_context(kept.record_key, kept.version)),
        "section_digests": dict(kept.section_digests),
        "attachments": [asdict(one) for one in kept.attachments],
        "form_digest": kept.form_digest,
    }
    Snapshot.objects.update_or_create(
        record_key=kept.record_key,
        version=kept.version,
        defaults=columns,
        create_defaults={**columns, "created_at": clock.now()},
    )


def rewrapped(row: Snapshot, *, keys: KeyProvider) -> bytes:
    """The snapshot's envelope under the current data key. Raises KeyMissing, EnvelopeBroken."""
    context = _context(row.record_key, row.version)
    return wrap(
        data=unwrap(envelope=bytes(row.sealed), keys=keys, context=context), keys=keys, context=context
    )


def of_record(*, record_key: str, keys: KeyProvider) -> tuple[Kept, ...]:
    """A record's snapshots, first version first."""
    rows = Snapshot.objects.filter(record_key=record_key).order_by("version")
    return tuple(_opened(row, keys) for row in rows)


def form_digest_of(*, record_key: str, version: int) -> str:
    """The form digest of one version; empty when there is no snapshot of it."""
    row = Snapshot.objects.filter(record_key=record_key, version=version).values_list(
        "form_digest", flat=True
    )
    return row.first() or ""


def _opened(row: Snapshot, keys: KeyProvider) -> Kept:
    try:
        text = unwrap(envelope=bytes(row.sealed), keys=keys, context=_context(row.record_key, row.version))
        sections = json.loads(text)
    except (EnvelopeBroken, KeyMissing, ValueError):
        sections = None
    return Kept(
        row.record,
        row.record_key,
        row.version,
        row.case,
        row.seq,
        row.core,
        sections,
        row.section_digests,
        tuple(Attachment(**one) for one in row.attachments),
        row.form_digest,
    )


def _context(record_key: str, version: int) -> bytes:
    return f"chain-snapshot|{record_key}|{version}".encode()
