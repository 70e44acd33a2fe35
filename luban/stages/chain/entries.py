"""Verification of a case's chain of business (record DC): every entry recomputed from the case, kept, and on the chain.

The entries take the place of sections: `e1`, `e2` … each with its hash; what stands on the chain must also be linked,
each entry naming the one before (waste-chain §4.5, §7.2).
"""

from __future__ import annotations

from luban.cases import house
from luban.kit import registry
from luban.kit.clock import clock
from luban.ledger.arguments import ENTRY_CALLS, Last, last_entry
from luban.ledger.artefacts import RECORDS
from luban.ledger.chain import NotDeployed, read
from luban.ledger.conclusions import Observed, Outbox, Side
from luban.ledger.digests import EMPTY
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.states import CONFIRMED, DELAYED_AFTER
from luban.links.outcomes import Unavailable
from luban.people.genuine import unchecked
from luban.stages.chain.answered import ON_CHAIN
from luban.stages.chain.attest import write
from luban.stages.chain.compose import request
from luban.stages.chain.observed import Looked, Record

AT_ONCE = 50


def look_at_entries(*, port: ChainPort, record: Record) -> Looked:
    """Look at a case's entries; what cannot be reached is observed as such."""
    with unchecked():
        return _look(port, record)


def _look(port: ChainPort, record: Record) -> Looked:
    reachable, on_chain, broken = True, None, 0
    try:
        on_chain, broken = _on_chain(port, record.key)
    except ChainUnavailable:
        reachable = False
    except NotDeployed:
        pass
    kept = list(
        ChainWrite.objects.filter(record_key=record.key, function__in=ENTRY_CALLS).order_by("version")
    )
    height = len(on_chain.sections) if on_chain else 0
    local, number = _local(record)
    seen = Observed(
        reachable=reachable,
        outbox=_outbox(kept[:1]),
        newer=_outbox([row for row in kept if row.version > height][:1]) if height else None,
        local=local,
        snapshot=Side({f"e{row.version}": row.digest for row in kept}, {}) if kept else None,
        on_chain=on_chain,
        broken_at=broken,
    )
    last = next((row for row in reversed(kept) if row.version == height), None)
    anchor = {
        "tx_hash": last.tx_hash if last else "",
        "block_number": last.block_number if last else None,
        "anchored_at": None,
    }
    return Looked(seen, max(height, 1), number, anchor, height, height)


def _on_chain(port: ChainPort, key: str) -> tuple[Side | None, int]:
    """The entries on the chain, and the first that does not follow the one before it (0: all do)."""
    found: dict[str, str] = {}
    previous, broken, total = EMPTY, 0, 1
    while len(found) < total:
        told = read(
            port=port,
            contract=RECORDS["DC"],
            function="getEntries",
            key=key,
            fromSeq=len(found) + 1,
            count=AT_ONCE,
        )
        total = int(told["total"])
        for one in told["entries"]:
            if one["entry"]["prevEntryHash"] != previous and not broken:
                broken = len(found) + 1
            previous = one["entryHash"]
            found[f"e{len(found) + 1}"] = previous
    return (Side(found, {}), broken) if found else (None, 0)


def _local(record: Record) -> tuple[Side | None, str]:
    """The entries as the case says them now, and the case's number; None when the case is gone."""
    rows = EvidenceRequest.objects.filter(case=record.case, record="DC", record_key=record.key).order_by("id")
    digests: dict[str, str] = {}
    last, number = Last(), ""
    for row in rows:
        try:
            view = house.view_at(case_id=row.case, seq=row.seq)
            made = request(item=registry.get(view.item), name=f"{row.record}.{row.call}", view=view)
            again = write(
                made=made,
                view=view,
                request_id=row.request_id,
                case_id=row.case,
                previous_form=EMPTY,
                last=last,
                told=row.body.get(ON_CHAIN),
            )
        except Unavailable:
            break  # its paper is not sealed yet, so neither this entry nor a later one can be on the chain
        except LookupError:
            return None, number
        number = view.number
        last = last_entry(seq=again.version, function=again.function, arguments=again.arguments)
        digests[f"e{again.version}"] = again.digest
    return (Side(digests, {}) if digests else None), number


def _outbox(rows: list[ChainWrite]) -> Outbox | None:
    if not rows:
        return None
    row = rows[0]
    late = row.state != CONFIRMED and clock.now() - row.created_at > DELAYED_AFTER
    return Outbox(row.state, late, row.error_code or row.error, row.tx_hash)
