"""Values the form computes itself, and values the registers name when the rules run.

`derive` needs nothing but the form; it runs after every reading. `name_from_registers` fills what only a register
knows, as of the day of the facts, so that the submitted version carries the words of its day: the catalogue's hazards,
the kilometres of the system, all that is read-only of a carrier and the snapshot of its eligibility.
Source: domain brief 危险废物 第一部分 §3 (〔算〕, 〔运库〕), §7.1 km.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.term import in_months
from luban.registers.carriers.eligibility import Eligibility, class_needs, eligibility
from luban.registers.carriers.parts import Carrier, Load, Vehicle
from luban.registers.hazardous_waste import codes
from luban.registers.hazardous_waste.distance import road_distance
from luban.registers.hazardous_waste.parts import Distance
from luban.registers.whitelists.hit import whitelist_hit
from luban.registers.whitelists.parts import WasteLine

QUANTUM = Decimal("0.0001")
PER_TONNE = Decimal(1000)
FORM_OF_LOAD = {"powder": "solid", "sludge": "semi_solid"}
"""Carriers ask for five forms only; the others keep their code."""

SYNCED, DECLARED = "synced", "declared"
VEHICLE_FIELDS = (
    "vehicle_type",
    "load_t",
    "fuel_type",
    "emission_stage",
    "transport_cert_no",
    "cert_to",
    "gps_device_no",
)


def derive(form: Any) -> None:
    """Fill in place what follows from the form alone."""
    for row in form.waste.wastes:
        row.hw_category = (
            codes.category_of(row.waste_code) if codes.is_hazardous_code(row.waste_code) else None
        )
        row.apply_t = tonnes(qty=row.apply_qty, unit=row.qty_unit, unit_weight_kg=row.unit_weight_kg)
    form.plan.total_t = total(form)
    form.plan.plan_months = in_months(start=form.plan.plan_start, end=form.plan.plan_end)
    generator = form.generator
    generator.agent_is_legal_person = _same_person(generator.agent_name, generator.generator_legal_person)
    generator.apply_kind = generator.apply_kind or ("renew" if generator.renew_from_permit_no else "first")
    parties = (generator.generator_name, form.receiver.receiver_name)
    form.contract.contract_parties = "、".join(name for name in parties if name) or None


def tonnes(*, qty: Decimal | None, unit: str | None, unit_weight_kg: Decimal | None) -> Decimal | None:
    """A quantity in tonnes, four places, rounded half up; None while it cannot be told. Source: 约定."""
    if qty is None:
        return None
    if unit == "t":
        return qty.quantize(QUANTUM, ROUND_HALF_UP)
    if unit == "kg":
        return (qty / PER_TONNE).quantize(QUANTUM, ROUND_HALF_UP)
    if unit == "pcs" and unit_weight_kg is not None:
        return (qty * unit_weight_kg / PER_TONNE).quantize(QUANTUM, ROUND_HALF_UP)
    return None


def total(form: Any) -> Decimal | None:
    """The sum of the rows in tonnes; None when no row says any."""
    stated = [row.apply_t for row in form.waste.wastes if row.apply_t is not None]
    return sum(stated, Decimal("0.0000")) if stated else None


def _same_person(agent: str | None, legal_person: str | None) -> bool | None:
    return None if agent is None or legal_person is None else agent == legal_person


def name_from_registers(form: Any, facts: Any) -> None:
    """Fill in place what the registers know, as of the day of the facts."""
    for row in form.waste.wastes:
        entry = codes.waste(book=facts.hw_codes, code=row.waste_code, categories=facts.hw_categories)
        listed = entry is not None and not codes.is_identified(row.waste_code)
        row.catalogue_hazards = entry.expression if entry and listed else None
    distance = system_distance(form, facts)
    form.plan.system_km = Decimal(distance.km) if distance else None
    form.plan.system_km_kind = distance.kind if distance else None
    form.receiver.receiver_used_source = usage_source(form, facts)
    form.receiver.whitelist_declared = on_whitelist(form, facts)
    for row in form.transport.carriers:
        carrier = facts.carriers.get(row.carrier_id or "")
        _copy_carrier(row, carrier)
        found = eligibility_of(row, form, facts, day_of(facts))
        row.eligibility_level = found.level.value if found else None
        row.eligibility_reasons = "\n".join(r.message for r in found.reasons) or None if found else None


def day_of(facts: Any) -> date:
    """The day the facts were asked for."""
    day: date = facts.hw_codes.day
    return day


def system_distance(form: Any, facts: Any) -> Distance | None:
    """Road kilometres by the table, else estimated; none when part of the way goes by water or rail (§7.1)."""
    generator, receiver = form.generator, form.receiver
    if set(form.plan.transport_mode) - {"road"}:
        return None
    return road_distance(
        book=facts.distances,
        start=generator.generator_adcode,
        end=receiver.receiver_adcode,
        start_point=(generator.generator_lng, generator.generator_lat),
        end_point=(receiver.receiver_lng, receiver.receiver_lat),
    )


def usage_source(form: Any, facts: Any) -> str | None:
    """Whether this year's intake comes from the library or from the applicant; None without a licence."""
    if form.receiver.qualification_kind != "licence":
        return None
    mine = f"{form.receiver.receiver_licence_no}|"
    rooms = [room for key, room in facts.rooms.items() if key.startswith(mine)]
    return SYNCED if rooms and all(room.usage_source == SYNCED for room in rooms) else DECLARED


def on_whitelist(form: Any, facts: Any) -> bool:
    """Whether the receiver is on a white list for every waste of this application."""
    lines = tuple(
        WasteLine(code=row.waste_code or "", mode=row.disposal_mode or "", tonnes=row.apply_t)
        for row in form.waste.wastes
    )
    hits = whitelist_hit(
        entries=facts.whitelist,
        receiver=form.receiver.receiver_uscc,
        wastes=lines,
        day=day_of(facts),
    )
    return bool(hits)


def _copy_carrier(row: Any, carrier: Carrier | None) -> None:
    """All that is read-only of a carrier; blank when it is not in the library."""
    row.carrier_name = carrier.name if carrier else None
    row.uscc = carrier.uscc if carrier else None
    row.rtl_no = carrier.rtl_no if carrier else None
    row.rtl_to = carrier.rtl_to if carrier else None
    row.rtl_scope = list(carrier.rtl_scope) if carrier else []
    row.contact = carrier.contact_name if carrier else None
    row.phone = carrier.contact_phone if carrier else None
    fleet = fleet_of(carrier)
    for vehicle in row.vehicles:
        known = fleet.get(vehicle.plate_no or "")
        for name in VEHICLE_FIELDS:
            setattr(vehicle, name, (getattr(known, name) if known else None) or None)


def fleet_of(carrier: Carrier | None) -> Mapping[str, Vehicle]:
    """A carrier's vehicles by plate."""
    return {vehicle.plate_no: vehicle for vehicle in carrier.vehicles} if carrier else {}


def loads(form: Any, facts: Any) -> tuple[Load, ...]:
    """The wastes as a carrier's eligibility asks for them; rows whose code the catalogue does not know are left out."""
    found = []
    for row in form.waste.wastes:
        entry = codes.waste(book=facts.hw_codes, code=row.waste_code, categories=facts.hw_categories)
        if entry is None:
            continue
        hazards = codes.effective_hazards(waste=entry, declared=row.declared_hazards)
        form_of_load = FORM_OF_LOAD.get(row.physical_form, row.physical_form or "")
        found.append(Load(code=entry.code, hazards=hazards, joint=entry.joint, form=form_of_load))
    return tuple(found)


def eligibility_of(row: Any, form: Any, facts: Any, today: date) -> Eligibility | None:
    """What CQ-01…13 say of a chosen carrier; None when it is not in the library."""
    carrier = facts.carriers.get(row.carrier_id or "")
    if carrier is None:
        return None
    return eligibility(
        carrier=carrier,
        plan_start=form.plan.plan_start,
        plan_end=form.plan.plan_end,
        loads=loads(form, facts),
        today=today,
        classes=class_needs(facts.hw_hazard_classes.rows),
        params=facts.params,
        chosen=tuple(vehicle.plate_no for vehicle in row.vehicles if vehicle.plate_no),
    )
