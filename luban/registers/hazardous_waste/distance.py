"""Kilometres from the waste to its receiver: the table of roads, else the straight line × 1.3, else nothing. Pure.

The table holds one direction and answers both. Source: 危险废物跨省转移业务说明 §1.5, §7.1 km; 公共约定 §5.1 (radius).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt

from luban.kit.book import KEY_SEPARATOR, BookOnDay
from luban.registers.hazardous_waste.parts import Distance

EARTH_KM = 6371.0088
ROADS_PER_STRAIGHT = 1.3
TENTH = Decimal("0.1")
Point = tuple[Decimal | None, Decimal | None]
"""Longitude and latitude in degrees (CGCS2000)."""


def road_distance(
    *,
    book: BookOnDay,
    start: str | None,
    end: str | None,
    start_point: Point = (None, None),
    end_point: Point = (None, None),
) -> Distance | None:
    """Road kilometres between two counties (`distances`), one decimal place; estimated from the two points when the
    table is silent; None when the points are not known either."""
    known = table_km(book=book, start=start, end=end)
    if known is not None:
        return Distance(km=str(known), kind="table")
    straight = straight_km(start=start_point, end=end_point)
    if straight is None:
        return None
    return Distance(km=str(_tenths(straight * ROADS_PER_STRAIGHT)), kind="estimated")


def table_km(*, book: BookOnDay, start: str | None, end: str | None) -> Decimal | None:
    """What the table says for two counties, in either direction."""
    for pair in ((start or "", end or ""), (end or "", start or "")):
        row = book.get(KEY_SEPARATOR.join(pair))
        if row is not None:
            return Decimal(row["km"]).quantize(TENTH, rounding=ROUND_HALF_UP)
    return None


def straight_km(*, start: Point, end: Point) -> float | None:
    """Great-circle kilometres on a sphere of EARTH_KM; None when a coordinate is missing."""
    (lng_1, lat_1), (lng_2, lat_2) = start, end
    if lng_1 is None or lat_1 is None or lng_2 is None or lat_2 is None:
        return None
    a, b = radians(lat_1), radians(lat_2)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lng_2 - lng_1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def _tenths(km: float) -> Decimal:
    return Decimal(repr(km)).quantize(TENTH, rounding=ROUND_HALF_UP)
