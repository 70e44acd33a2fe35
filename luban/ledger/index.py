"""The index of the chain: blocks, transactions and events in the order of the chain, each once (waste-chain §8.1).

Read from ten blocks before the last one kept, in windows of ten blocks, final blocks only; each window is kept in one
transaction together with the cursor, so that a process killed anywhere goes on where it was. Events are known by
(transaction, position): reading twice keeps nothing twice. A contract that becomes known later is read from the block
of its deployment. A chain in another's place is refused before anything is read from it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from luban.kit.clock import clock
from luban.ledger.chain import ChainReplaced, check, sound_alarm
from luban.ledger.index_models import ChainBlock, ChainCursor, ChainEvent, ChainRecord, ChainTransaction
from luban.ledger.index_read import Changed, Said, Window, event_id, read_window
from luban.ledger.models import ChainBinding, ChainContract
from luban.ledger.port import ChainPort
from luban.ledger.sender import lease

AGAIN = 10
"""Blocks that are read once more, whenever the index goes on."""
AT_ONCE = 10
"""Blocks a window; some chains cut longer answers silently."""
PATIENCE_SECONDS = 20.0
_LEASE = "index"
_SHANGHAI = timedelta(hours=8)
_APPROVED = 8


@dataclass(frozen=True)
class Indexed:
    """What a run came to: blocks read, events that are new, the height reached, the chain's own final height."""

    blocks: int
    events: int
    height: int
    final: int

    @property
    def behind(self) -> int:
        """Blocks still to be read."""
        return max(self.final - self.height, 0)


def advance_index(*, port: ChainPort, patience: float = PATIENCE_SECONDS) -> Indexed:
    """Read what is new, for `patience` seconds at most.

    Raises ChainUnavailable, ChainReplaced; what was read until then is kept.
    """
    with lease(address=_LEASE) as mine:
        if not mine:
            cursor = ChainCursor.objects.filter(pk=1).first()
            height = cursor.last_block if cursor else -1
            return Indexed(0, 0, height, height)
        head = check(port=port, contracts=False)
        final = head.number - port.confirmations
        return _advance(port, final, time.monotonic() + patience)


def _advance(port: ChainPort, final: int, until: float) -> Indexed:
    binding = ChainBinding.objects.get(pk=1)
    cursor = ChainCursor.objects.filter(pk=1).first()
    if cursor is not None and cursor.genesis != binding.genesis:
        raise ChainReplaced("索引记的是另一条链的区块：登记的链换过。请先核实，再清空索引重读。")
    contracts = _contracts()
    start = _start(cursor, contracts, final)
    if start > final:
        ChainCursor.objects.filter(pk=1).update(looked_at=clock.now())
        return Indexed(0, 0, cursor.last_block if cursor else -1, final)
    reached, blocks, events = start - 1, 0, 0
    while reached < final:
        end = min(reached + AT_ONCE, final)
        window = read_window(port=port, first=reached + 1, last=end, contracts=contracts)
        events += _keep(window, binding, contracts if end == final else None)
        blocks, reached = blocks + end - reached, end
        if time.monotonic() > until:
            break
    return Indexed(blocks, events, reached, final)


def _contracts() -> dict[str, str]:
    """Names by address of all contracts that were ever ours: records on old ones stay readable."""
    return dict(ChainContract.objects.values_list("address", "name"))


def _start(cursor: ChainCursor | None, contracts: Mapping[str, str], final: int) -> int:
    """The first block to read; beyond `final` when nothing is new."""
    if cursor is None:
        return 0
    unread = [address for address in contracts if address not in cursor.contracts]
    since = ChainContract.objects.filter(address__in=unread).order_by("block_number")
    first = since.values_list("block_number", flat=True).first()
    if first is None and cursor.last_block >= final:
        return final + 1
    again = max(cursor.last_block - AGAIN + 1, 0)
    return again if first is None else min(first, again)


def _keep(window: Window, binding: ChainBinding, contracts: Mapping[str, str] | None) -> int:
    """Keep a window; returns how many events are new. `contracts` is given with the last window of a run."""
    _refuse_rewritten(window)
    with transaction.atomic():
        ChainBlock.objects.bulk_create(
            [ChainBlock(number=b.number, hash=b.hash, at=b.at, transactions=n) for b, n in window.blocks],
            ignore_conflicts=True,
        )
        ChainTransaction.objects.bulk_create(
            [
                ChainTransaction(
                    tx_hash=one.hash,
                    block_number=one.block,
                    position=one.position,
                    sender=one.sender,
                    contract=one.contract,
                    function=one.function,
                    ok=one.ok,
                )
                for one in window.sent
            ],
            update_conflicts=True,
            unique_fields=["tx_hash"],
            update_fields=["contract", "function", "ok"],
        )
        new = _keep_events(window.said, binding.chain_id)
        for one in window.changed:
            _keep_record(one, window.decided)
        _move(window.blocks[-1][0].number, binding.genesis, contracts)
    return new


def _refuse_rewritten(window: Window) -> None:
    """A block we keep must be the same block still."""
    kept = dict(
        ChainBlock.objects.filter(number__in=[b.number for b, _ in window.blocks]).values_list(
            "number", "hash"
        )
    )
    for block, _ in window.blocks:
        if kept.get(block.number, block.hash) != block.hash:
            sound_alarm(f"第 {block.number} 块与已读过的不同，链上历史被改写。已停止上链，请联系链的管理方。")


def _keep_events(said: tuple[Said, ...], chain_id: int) -> int:
    known = set(
        ChainEvent.objects.filter(tx_hash__in={one.tx for one in said}).values_list("tx_hash", "log_index")
    )
    new = [one for one in said if (one.tx, one.index) not in known]
    ChainEvent.objects.bulk_create(
        [
            ChainEvent(
                event_id=event_id(chain_id=chain_id, tx=one.tx, log_index=one.index),
                contract=one.contract,
                address=one.address,
                event_type=one.name,
                record_key=one.record_key,
                version=one.version,
                block_number=one.block,
                block_at=one.at,
                tx_hash=one.tx,
                log_index=one.index,
                args=dict(one.values),
            )
            for one in new
        ],
        ignore_conflicts=True,
    )
    return len(new)


def _keep_record(one: Changed, decided: Mapping[str, int]) -> None:
    told = one.told
    if not told["found"]:
        return
    record = told["record"] if one.kind in ("UR", "DC") else told
    core = {} if one.kind == "UR" else record["core"]
    values = {
        "kind": one.kind,
        "address": one.address,
        "number": record["revocationNo"] if one.kind == "UR" else core["applicationNo"],
        "doc_no": record["filingNo"] if one.kind == "UR" else core["docNo"],
        "status": record.get("status", 0),
        "version": {"UR": 1, "DC": told.get("seq")}.get(one.kind) or told["version"],
        "origin": (record if one.kind == "UR" else core)["originProvince"],
        "dest": (record if one.kind == "UR" else core)["destProvince"],
        "core": core or {"filingKey": record["filingKey"], "reasonCode": record["reasonCode"]},
        "total_kg": core.get("totalKg", 0),
        "approved_kg": record.get("approvedKg", 0),
        "changed_block": one.block,
        "changed_at": one.at,
    }
    day = decided.get(one.record_key) or _decision_day(one)
    if day:
        values["decided_on"] = day
    ChainRecord.objects.update_or_create(record_key=one.record_key, defaults=values)


def _decision_day(one: Changed) -> int:
    """The day of an approval or a revocation, from the business time that stands on the chain; 0 while there is none."""
    if one.kind == "DC" and one.told["status"] == _APPROVED:
        return _day(one.told["latest"]["entry"]["occurredAt"])
    if one.kind == "UR" and one.told["record"]["decidedAt"]:
        return _day(one.told["record"]["decidedAt"])
    return 0


def _day(milliseconds: int) -> int:
    """The day in Shanghai as yyyymmdd."""
    return int(f"{datetime.fromtimestamp(milliseconds / 1000, UTC) + _SHANGHAI:%Y%m%d}")


def _move(height: int, genesis: str, contracts: Mapping[str, str] | None) -> None:
    """The cursor goes up, never down: blocks read again do not lower it."""
    cursor, made = ChainCursor.objects.select_for_update().get_or_create(
        pk=1, defaults={"genesis": genesis, "last_block": height, "looked_at": clock.now()}
    )
    cursor.last_block = height if made else max(cursor.last_block, height)
    cursor.looked_at = clock.now()
    if contracts is not None:
        cursor.contracts = sorted(contracts)
    cursor.save(update_fields=["last_block", "looked_at", "contracts"])
