"""What the track platform says of a vehicle: plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Track:
    """A vehicle's reports: bound to a device, last heard of, share of the last 30 days that is complete (0–1), and when
    the platform said so (an answer may be a day old)."""

    plate_no: str
    bound: bool = False
    last_report_at: datetime | None = None
    completeness_30d: Decimal = Decimal(0)
    fetched_at: datetime | None = None
