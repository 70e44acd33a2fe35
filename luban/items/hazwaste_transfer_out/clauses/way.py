"""CR-09, CR-10, CR-19: who carries it, in what, which way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.items.hazwaste_transfer_out.derive import eligibility_of
from luban.kit.verdicts import Clauses, Judged, doubts, fails, passes
from luban.registers.hazardous_waste import packages
from luban.registers.hazardous_waste.parts import Distance

CLAUSES = Clauses()
WORSE = ("UNQUALIFIED", "INCOMPLETE")


@CLAUSES.clause("CR-09", "运输单位", law="HWTM.23")
def carriers_fit(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """Each carrier may be chosen on this day, for this term and these wastes."""
    for n, row in enumerate(form.transport.carriers):
        path = f"transport.carriers[{n}].carrier_id"
        found = eligibility_of(row, form, facts, today)
        if found is None:
            name = row.carrier_name or row.carrier_id or f"第{n + 1}行"
            yield fails(f"运输单位库没有{name}，请从运输单位库选择", path, carrier_id=row.carrier_id)
            continue
        said = f"{row.carrier_name or row.carrier_id}：{'；'.join(r.message.rstrip('。') for r in found.reasons)}"
        seen = {"carrier_id": row.carrier_id, "level": found.level}
        if found.level in WORSE:
            yield fails(said, path, **seen)
        elif found.level == "REMIND":
            yield doubts(said, path, **seen)
        else:
            yield passes("运输单位资质符合", path, **seen)


@CLAUSES.clause("CR-10", "车辆", law="HWTM.23")
def vehicles_fit(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """Each vehicle's papers last and name the hazards; liquids go in a tank or in closed packaging."""
    found = [*_papers(form), *_classes(form, facts), *_liquids(form, facts)]
    chosen = len(tuple(readings.vehicles(form)))
    if chosen or found:
        yield from found or [passes("车辆符合", "transport.carriers", vehicles=chosen)]


def _liquids(form: Any, facts: Any) -> Iterator[Judged]:
    """Each liquid against packaging and vehicles; of packaging the table does not describe a person judges."""
    for path, row in readings.wastes(form):
        if row.physical_form != "liquid" or readings.liquid_tight(form, facts, row):
            continue
        where = f"{path}.packaging"
        if packages.by_hand(book=facts.hw_packaging, packaging=row.packaging):
            yield doubts(f"液态废物{row.waste_code}的包装须人工核实是否密闭", where, code=row.waste_code)
        else:
            said = f"液态废物{row.waste_code}须采用密闭容器或罐式车辆运输"
            yield fails(said, where, code=row.waste_code)


def _papers(form: Any) -> Iterator[Judged]:
    """The transport certificate of each vehicle against the term."""
    start, end = form.plan.plan_start, form.plan.plan_end
    for path, vehicle, _ in readings.vehicle_rows(form):
        until, plate = vehicle.cert_to, vehicle.plate_no
        if until is None or start is None or end is None:
            continue
        seen = {"plate_no": plate, "cert_to": until, "start": start, "end": end}
        if until < start:
            yield fails(f"车辆{plate}道路运输证至{until}，在拟转移开始前已到期", f"{path}.cert_to", **seen)
        elif until < end:
            yield doubts(
                f"车辆{plate}道路运输证将于{until}到期，早于拟转移结束日期", f"{path}.cert_to", **seen
            )


def _classes(form: Any, facts: Any) -> Iterator[Judged]:
    """The classes of dangerous goods of each vehicle against every hazard the wastes may have."""
    for path, vehicle, carrier in readings.vehicle_rows(form):
        lacking = readings.uncovered(form, facts, vehicle, carrier)
        if lacking:
            said = f"车辆{vehicle.plate_no}的类项不覆盖{'、'.join(lacking)}特性"
            yield doubts(said, f"{path}.plate_no", plate_no=vehicle.plate_no, hazards=lacking)


@CLAUSES.clause("CR-19", "途经与路线", law="HWTM.23")
def route_plausible(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The kilometres are known and agree with those declared; nothing stops over on the way."""
    found, path = readings.road_of(form, facts), "plan.route_km"
    said: list[Judged] = []
    if found is None:
        said.append(doubts("距离表没有两地里程，无法核对申报里程", path))
    elif found.kind == "estimated":
        said.append(
            doubts(f"系统里程{found.km}千米为按坐标估算，须人工核对", path, km=found.km, kind=found.kind)
        )
    apart, most = _apart(form.plan.route_km, found), facts.params.decimal("hwt.distance_pct")
    if found is not None and apart is not None and apart > most:
        reason = f"申报里程{form.plan.route_km}千米与系统里程{found.km}千米相差超过{most}%"
        said.append(doubts(reason, path, declared=form.plan.route_km, km=found.km))
    if form.plan.transit_storage:
        where = form.plan.transit_storage_place or "未写明地点"
        said.append(doubts(f"中途停放或转运（{where}），须人工核实", "plan.transit_storage", place=where))
    yield from said or [passes("路线合理", path, km=found.km if found else None)]


def _apart(declared: Decimal | None, system: Distance | None) -> Decimal | None:
    """By how many per cent of the system's kilometres the declared ones differ; None when either is not known."""
    if declared is None or system is None or Decimal(system.km) == 0:
        return None
    return abs(declared - Decimal(system.km)) / Decimal(system.km) * 100
