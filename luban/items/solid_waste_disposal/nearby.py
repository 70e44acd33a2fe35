"""How near and how necessary: hints for the reviewer, never a bar (一般固体废物 2A.7). Pure; thresholds are parameters."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from luban.kit.parameters import ParametersOnDay

LIGHTS = (("green", "绿"), ("yellow", "黄"), ("red", "红"))
OVERALL = (("usual", "常规"), ("attention", "一般关注"), ("key", "重点审查"))
LABELS = {"distance": "距离", "transit": "途经", "capacity": "能力", "necessity": "必要性"}
HUNDRED = 100


def _light(value: Decimal | int | None, params: ParametersOnDay, key: str) -> str:
    """Green up to the first threshold, yellow up to the second, red above; nothing stated counts as red."""
    first, second = (Decimal(limit) for limit in params.codes(key))
    if value is None or value > second:
        return "red"
    return "green" if value <= first else "yellow"


def occupied_pct(form: Any, committed_here: Decimal) -> Decimal | None:
    """Share of the receiver's yearly capacity that would be taken, in %: the larger commitment and this application."""
    receiver, total = form.receiver, form.waste.total_qty_t
    capacity, stated = receiver.receiver_annual_capacity_t, receiver.receiver_committed_t
    if not capacity or stated is None or total is None:
        return None
    share: Decimal = (max(stated, committed_here) + total) * HUNDRED / capacity
    return share


def lights(form: Any, *, params: ParametersOnDay, committed_here: Decimal) -> Mapping[str, str]:
    """The four lights by name."""
    reason = form.end_use.necessity_reason
    necessity = "red"
    if reason in params.codes("nearby.necessity_green"):
        necessity = "green"
    elif reason in params.codes("nearby.necessity_yellow"):
        necessity = "yellow"
    return {
        "distance": _light(form.route.route_distance_km, params, "nearby.km"),
        "transit": _light(len(form.route.transit_province_codes), params, "nearby.transits"),
        "capacity": _light(occupied_pct(form, committed_here), params, "nearby.capacity_pct"),
        "necessity": necessity,
    }


def overall(found: Mapping[str, str]) -> str:
    """Any red: look closely; any yellow: with attention; else as usual."""
    if "red" in found.values():
        return "key"
    return "attention" if "yellow" in found.values() else "usual"
