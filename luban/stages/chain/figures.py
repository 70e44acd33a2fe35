"""The figures of the chain (waste-chain §9): from the node, from the index, never invented.

They are obtained at most once in ten seconds for the whole house. When the chain cannot be read, or the index has
fallen behind, the last figures are given with their moment and marked stale; before any were obtained each is null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from django.db.models import Count, Sum

from luban.kit.clock import ZONE, clock
from luban.ledger.artefacts import RECORDS
from luban.ledger.chain import ChainReplaced, check
from luban.ledger.connection import connect
from luban.ledger.models import (
    ChainBlock,
    ChainContract,
    ChainCursor,
    ChainFigures,
    ChainRecord,
    ChainTransaction,
    ChainWrite,
    Verification,
)
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.states import UNDER_WAY
from luban.registers.catalogues.waste import category_of
from luban.stages.chain.figures_counted import Kept, counted, pass_rate
from luban.stages.chain.figures_delivery import delivery_rate

KEPT_FOR = timedelta(seconds=10)
INDEX_PATIENCE = timedelta(minutes=3)
"""An index that is behind and was not read for so long makes the figures stale."""
VERIFIED_WITHIN = timedelta(days=30)
MINUTE_MS, SECONDS = 60_000, 60
NAMES = (
    *("latest_block_height", "total_transactions", "node_count", "node_online", "contract_count"),
    *("business_contract_count", "contract_call_count", "today_transactions", "tps_1m", "filings_total"),
    *("filings_year", "revocations_total", "disposal_total", "disposal_approved", "tonnage_year"),
    *("by_route", "by_category", "by_mode", "verify_pass_rate", "pending_outbox"),
    "delivery_success_rate_24h",
)


@dataclass(frozen=True)
class Figures:
    """The figures by the names of the interface; `as_of` is None when none were ever obtained."""

    values: Mapping[str, Any]
    as_of: datetime | None
    stale: bool

    def as_json(self) -> dict[str, Any]:
        """The body of the interface."""
        moment = self.as_of.astimezone(ZONE).isoformat(timespec="seconds") if self.as_of else None
        return {**self.values, "as_of": moment, "stale": self.stale}


def figures(*, port: ChainPort | None = None) -> Figures:
    """The figures now, or the last ones. `port` is the configured chain unless given."""
    row, now = ChainFigures.objects.filter(pk=1).first(), clock.now()
    if row is not None and timedelta() <= now - row.tried_at < KEPT_FOR:
        return _of(row, stale=row.as_of != row.tried_at)
    try:
        values = _obtained(port or connect(), now)
    except (ChainUnavailable, ChainReplaced):
        made, _ = ChainFigures.objects.update_or_create(
            pk=1, defaults={"tried_at": now}, create_defaults={"body": {}, "as_of": None, "tried_at": now}
        )
        return _of(made, stale=True)
    made, _ = ChainFigures.objects.update_or_create(
        pk=1, defaults={"body": values, "as_of": now, "tried_at": now}
    )
    return _of(made, stale=False)


def _of(row: ChainFigures, *, stale: bool) -> Figures:
    return Figures({name: row.body.get(name) for name in NAMES}, row.as_of, stale or _index_is_late(row))


def _index_is_late(row: ChainFigures) -> bool:
    height, cursor = row.body.get("latest_block_height"), ChainCursor.objects.filter(pk=1).first()
    if height is None:
        return True
    if cursor is None:
        return bool(height)
    return cursor.last_block < height and clock.now() - cursor.looked_at > INDEX_PATIENCE


def _obtained(port: ChainPort, now: datetime) -> dict[str, Any]:
    nodes = port.nodes()  # asked first and briefly: a node that froze must not keep a page waiting
    if not any(one.online for one in nodes):
        raise ChainUnavailable("no node answers")
    head = check(port=port, contracts=False)
    milliseconds = int(now.timestamp() * 1000)
    minute = _transactions(milliseconds - MINUTE_MS)
    return {
        "latest_block_height": head.number,
        "total_transactions": _transactions(0),
        "node_count": len(nodes),
        "node_online": sum(one.online for one in nodes),
        "contract_count": ChainContract.objects.filter(active=True).count(),
        "business_contract_count": ChainContract.objects.filter(
            active=True, name__in=RECORDS.values()
        ).count(),
        "contract_call_count": _calls(),
        "today_transactions": _transactions(midnight(now)),
        "tps_1m": round(minute / SECONDS, 2),
        **counted(kept_records(), year=now.astimezone(ZONE).year, category=category_of),
        "verify_pass_rate": pass_rate(verified(now)),
        "pending_outbox": ChainWrite.objects.filter(state__in=UNDER_WAY).count(),
        "delivery_success_rate_24h": delivery_rate(now=now),
    }


def midnight(now: datetime) -> int:
    """The beginning of the day in Shanghai, in milliseconds."""
    day = now.astimezone(ZONE).date()
    return int(datetime.combine(day, time_of_day(), ZONE).timestamp() * 1000)


def verified(now: datetime) -> dict[str, int]:
    """How many records came to which conclusion when they were last verified, in the last thirty days."""
    rows = Verification.objects.filter(checked_at__gte=now - VERIFIED_WITHIN)
    return dict(rows.values_list("result").annotate(n=Count("pk")).order_by())


def _transactions(since: int) -> int:
    return int(ChainBlock.objects.filter(at__gte=since).aggregate(n=Sum("transactions"))["n"] or 0)


def _calls() -> int:
    """Successful writes to contracts in use: neither deployments nor calls of nobody's functions."""
    names = list(ChainContract.objects.filter(active=True).values_list("name", flat=True))
    return ChainTransaction.objects.filter(ok=True, contract__in=names).exclude(function="").count()


def kept_records() -> Iterator[Kept]:
    """All records, as the chain tells them."""
    columns = (
        *("kind", "status", "origin", "dest", "core__wasteCodes", "total_kg", "approved_kg"),
        *("core__transportMode", "decided_on"),
    )
    for kind, status, origin, dest, codes, total, approved, mode, day in ChainRecord.objects.values_list(
        *columns
    ).iterator():
        several = tuple(code for code in (codes or "").split(";") if code)
        yield Kept(kind, status, origin, dest, several, total, approved, mode or 0, day or 0)
