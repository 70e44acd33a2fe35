"""Looking records up in the index: by number, by key, by transaction; only what the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from luban.cases.models import Case
from luban.faces.office.explorer_words import KINDS, event_words, status_words
from luban.kit import registry
from luban.kit.clock import ZONE
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.ledger.conclusions import CORE_NAMES, SEVERITIES
from luban.ledger.models import (
    ChainDisposal,
    ChainEvent,
    ChainRecord,
    ChainRestoration,
    ChainTransaction,
    EvidenceRequest,
    Verification,
)
from luban.people.access import refusal
from luban.people.actor import Actor, reach_of
from luban.stages.chain.proofs import Standing, standing_of
from luban.stages.chain.restoring_kept import of_record
from luban.stages.chain.restoring_words import RESTORABLE
from luban.stages.review.sight import cases_in_reach

NEWEST = 20
LONGEST = 100


@dataclass(frozen=True)
class Step:
    """One event of a record: when it stood in a block, what it says, where it stands."""

    at: datetime
    words: str
    version: int
    block: int
    tx: str
    digest: str


@dataclass(frozen=True)
class Finding:
    """A finding of a verification: the section's or field's name, the two values, where the reference is from."""

    where: str
    message: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Checked:
    """The latest verification of a record."""

    result: str
    message: str
    level: str
    severity: str
    at: datetime
    version: int
    digests: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nobody need look."""
        return self.severity in ("ok", "info")

    @property
    def restorable(self) -> bool:
        """Whether there may be something intact to restore from."""
        return self.result in RESTORABLE


@dataclass(frozen=True)
class Known:
    """A record with all the page shows of it; `case` is None for one of another house."""

    record: ChainRecord
    kind: str
    status: str
    case: Case | None
    steps: tuple[Step, ...]
    checked: tuple[Checked, ...]
    disposals: tuple[ChainDisposal, ...]
    restorations: tuple[ChainRestoration, ...]
    proof: Standing | None


def search(*, q: str, actor: Actor) -> tuple[ChainRecord, ...]:
    """Records of that number, document number, key or transaction, in the reader's sight."""
    if not q:
        return ()
    keys = ChainEvent.objects.filter(tx_hash=_hash(q)).values("record_key")
    rows = ChainRecord.objects.filter(
        Q(number=q) | Q(doc_no=q) | Q(record_key=q.removeprefix("0x").lower()) | Q(record_key__in=keys)
    )
    return tuple(row for row in rows.order_by("kind")[:NEWEST] if in_sight(row, actor))


def newest(*, actor: Actor) -> tuple[ChainRecord, ...]:
    """Records that changed last, in the reader's sight."""
    rows = ChainRecord.objects.order_by("-changed_block")
    if not reach_of(actor).everything:
        rows = rows.filter(number__in=cases_in_reach(actor).values("number"))
    return tuple(rows[:NEWEST])


def transaction(*, q: str) -> ChainTransaction | None:
    """The transaction of that hash."""
    return ChainTransaction.objects.filter(pk=_hash(q)).first()


def in_sight(row: ChainRecord, actor: Actor) -> bool:
    """Whether the reader may see a record: that of a case in reach; of no case of ours, whoever sees everything."""
    if reach_of(actor).everything:
        return True
    return cases_in_reach(actor).filter(number=row.number).exists()


def found_record(key: str, actor: Actor) -> ChainRecord:
    """The record of that key. Raises the refusal of whoever may not see it, or when there is none."""
    row = ChainRecord.objects.filter(pk=key.replace("\x00", "")[:LONGEST]).first()
    if row is None or not in_sight(row, actor):
        raise refusal(actor)
    return row


def known(row: ChainRecord) -> Known:
    """All the page shows of a record."""
    request = EvidenceRequest.objects.filter(record_key=row.record_key).values_list("case", flat=True).first()
    case = Case.objects.filter(pk=request).first() if request else None
    return Known(
        record=row,
        kind=KINDS[row.kind],
        status=status_words(kind=row.kind, status=row.status),
        case=case,
        steps=tuple(_steps(row.record_key)),
        checked=tuple(_checked(one, case) for one in _verifications(row.record_key)),
        disposals=tuple(ChainDisposal.objects.filter(record_key=row.record_key).order_by("-id")[:NEWEST]),
        restorations=of_record(record_key=row.record_key, limit=NEWEST),
        proof=standing_of(case=str(case.pk)) if case else None,
    )


def _verifications(key: str) -> list[Verification]:
    return list(Verification.objects.filter(record_key=key).order_by("-version")[:NEWEST])


def _steps(key: str) -> Iterator[Step]:
    for one in ChainEvent.objects.filter(record_key=key).order_by("block_number", "log_index")[:200]:
        digests = ("formDigest", "decisionDigest", "entryHash")
        digest = next((str(one.args[name]) for name in digests if name in one.args), "")
        at = datetime.fromtimestamp(one.block_at / 1000, ZONE)
        words = event_words(event=one.event_type, args=one.args)
        yield Step(at, words, one.version, one.block_number, one.tx_hash, digest)


def _checked(row: Verification, case: Case | None) -> Checked:
    item = registry.get(case.item) if case else None
    told: dict[str, Any] = row.report
    names = {"local": "业务数据", "snapshot": "本地快照", "on_chain": "链上"}
    return Checked(
        row.result,
        str(told.get("message", "")),
        SEVERITIES.get(row.severity, row.severity),
        row.severity,
        row.checked_at,
        row.version,
        tuple((names[name], value) for name, value in told.get("digests", {}).items() if value),
        tuple(_finding(one, item) for one in told.get("findings", ())),
    )


def _finding(one: dict[str, Any], item: Item | None) -> Finding:
    section = str(one.get("section", ""))
    fields = tuple(
        (_label(str(f.get("field", "")), section, item), str(f.get("local", "")), str(f.get("reference", "")))
        for f in one.get("fields", ())
    )
    return Finding(str(one.get("section_name") or "整件"), str(one.get("message", "")), fields)


def _label(name: str, section: str, item: Item | None) -> str:
    """A field as people call it: as its form does, or what stands on the chain in plain; its name where nobody says."""
    own = {key: of for of, key in item.evidence.sections} if item and item.evidence else {}
    if item is None or section not in own:
        return CORE_NAMES.get(name, name)
    try:
        return form_spec(item.form).section(own[section]).field(name).meta.label
    except KeyError:
        return CORE_NAMES.get(name, name)


def _hash(q: str) -> str:
    text = q.lower()
    return text if text.startswith("0x") else f"0x{text}"
