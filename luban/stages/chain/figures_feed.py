"""What the big screen shows beside the figures: the last 24 hours, the newest records, the state of verification.

Nothing personal is in it: of a firm only its credit code, shortened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Sum

from luban.kit.clock import ZONE, clock
from luban.ledger.models import ChainBlock, ChainEvent, ChainRecord
from luban.stages.chain.figures import verified
from luban.stages.chain.figures_counted import CONSISTENT, UNREACHABLE, masked, tonnes

HOURS = 24
NEWEST = 20
_HOUR_MS = 3_600_000

TITLES: Mapping[str, tuple[str, str]] = {
    "FilingCreated": ("备案申请存证", "new"),
    "FilingUpdated": ("备案申请更新", "new"),
    "FilingWithdrawn": ("备案申请撤回", "rev"),
    "RevocationProposed": ("提出撤销备案", "wait"),
    "RevocationApproved": ("撤销备案", "rev"),
    "RevocationRejected": ("不同意撤销", "ok"),
    "RevocationWithdrawn": ("撤回撤销申请", "ok"),
    "FormCreated": ("处置申请表存证", "new"),
    "FormUpdated": ("处置申请表更新", "new"),
    "CaseCreated": ("贮存处置申请", "new"),
    "CaseUpdated": ("补正后重新提交", "new"),
    "ConsultationReplied": ("接收地复函", "wait"),
}
"""Event → title and tone."""
_DECIDED = {True: ("准予备案", "ok"), False: ("不予备案", "rev")}
_REACHED: Mapping[int, tuple[str, str]] = {
    2: ("要求补正", "wait"),
    3: ("受理", "new"),
    4: ("进入审查", "new"),
    5: ("商请接收地", "wait"),
    7: ("进入决定", "wait"),
    8: ("准予转移", "ok"),
    9: ("不予许可", "rev"),
    10: ("撤回申请", "rev"),
    11: ("不予受理", "rev"),
    12: ("撤销许可", "rev"),
    13: ("终止办理", "rev"),
}
SHOWN = (*TITLES, "FilingDecided", "CaseTransitioned")


@dataclass(frozen=True)
class Hour:
    """One hour: its number on the clock, blocks and transactions in it."""

    hour: int
    blocks: int
    transactions: int


@dataclass(frozen=True)
class Line:
    """A newest record: when (Shanghai), what, tone (new, ok, wait, rev), the two provinces, a shortened code, tonnes."""

    at: datetime
    title: str
    tone: str
    version: int
    origin: str
    dest: str
    uscc: str
    code: str
    tonnage: float


@dataclass(frozen=True)
class Checked:
    """Verifications of thirty days: all that could be made, agreed, waiting for the chain, not agreed."""

    made: int
    agreed: int
    waiting: int
    differing: int


def hours(*, now: datetime | None = None) -> tuple[Hour, ...]:
    """The last 24 hours, oldest first; the last one is not over yet."""
    last = int((now or clock.now()).timestamp() * 1000) // _HOUR_MS
    rows = (
        ChainBlock.objects.filter(at__gte=(last - HOURS + 1) * _HOUR_MS)
        .annotate(hour=F("at") / _HOUR_MS)
        .values_list("hour")
        .annotate(blocks=Count("number"), sent=Sum("transactions"))
        .order_by()
    )
    found = {int(hour): (int(blocks), int(sent)) for hour, blocks, sent in rows}
    return tuple(
        Hour(datetime.fromtimestamp(n * 3600, ZONE).hour, *found.get(n, (0, 0)))
        for n in range(last - HOURS + 1, last + 1)
    )


def newest(*, limit: int = NEWEST) -> tuple[Line, ...]:
    """The newest changes of records, newest first, one line a change."""
    events = list(
        ChainEvent.objects.filter(event_type__in=SHOWN).order_by("-block_number", "-log_index")[: limit * 2]
    )
    records = ChainRecord.objects.in_bulk({one.record_key for one in events})
    lines = list(_lines(events, records))
    return tuple(lines[:limit])


def _lines(events: list[ChainEvent], records: Mapping[str, ChainRecord]) -> Iterator[Line]:
    for event in events:
        record, said = records.get(event.record_key), said_of(event.event_type, event.args)
        if record is None or said is None:
            continue
        core: Mapping[str, Any] = record.core
        kg = record.approved_kg or record.total_kg
        yield Line(
            datetime.fromtimestamp(event.block_at / 1000, ZONE),
            *said,
            event.version,
            f"{record.origin:06d}",
            f"{record.dest:06d}",
            masked(str(core.get("generatorUscc", ""))),
            str(core.get("wasteCodes", "")).partition(";")[0],
            tonnes(kg),
        )


def said_of(event: str, args: Mapping[str, Any]) -> tuple[str, str] | None:
    """What an event means, and its tone; None for one that stands beside another."""
    if event == "FilingDecided":
        return _DECIDED[bool(args["filed"])]
    if event == "CaseTransitioned":
        return _REACHED.get(int(args["toStatus"]))
    return TITLES.get(event)


def checks(*, now: datetime | None = None) -> Checked:
    """What the verifications of thirty days came to."""
    results = verified(now or clock.now())
    made = sum(results.values()) - results.get(UNREACHABLE, 0)
    agreed = sum(results.get(name, 0) for name in CONSISTENT)
    waiting = results.get("anchor_pending", 0)
    return Checked(made, agreed, waiting, made - agreed - waiting)


def last_block_age(*, now: datetime | None = None) -> timedelta | None:
    """How long ago the newest block was made; None while there is none."""
    at = ChainBlock.objects.order_by("-number").values_list("at", flat=True).first()
    return None if at is None else (now or clock.now()) - datetime.fromtimestamp(at / 1000, ZONE)
