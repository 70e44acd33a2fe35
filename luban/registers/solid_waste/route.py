"""Which restrictions a route meets (一般固体废物 1.5). Pure.

A county is met where a leg begins, ends or its name is on the way; a wharf by its exact name; a road by its name in
the roads of a leg; a province where a leg begins, ends or passes. A restriction holds for its wastes (a code, its
category, empty = all), its modes (of the leg) and its period (sharing a day with the term).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from luban.kit.book import BookOnDay, Entry
from luban.registers.divisions.places import province_of


@dataclass(frozen=True)
class Met:
    """A restriction met, and on which leg first (from 0)."""

    restriction: Entry
    leg: int


def restrictions_met(form: Any, restrictions: BookOnDay) -> Iterator[Met]:
    """Each restriction the route meets, once, in the register's order."""
    for row in restrictions.rows:
        if row["enabled"] and _wastes(form, row) and _in_period(form, row):
            leg = next((n for n, leg in enumerate(form.route.legs) if _on_leg(form, leg, row)), None)
            if leg is not None:
                yield Met(row, leg)


def _wastes(form: Any, row: Entry) -> bool:
    scope = set(row["waste_scope"])
    own = {code for w in form.waste.wastes for code in (w.waste_code, w.category_code) if code}
    return not scope or bool(scope & own)


def _in_period(form: Any, row: Entry) -> bool:
    start, end = form.contract.start_date, form.contract.end_date
    begins, ends = row["period_from"], row["period_to"]
    return not (end and begins and end < begins) and not (start and ends and start > ends)


def _on_leg(form: Any, leg: Any, row: Entry) -> bool:
    if row["mode_scope"] and leg.leg_mode not in row["mode_scope"]:
        return False
    target = str(row["target"])
    ends = [code for code in (leg.from_county_code, leg.to_county_code) if code]
    if row["kind"] == "county":
        return target in ends
    if row["kind"] == "province":
        return target in {province_of(code) for code in ends} | set(leg.via_province_codes)
    if row["kind"] == "wharf":
        return target in _wharves(form, leg)
    return target in (leg.via_roads or "")


def _wharves(form: Any, leg: Any) -> set[str]:
    if leg.leg_mode != "ship":
        return set()
    named = (leg.from_name, leg.to_name, form.route.departure_wharf_name, form.route.arrival_wharf_name)
    return {name for name in named if name}
