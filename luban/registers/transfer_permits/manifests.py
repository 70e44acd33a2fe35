"""What the manifests say of a firm's permits, fetched from the city's waste system: tonnes gone, manifests gone wrong.

The day's round asks for each firm with a permit in force; a system that is out leaves what was known last, and the
permits say when that was. Source: domain brief 危险废物 §1.5 (manifest_stat), §9 (daily).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from luban.links.solid_waste.lookups import ManifestStat, manifest_stats
from luban.registers.transfer_permits import shelf


def refresh(*, uscc: str, at: datetime) -> int:
    """Fetch the manifests of a firm and keep what they say; how many permits were known. Raises Unavailable, Rejected."""
    told = manifest_stats(uscc=uscc)
    with transaction.atomic():
        return sum(_keep(stat, at) for stat in told)


def _keep(stat: ManifestStat, at: datetime) -> bool:
    gone: dict[tuple[str, str], Decimal] = {(row.code, row.mode): row.transferred_t for row in stat.rows}
    return shelf.note_manifests(
        permit_no=stat.permit_no, case_no="", gone=gone, abnormal=stat.abnormal, at=at
    )
