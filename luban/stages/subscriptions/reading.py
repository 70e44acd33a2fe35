"""From the index of the chain to events to be told, with the records they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from luban.ledger.index_models import ChainEvent, ChainRecord
from luban.stages.subscriptions.events import Event, Told, folded, parties_of

AT_ONCE = 500


@dataclass(frozen=True)
class Page:
    """Events to be told after a number, in order, and the number reached."""

    told: tuple[Told, ...]
    reached: int
    full: bool


@dataclass(frozen=True)
class Subject:
    """The record an event is about: its kind, its own number, status, plain fields (a revocation's: its filing's)."""

    kind: str
    number: str
    status: int
    core: Mapping[str, object]

    @property
    def parties(self) -> tuple[str, ...]:
        """The provinces concerned."""
        return parties_of(self.core)


def page_after(*, seq: int, limit: int = AT_ONCE) -> Page:
    """The next events; whole transactions are looked at, so that notices find the event they belong to."""
    rows = list(ChainEvent.objects.filter(id__gt=seq).order_by("id")[:limit])
    if not rows:
        return Page((), seq, full=False)
    first, last = rows[0].pk, rows[-1].pk
    told = [one for one in _whole({row.tx_hash for row in rows}) if first <= one.event.seq <= last]
    return Page(tuple(sorted(told, key=lambda one: one.event.seq)), last, full=len(rows) == limit)


def told_of(*, event_id: str) -> Told | None:
    """One event with its notices; None when there is none, or when it is the note of a notice."""
    row = ChainEvent.objects.filter(event_id=event_id).first()
    if row is None:
        return None
    return next((one for one in _whole({row.tx_hash}) if one.event.event_id == event_id), None)


def subjects(*, keys: Iterable[str]) -> dict[str, Subject]:
    """The records of these keys, as they stand now."""
    rows = {row.record_key: row for row in ChainRecord.objects.filter(record_key__in=set(keys) - {""})}
    filings = {str(row.core.get("filingKey") or "") for row in rows.values() if row.kind == "UR"}
    revoked = {row.record_key: row.core for row in ChainRecord.objects.filter(record_key__in=filings - {""})}
    return {
        key: Subject(
            row.kind,
            row.number,
            row.status,
            revoked.get(str(row.core.get("filingKey")), _ends(row)) if row.kind == "UR" else row.core,
        )
        for key, row in rows.items()
    }


def _ends(row: ChainRecord) -> Mapping[str, object]:
    return {"originProvince": row.origin, "destProvince": row.dest}


def _whole(hashes: set[str]) -> list[Told]:
    rows = ChainEvent.objects.filter(tx_hash__in=hashes).order_by("block_number", "tx_hash", "log_index")
    return [
        told
        for _, group in groupby(rows, key=lambda row: row.tx_hash)
        for told in folded(list(map(_event, group)))
    ]


def _event(row: ChainEvent) -> Event:
    return Event(
        seq=row.pk,
        event_id=row.event_id,
        contract=row.contract,
        event_type=row.event_type,
        record_key=row.record_key,
        version=row.version,
        block_number=row.block_number,
        tx_hash=row.tx_hash,
        log_index=row.log_index,
        at=row.block_at,
        args=row.args,
    )
