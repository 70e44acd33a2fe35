"""P-23, P-26, P-27: how far it goes, why so far, through which provinces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.conditions import ADJACENT, OUT_OF_REGION
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.rules.aspects import WAY
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, warn

RULES = Rules()
PER_CENT = Decimal(100)


@RULES.rule("P-23", law="HWTM.3", aspect=WAY)
def why_so_far(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Whoever leaves the region says why."""
    least = facts.params.integer("hwt.proximity_words")
    if OUT_OF_REGION.holds(None, form) and len(form.plan.proximity_reason or "") < least:
        yield block("plan.proximity_reason", f"请填写不就近转移理由（不少于{least}字）。")


@RULES.rule("P-26", aspect=WAY)
def distance_plausible(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The distance declared is about that of the system."""
    stated, system = form.plan.route_km, form.plan.system_km
    share = facts.params.decimal("hwt.distance_pct")
    if stated is not None and system and abs(stated - system) / system * PER_CENT > share:
        yield warn("plan.route_km", f"申报里程与系统里程（{system}千米）相差超过{share}%。")


@RULES.rule("P-27", aspect=WAY)
def provinces_on_the_way(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Beyond the provinces next door there are others on the way."""
    province = form.receiver.receiver_province
    if province and province not in ADJACENT and not form.plan.transit_provinces:
        yield warn("plan.transit_provinces", "请补充途经省份。")
