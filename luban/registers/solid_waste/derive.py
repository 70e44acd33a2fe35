"""Values the form computes itself, and values the registers name once it is submitted.

`derive` needs nothing but the form; it runs after every reading. `name_from_registers` fills what only a register
knows (catalogue names, full addresses, remaining capacity) and is called with the facts of the day when the rules
run, so that the submitted version carries the words of its day and its digest never changes afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from luban.registers.catalogues.waste import category_of, is_waste_code, major_class_of
from luban.registers.divisions.places import SHANGHAI, province_of
from luban.registers.solid_waste.addresses import full_address
from luban.registers.solid_waste.parts import FacilityRow, WasteRow

SHANGHAI_CITY = "310100"
RANK = {"road": 0, "other": 1, "ship": 2}
"""Of legs equally long the later kind names the main mode (一般固体废物 s6: ship > other > road)."""

ZERO = Decimal("0.000")


def derive(form: Any) -> None:
    """Fill the derived fields of s2–s6 in place. `form` has the sections source, waste, receiver, transport, route."""
    _number(form.source.source_units)
    _number(form.waste.wastes)
    _number(form.transport.carriers)
    _number(form.route.legs, name="leg_seq")
    _site(form.source)
    for row in form.waste.wastes:
        _classify(row)
    form.waste.total_qty_t = total(row.planned_qty_t for row in form.waste.wastes)
    _receiver(form.receiver)
    _route(form)


def _number(rows: Iterable[Any], name: str = "seq") -> None:
    for n, row in enumerate(rows, start=1):
        setattr(row, name, n)


def _site(source: Any) -> None:
    """The site lies in Shanghai unless something else is said (s2: 省恒为 310000)."""
    source.origin_province_code = source.origin_province_code or SHANGHAI
    if source.origin_province_code == SHANGHAI and not source.origin_city_code:
        source.origin_city_code = SHANGHAI_CITY


def _classify(row: WasteRow) -> None:
    known = row.waste_code is not None and is_waste_code(row.waste_code)
    row.category_code = category_of(row.waste_code) if known and row.waste_code else None
    row.major_class = major_class_of(row.category_code) if row.category_code else None


def total(quantities: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the stated quantities; None when none is stated."""
    stated = [q for q in quantities if q is not None]
    return sum(stated, ZERO) if stated else None


def _receiver(receiver: Any) -> None:
    for row in receiver.facilities:
        row.permitted_waste_codes = sorted(set(row.permitted_waste_codes))
    main = primary(receiver)
    if receiver.receiver_province_code is None and main is not None:
        receiver.receiver_province_code = main.facility_province_code


def primary(receiver: Any) -> FacilityRow | None:
    """The facility marked as the primary one; the only facility when none is marked."""
    rows: list[FacilityRow] = receiver.facilities
    marked = [row for row in rows if row.is_primary]
    return marked[0] if marked else (rows[0] if len(rows) == 1 else None)


def primary_path(receiver: Any) -> str:
    """The path of the primary facility; of the table when there is none."""
    main = primary(receiver)
    rows: list[FacilityRow] = receiver.facilities
    place = next((n for n, row in enumerate(rows) if row is main), None)
    return "receiver.facilities" if place is None else f"receiver.facilities[{place}]"


def _route(form: Any) -> None:
    route = form.route
    for leg in route.legs:
        leg.via_province_codes = sorted(set(leg.via_province_codes))
    lengths = [leg.leg_distance_km for leg in route.legs if leg.leg_distance_km is not None]
    route.route_distance_km = sum(lengths, Decimal("0.0")) if lengths else None
    route.transport_mode = main_mode(route.legs)
    route.transit_province_codes = _transit(route.legs, form.receiver.receiver_province_code)


def main_mode(legs: Iterable[Any]) -> str | None:
    """The mode of the longest leg; of equally long ones ship before other before road."""
    measured = [leg for leg in legs if leg.leg_mode in RANK and leg.leg_distance_km is not None]
    longest = max(measured, key=lambda leg: (leg.leg_distance_km, RANK[leg.leg_mode]), default=None)
    return None if longest is None else longest.leg_mode


def _transit(legs: Iterable[Any], destination: str | None) -> list[str]:
    """Provinces on the way, ends left out, ascending."""
    met: set[str] = set()
    for leg in legs:
        met |= {province_of(code) for code in (leg.from_county_code, leg.to_county_code) if code}
        met |= {province_of(code) for code in leg.via_province_codes}
    return sorted(met - {SHANGHAI, destination or ""})


def remaining(receiver: Any, committed_here: Decimal) -> Decimal | None:
    """Tonnes the receiver can still take this year: capacity − max(stated, known to us); None while unstated."""
    capacity, stated = receiver.receiver_annual_capacity_t, receiver.receiver_committed_t
    if capacity is None or stated is None:
        return None
    left: Decimal = capacity - max(stated, committed_here)
    return left.quantize(ZERO)


def name_from_registers(form: Any, facts: Any) -> None:
    """Fill waste_name, the full addresses and receiver_remaining_t from the facts of the day, in place."""
    for row in form.waste.wastes:
        entry = facts.waste_codes.get(row.waste_code or "")
        row.waste_name = str(entry["name"]) if entry else None
    form.source.origin_full = full_address(form.source, "origin", facts.places) or None
    for facility in form.receiver.facilities:
        facility.facility_full = full_address(facility, "facility", facts.places) or None
    form.receiver.receiver_remaining_t = remaining(form.receiver, facts.committed)
