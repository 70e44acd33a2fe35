"""The nightly verification (waste-chain §7.1): what is open or moved in the last thirty days, on Sundays everything.

Each batch ends as one entry on the chain: how much was looked at, how much was wrong, the digest of the report.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from luban.cases.models import Case
from luban.kit.canonical import canonical
from luban.kit.clock import clock
from luban.ledger.arguments import ORIGIN
from luban.ledger.artefacts import REGISTRY
from luban.ledger.chain import NotDeployed
from luban.ledger.connection import connect
from luban.ledger.models import Snapshot
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.writes import Write, enqueue
from luban.stages.chain.incremental import verify_batches
from luban.stages.chain.observed import Record
from luban.stages.chain.verify import Verified, records_of, verify_record
from luban.stages.chain.wake import wake
from luban.trust.digest import sm3

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=30)
LAST_NIGHT = timedelta(hours=25)
SUNDAY = 6


def verify_recent() -> int:
    """Tonight's batch; returns how many records were verified. An unreachable chain makes it end at once."""
    try:
        port = connect()
        port.head()
    except ChainUnavailable as outage:
        log.warning("no verification tonight: %s", outage)
        return 0
    everything = clock.today().weekday() == SUNDAY
    _look_at_histories(port, everything)
    return verify_batch(port=port, everything=everything)


def _look_at_histories(port: ChainPort, everything: bool) -> None:
    """The histories anchored since last night, on Sundays those of thirty days, batch by batch."""
    since = clock.now() - (LOOKED_BACK if everything else LAST_NIGHT)
    try:
        for one in verify_batches(port=port, since=since):
            if one.problem:
                log.error("verification of histories: %s", one.problem)
    except (ChainUnavailable, NotDeployed) as outage:
        log.warning("histories were not verified tonight: %s", outage)


def verify_batch(*, port: ChainPort, everything: bool) -> int:
    """Verify, keep the conclusions, and put the batch on the chain."""
    run = sm3(f"LBV1|run|{clock.now().isoformat()}".encode())
    found = [verify_record(port=port, record=record, run=run) for record in _records(everything)]
    if found:
        enqueue(_audit(run, found))
        wake()
    return len(found)


def _records(everything: bool) -> Iterator[Record]:
    cases = list(Snapshot.objects.values_list("case", flat=True).distinct())
    if not everything:
        since = clock.now() - LOOKED_BACK
        moved = Case.objects.filter(updated_at__gte=since) | Case.objects.filter(closed_on__isnull=True)
        recent = {str(pk) for pk in moved.values_list("pk", flat=True)}
        cases = [case for case in cases if case in recent]
    for case in cases:
        yield from records_of(case=case)


def _audit(run: str, found: list[Verified]) -> Write:
    lines = [
        {"record_key": v.record.key, "version": v.looked.version, "result": v.conclusion.result}
        for v in found
    ]
    abnormal = [v for v in found if not v.well]
    for one in abnormal:
        log.error("verification of %s %s: %s", one.record.kind, one.looked.case_no, one.conclusion.message)
    return Write(
        request_id=f"audit:{run}",
        group="audit",
        account=ORIGIN,
        contract=REGISTRY,
        function="recordAudit",
        arguments={
            "batchId": run,
            "reportDigest": sm3(canonical(lines).encode()),
            "total": len(found),
            "abnormal": len(abnormal),
            "occurredAt": int(clock.now().timestamp() * 1000),
        },
    )
