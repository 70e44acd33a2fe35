"""Whether the plain core says what the sections say (waste-chain §3.2): a field on the chain must not differ from the form.

Pure. A section that leaves a field out counts as blank; what only some forms have (the receiving site) is compared
where it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

MODES = {"road": 1, "ship": 2, "other": 3}
END_USES = {"utilisation": 1, "storage": 2, "disposal": 3}
METHODS = ("utilisation_method", "storage_method", "disposal_method")
KG = 1000
MOST_DIGITS = 15


def disagreements(*, core: Mapping[str, Any], sections: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The core's fields that say otherwise than the sections, in the order of the core."""
    expected = dict(_expected(sections))
    return tuple(name for name, value in core.items() if name in expected and value != expected[name])


def _expected(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    s1, s2, s3, s4 = (sections.get(name, {}) for name in ("s1", "s2", "s3", "s4"))
    s6, s7, s8 = (sections.get(name, {}) for name in ("s6", "s7", "s8"))
    yield "generatorName", s1.get("generator_name", "")
    yield "generatorUscc", s1.get("generator_uscc", "")
    yield "originRegion", _number(s2.get("origin_county_code"))
    yield "wasteCodes", _codes(s3.get("wastes"))
    yield "totalKg", _kilograms(s3.get("total_qty_t"))
    yield "receiverName", s4.get("receiver_name", "")
    yield "receiverUscc", s4.get("receiver_uscc", "")
    county = _goal(s4.get("facilities"))
    if county is not None:
        yield "destRegion", _number(county)
    yield "transportMode", MODES.get(str(s6.get("transport_mode")), 0)
    yield "departureWharf", s6.get("departure_wharf_name", "")
    yield "transitProvinces", sorted(_number(code) for code in _listed(s6.get("transit_province_codes")))
    yield "startDate", _number(str(s7.get("start_date", "")).replace("-", ""))
    yield "endDate", _number(str(s7.get("end_date", "")).replace("-", ""))
    yield "endUseType", END_USES.get(str(s8.get("end_use_type")), 0)
    yield "methodCode", next((s8[name] for name in METHODS if s8.get(name)), "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _kilograms(value: Any) -> int:
    try:
        amount = Decimal(str(value or "0"))
    except InvalidOperation:
        return 0
    sensible = amount.is_finite() and amount.adjusted() < MOST_DIGITS
    return int(amount * KG) if sensible else 0


def _codes(rows: Any) -> str:
    named = {
        str(row["waste_code"]) for row in _listed(rows) if isinstance(row, dict) and row.get("waste_code")
    }
    return ";".join(sorted(named))


def _goal(rows: Any) -> Any:
    """The county of the primary facility, of the only one when none is marked; None when the form does not say."""
    sites = [row for row in _listed(rows) if isinstance(row, dict)]
    marked = [row for row in sites if row.get("is_primary") is True] or (sites if len(sites) == 1 else [])
    return marked[0].get("facility_county_code") if marked else None
