"""What the register of vehicle tracks offers to items: `vehicle_tracks.of`.

What the platform said of a plate stands for a day (domain brief 危险废物 §7.1: 缓存 24h); only plates without such a copy
are asked about. When the platform does not answer for one of them, the whole answer is None: a share of vehicles over
part of them would be wrong (A2 becomes MISSING).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.links.outcomes import Rejected, Unavailable
from luban.links.vehicle_tracks.client import VehicleState, vehicle_states
from luban.registers.vehicle_tracks import shelf
from luban.registers.vehicle_tracks.parts import Track
from luban.registers.vehicle_tracks.plates import plates_of

STANDS = timedelta(hours=24)


def of(
    *, day: date, applicant: Applicant, number: str, rows: Iterable[Any] | None
) -> Mapping[str, Track] | None:
    """The state of every vehicle the rows name, by plate; a plate the platform does not know is not bound.

    None when the platform did not answer.
    """
    plates = plates_of(rows=rows)
    now = clock.now()
    found = shelf.since(plates=plates, after=now - STANDS, until=now) if plates else {}
    wanted = [plate for plate in plates if plate not in found]
    if wanted:
        try:
            told = vehicle_states(plates=wanted)
        except (Unavailable, Rejected):
            return None
        fresh = {plate: _track(told[plate], now) if plate in told else None for plate in wanted}
        shelf.keep(tracks=fresh, at=now)
        found |= fresh
    return {plate: found[plate] or Track(plate_no=plate) for plate in plates}


def _track(told: VehicleState, at: datetime) -> Track:
    return Track(
        plate_no=told.plate_no,
        bound=told.bound,
        last_report_at=told.last_report_at,
        completeness_30d=told.completeness_30d,
        fetched_at=at,
    )


PROVIDERS: dict[str, Callable[..., Any]] = {"vehicle_tracks.of": of}
COMMANDS: dict[str, Callable[..., None]] = {}
