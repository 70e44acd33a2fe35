"""What the manifests say of a firm's permits, fetched from the city's waste system: tonnes gone, manifests gone wrong.

The day's round asks for each firm with a permit in force; a system that is out leaves what was known last, the round is
tried again later, and the permits say when that was. What is gone of a permit is told its licence, so that the
verification page knows when it is used up. Source: domain brief 危险废物 §1.5 (manifest_stat), §8, §9 (daily).
"""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.links.outcomes import Rejected
from luban.links.solid_waste.lookups import ManifestStat, manifest_stats
from luban.registers.licences import shelf as licences
from luban.registers.transfer_permits import shelf

log = logging.getLogger(__name__)


def refresh_all() -> int:
    """The day's round: fetch the manifests of every firm with a permit that is out; how many permits were known.

    Raises Unavailable when the system is out: what was fetched stays, the round is made again. A firm it refuses, or a
    licence that was tampered with, is logged and passed over.
    """
    at, known = clock.now(), 0
    for uscc in shelf.generators(day=at.date()):
        try:
            known += refresh(uscc=uscc, at=at)
        except (Rejected, Refused) as refusal:
            log.warning("manifests of %s: %s", uscc, refusal)
    return known


def restate_today() -> int:
    """Find out anew what every permit is today; how many have become something else."""
    return shelf.restate_all(day=clock.today())


def refresh(*, uscc: str, at: datetime) -> int:
    """Fetch the manifests of a firm and keep what they say; how many permits were known. Raises Unavailable, Rejected."""
    told = manifest_stats(uscc=uscc)
    with transaction.atomic():
        known = sum(_keep(stat, at) for stat in told)
        for token, tonnes in shelf.used(uscc=uscc).items():
            licences.note_used(token=token, tonnes=tonnes)
    return known


def _keep(stat: ManifestStat, at: datetime) -> bool:
    gone: dict[tuple[str, str], Decimal] = {(row.code, row.mode): row.transferred_t for row in stat.rows}
    return shelf.note_manifests(
        permit_no=stat.permit_no, case_no="", gone=gone, abnormal=stat.abnormal, at=at
    )
