"""SWC-17, 19, 21…25, 28: who carries it, over which wharf, which way, how far, past what restrictions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, finding, warn
from luban.registers.divisions.places import SHANGHAI, province_of
from luban.registers.solid_waste.addresses import distance_km, point
from luban.registers.solid_waste.conditions import BY_SHIP
from luban.registers.solid_waste.derive import primary
from luban.registers.solid_waste.parts_way import MODES, OTHER_WAY
from luban.registers.solid_waste.route import restrictions_met
from luban.registers.solid_waste.rules.aspects import PROCESS

RULES = Rules()
WHARF = ("name", "county_code", "address", "operator")
KM = Decimal("0.01")


def carrier_name(row: Any, n: int) -> str:
    """How a carrier is called in a sentence."""
    return row.carrier_name or f"第{n + 1}行"


@RULES.rule("SWC-17", law="SWPL.37", aspect=PROCESS)
def carriage_covers_term(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Each contract of carriage is in force throughout the term."""
    start, end = form.contract.start_date, form.contract.end_date
    for n, row in enumerate(form.transport.carriers):
        first, last = row.transport_contract_start, row.transport_contract_end
        if row.is_self_transport or not (start and end and first and last):
            continue
        if first > start or last < end:
            yield block(
                f"transport.carriers[{n}].transport_contract_end",
                f"运输单位“{carrier_name(row, n)}”的运输合同有效期未覆盖转移期限。",
            )


@RULES.rule("SWC-19", law="SWPL.37", aspect=PROCESS)
def carrier_licensed(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Each carrier's licence is in force when the transfer begins, and had better last to its end."""
    start, end = form.contract.start_date, form.contract.end_date
    for n, row in enumerate(form.transport.carriers):
        path, until = f"transport.carriers[{n}].carrier_licence_valid_to", row.carrier_licence_valid_to
        if until and start and until < start:
            yield block(path, f"运输单位“{carrier_name(row, n)}”资质已于{until}到期。")
        elif until and end and until < end:
            yield warn(
                path,
                f"运输单位“{carrier_name(row, n)}”资质将于{until}到期，早于转移结束日期，请及时续期。",
            )


@RULES.rule("SWC-21", aspect=PROCESS)
def wharf_stated(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """By ship: the wharf of departure is stated, and is one of ours."""
    if not BY_SHIP.holds(None, form):
        return
    route = form.route
    blank = next((n for n in WHARF if not getattr(route, f"departure_wharf_{n}")), None)
    if blank:
        yield block(
            f"route.departure_wharf_{blank}", "采用轮船运输的，必须填写离岸码头名称、所在地、地址和经营单位。"
        )
    name, county = route.departure_wharf_name, route.departure_wharf_county_code
    if not name:
        return
    entry = facts.wharves.get(name)
    ours = entry is not None and bool(entry["enabled"])
    if not ours or (county and province_of(county) != SHANGHAI):
        yield warn("route.departure_wharf_name", f"离岸码头“{name}”不在本市码头库，请核实。")


@RULES.rule("SWC-22", aspect=PROCESS)
def carriers_for_legs(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Each leg has a carrier of its mode; a carrier by ship has a ship."""
    modes = {row.carrier_mode for row in form.transport.carriers}
    words = dict(MODES)
    for n, leg in enumerate(form.route.legs):
        if leg.leg_mode and leg.leg_mode not in modes:
            mode = words.get(leg.leg_mode, leg.leg_mode)
            yield block(f"route.legs[{n}].leg_mode", f"第{n + 1}段运输方式为{mode}，缺少相应的运输单位。")
    for n, row in enumerate(form.transport.carriers):
        if row.carrier_mode == "ship" and not row.ships:
            yield block(
                f"transport.carriers[{n}].ships", f"运输单位“{carrier_name(row, n)}”须至少登记一艘船舶。"
            )


@RULES.rule("SWC-23", aspect=PROCESS)
def legs_meet(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The route runs from the site to the primary facility without a gap, and boards ship at the stated wharf."""
    legs = form.route.legs
    if not legs:
        return
    origin = form.source.origin_county_code
    if legs[0].from_county_code and origin and legs[0].from_county_code != origin:
        yield block("route.legs[0].from_county_code", "运输路线起点与产废设施所在区不一致。")
    for n in range(1, len(legs)):
        before, here = legs[n - 1].to_county_code, legs[n].from_county_code
        if before and here and before != here:
            yield block(f"route.legs[{n}].from_county_code", f"第{n + 1}段起点与上一段终点不一致。")
    main = primary(form.receiver)
    goal = main.facility_county_code if main else None
    if legs[-1].to_county_code and goal and legs[-1].to_county_code != goal:
        yield block(f"route.legs[{len(legs) - 1}].to_county_code", "运输路线终点与接收设施所在地不一致。")
    wharf = form.route.departure_wharf_name
    first = next((n for n, leg in enumerate(legs) if leg.leg_mode == "ship"), None)
    if wharf and first is not None and legs[first].from_name not in (None, wharf):
        yield block(f"route.legs[{first}].from_name", f"第{first + 1}段起点与离岸码头不一致。")


@RULES.rule("SWC-24", aspect=PROCESS)
def distance_plausible(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The route is no shorter than the straight line, and not much longer."""
    main = primary(form.receiver)
    start, goal = point(form.source, "origin"), point(main, "facility") if main else None
    stated = form.route.route_distance_km
    if start is None or goal is None or stated is None:
        return
    direct = distance_km(start, goal)
    shown = Decimal(direct).quantize(KM)
    if float(stated) < direct:
        yield block("route.legs", f"路线总里程{stated}公里小于起讫点直线距离{shown}公里，请核实。")
    elif float(stated) > direct * float(facts.params.decimal("swc.24.detour_factor")):
        yield warn("route.legs", f"路线总里程{stated}公里明显大于直线距离{shown}公里，请说明绕行原因。")


@RULES.rule("SWC-25", aspect=PROCESS)
def way_described(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Another mode is explained, and the roads are named."""
    if OTHER_WAY.holds(None, form) and not form.route.other_mode_desc:
        yield block("route.other_mode_desc", "运输方式为“其他”的，必须说明具体方式。")
    vague = set(facts.params.codes("swc.25.vague_roads"))
    for n, leg in enumerate(form.route.legs):
        if leg.via_roads and re.sub(r"\s", "", leg.via_roads) in vague:
            yield block(f"route.legs[{n}].via_roads", f"第{n + 1}段须填写具体途经道路或航道。")


@RULES.rule("SWC-28", aspect=PROCESS)
def restrictions(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The route meets no restriction; the register says how grave each is."""
    for met in restrictions_met(form, facts.restrictions):
        row = met.restriction
        yield finding(
            row["level"],
            f"route.legs[{met.leg}]",
            f"路线命中管控要求：{row['reason']}。",
            restriction=row.key,
        )
