"""Copies of vehicle states in PostgreSQL. Nothing here reads a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from luban.registers.vehicle_tracks.models import TrackCopy
from luban.registers.vehicle_tracks.parts import Track

CHANGING = ("known", "bound", "last_report_at", "completeness_30d", "fetched_at")


def since(*, plates: Iterable[str], after: datetime, until: datetime) -> dict[str, Track | None]:
    """The plates asked about after `after` and not later than `until`; None for one the platform did not know."""
    rows = TrackCopy.objects.filter(plate_no__in=list(plates), fetched_at__gt=after, fetched_at__lte=until)
    return {row.plate_no: _fact(row) if row.known else None for row in rows}


def keep(*, tracks: Mapping[str, Track | None], at: datetime) -> None:
    """Keep what the platform said of plates at `at`, in one statement and one order."""
    TrackCopy.objects.bulk_create(
        [
            TrackCopy(
                plate_no=plate,
                known=track is not None,
                bound=track is not None and track.bound,
                last_report_at=track.last_report_at if track else None,
                completeness_30d=track.completeness_30d if track else 0,
                fetched_at=at,
            )
            for plate, track in sorted(tracks.items())
        ],
        update_conflicts=True,
        unique_fields=["plate_no"],
        update_fields=list(CHANGING),
    )


def _fact(row: TrackCopy) -> Track:
    return Track(
        plate_no=row.plate_no,
        bound=row.bound,
        last_report_at=row.last_report_at,
        completeness_30d=row.completeness_30d,
        fetched_at=row.fetched_at,
    )
