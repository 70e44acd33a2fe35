"""The address control (一般固体废物 1.1): eight answers, a point on the map, one line in full.

A section or row carries the fields `<prefix>_province_code … _lat`; the page draws the fields of one `part_of` as one
control. `full_address` writes the line, `address_gap` says what is missing or malformed down to the house number.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

from luban.kit.book import BookOnDay
from luban.registers.divisions.places import full_name

NO_HOUSE_NUMBER = "无门牌"
EARTH_KM = 6371.0088
COUNTIES_OF_THEIR_OWN = frozenset({"441900", "442000", "460400", "620200"})
SHORTEST = 2
_DIGIT = re.compile(r"[0-9０-９〇零一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾]")
LINE = ("street", "road", "house_no", "extra")
CODES = ("province_code", "city_code", "county_code")


def part(own: Any, prefix: str, name: str) -> Any:
    """One answer of the address with that prefix."""
    return getattr(own, f"{prefix}_{name}", None)


def full_address(own: Any, prefix: str, places: BookOnDay) -> str:
    """Province, city, county, street, road, house number and remark in one line; 市辖区 is left out."""
    code = next((c for n in reversed(CODES) if (c := part(own, prefix, n))), None)
    region = full_name(places, code) if code else ""
    house = part(own, prefix, "house_no")
    words = [region, *(part(own, prefix, name) or "" for name in LINE)]
    return "".join(word for word in words if word and not (word == house == NO_HOUSE_NUMBER))


def address_gap(own: Any, prefix: str) -> str | None:
    """The first answer that is missing or malformed down to the house number (its field name), or None."""
    province, city, county = (part(own, prefix, name) for name in CODES)
    if not province:
        return f"{prefix}_province_code"
    if not city or city[:2] != province[:2]:
        return f"{prefix}_city_code"
    if not county or not _county_fits(county, city):
        return f"{prefix}_county_code"
    for name in ("street", "road"):
        if len(part(own, prefix, name) or "") < SHORTEST:
            return f"{prefix}_{name}"
    return None if _house_fits(own, prefix) else f"{prefix}_house_no"


def _county_fits(county: str, city: str) -> bool:
    if county in COUNTIES_OF_THEIR_OWN:
        return county == city
    return county[:4] == city[:4] and county != city


def _house_fits(own: Any, prefix: str) -> bool:
    house = part(own, prefix, "house_no") or ""
    if house == NO_HOUSE_NUMBER:
        return point(own, prefix) is not None
    return _DIGIT.search(house) is not None


def point(own: Any, prefix: str) -> tuple[Decimal, Decimal] | None:
    """Longitude and latitude (CGCS2000 degrees), or None when not both are stated."""
    lng, lat = part(own, prefix, "lng"), part(own, prefix, "lat")
    return None if lng is None or lat is None else (lng, lat)


def distance_km(one: tuple[Decimal, Decimal], two: tuple[Decimal, Decimal]) -> float:
    """Great-circle distance in kilometres (haversine, R = 6371.0088)."""
    (lng1, lat1), (lng2, lat2) = ((radians(x), radians(y)) for x, y in (one, two))
    a = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(a))
