"""Content the gateway keeps: sections and salt, sealed before the write that puts their digests on the chain.

Which of several contents of one version counts is said by the form digest on the chain. The seal is bound to record,
version and digest, so that no content can be laid in another's place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from luban.cases import house
from luban.kit.clock import clock
from luban.ledger.digests import Attachment
from luban.stages.gateway.models import Content
from luban.trust.envelope import EnvelopeBroken, unwrap, wrap
from luban.trust.keys import KeyMissing, KeyProvider


@dataclass(frozen=True)
class Opened:
    """Content with its seal opened. `sections` are canonical texts; empty, like `salt`, when the seal does not open."""

    record: str
    record_key: str
    version: int
    form_digest: str
    schema: str
    case_no: str
    core: Mapping[str, Any]
    salt: str
    sections: Mapping[str, str]
    section_digests: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    urls: Mapping[str, str]

    @property
    def whole(self) -> bool:
        """Whether the seal opened."""
        return bool(self.salt)


@dataclass(frozen=True)
class Handed:
    """One version of a record as it was handed over and found to be right."""

    record: str
    record_key: str
    version: int
    form_digest: str
    schema: str
    app: str
    case_no: str
    core: Mapping[str, Any]
    salt: str
    sections: Mapping[str, str]
    section_digests: Mapping[str, str]
    attachments: Sequence[Attachment]
    urls: Mapping[str, str]


def keep(handed: Handed) -> None:
    """Keep it; what is kept already stays as it is."""
    core = handed.core
    told = {"salt": handed.salt, "sections": dict(handed.sections), "urls": dict(handed.urls)}
    Content.objects.get_or_create(
        record_key=handed.record_key,
        version=handed.version,
        form_digest=handed.form_digest,
        defaults={
            "record": handed.record,
            "schema": handed.schema,
            "app": handed.app,
            "case_no": handed.case_no,
            "origin": core["originProvince"],
            "dest": core["destProvince"],
            "transit": list(core.get("transitProvinces", ())),
            "generator_uscc": core.get("generatorUscc", ""),
            "receiver_uscc": core.get("receiverUscc", ""),
            "core": dict(core),
            "sealed": wrap(
                data=json.dumps(told, ensure_ascii=False, sort_keys=True).encode(),
                keys=house.keys(),
                context=_context(handed.record_key, handed.version, handed.form_digest),
            ),
            "section_digests": dict(handed.section_digests),
            "attachments": [asdict(one) for one in handed.attachments],
            "created_at": clock.now(),
        },
    )


def content_of(*, record_key: str, version: int = 0, form_digest: str = "") -> Opened | None:
    """The content with that digest; without one, the newest (of a version, when given). None when there is none."""
    rows = Content.objects.filter(record_key=record_key)
    rows = rows.filter(version=version) if version else rows
    rows = rows.filter(form_digest=form_digest) if form_digest else rows
    row = rows.order_by("-version", "-id").first()
    return None if row is None else _opened(row)


def rewrapped(row: Content, *, keys: KeyProvider) -> bytes:
    """The content's envelope under the current data key. Raises KeyMissing, EnvelopeBroken."""
    context = _context(row.record_key, row.version, row.form_digest)
    return wrap(
        data=unwrap(envelope=bytes(row.sealed), keys=keys, context=context), keys=keys, context=context
    )


def _opened(row: Content) -> Opened:
    context = _context(row.record_key, row.version, row.form_digest)
    try:
        told = json.loads(unwrap(envelope=bytes(row.sealed), keys=house.keys(), context=context))
    except (EnvelopeBroken, KeyMissing, ValueError):
        told = {"salt": "", "sections": {}, "urls": {}}
    return Opened(
        row.record,
        row.record_key,
        row.version,
        row.form_digest,
        row.schema,
        row.case_no,
        row.core,
        told["salt"],
        told["sections"],
        row.section_digests,
        tuple(Attachment(**one) for one in row.attachments),
        told["urls"],
    )


def _context(record_key: str, version: int, form_digest: str) -> bytes:
    return f"chain-content|{record_key}|{version}|{form_digest}".encode()
