"""What review and scoring read from form and registers alike (brief 7.1): one reading each, so that CR-05 and C2, CR-19
and A1, CR-07 and D1 never see different facts.

Everything is pure. `row` is a waste of the form; paths are those of the form. What is not known is None, never zero.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.derive import fleet_of, loads, system_distance
from luban.items.hazwaste_transfer_out.term import point_to_point
from luban.kit.book import Entry
from luban.kit.clock import add_months
from luban.registers.carriers.eligibility import class_needs
from luban.registers.carriers.parts import WHOLE_SCOPE
from luban.registers.divisions.places import SHANGHAI
from luban.registers.exemptions.judge import Asked, conclude
from luban.registers.exemptions.parts import Conclusion
from luban.registers.exemptions.questions import GENERATOR, RECEIVER, answers_of
from luban.registers.hazardous_waste import codes, modes, packages, provinces
from luban.registers.hazardous_waste.parts import HAZARDS, CatalogueWaste, Distance
from luban.registers.receivers.capacity import Able, able, room_key
from luban.registers.receivers.cover import line_cover, line_number, scope_cover
from luban.registers.receivers.parts import Cover, Licence, Receiver, Room, Scope
from luban.registers.transfer_permits.figures import History, count_permits, history
from luban.registers.transfer_permits.parts import Permit
from luban.registers.whitelists.hit import whitelist_hit
from luban.registers.whitelists.parts import WasteLine, WhitelistEntry

NOTHING = Decimal(0)
DAY = timedelta(days=1)
MODES = frozenset({"ship", "rail"})


def wastes(form: Any) -> Iterator[tuple[str, Any]]:
    """Each waste with its path."""
    for n, row in enumerate(form.waste.wastes):
        yield f"waste.wastes[{n}]", row


def tonnes_by_code(form: Any) -> dict[str, tuple[str, Decimal]]:
    """Tonnes applied for by code, with the path of its first row; rows of one code in several ways add up."""
    found: dict[str, tuple[str, Decimal]] = {}
    for path, row in wastes(form):
        if row.waste_code:
            first, before = found.get(row.waste_code, (path, NOTHING))
            found[row.waste_code] = (first, before + (row.apply_t or NOTHING))
    return found


def vehicle_rows(form: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each chosen vehicle: its path, its row, the row of its carrier."""
    for n, carrier in enumerate(form.transport.carriers):
        for k, vehicle in enumerate(carrier.vehicles):
            yield f"transport.carriers[{n}].vehicles[{k}]", vehicle, carrier


def vehicles(form: Any) -> Iterator[Any]:
    """The rows of the chosen vehicles."""
    yield from (vehicle for _, vehicle, _ in vehicle_rows(form))


def catalogue_waste(row: Any, facts: Any) -> CatalogueWaste | None:
    """What the catalogue in force says of the waste's code."""
    return codes.waste(book=facts.hw_codes, code=row.waste_code, categories=facts.hw_categories)


def hazards_of(row: Any, facts: Any) -> tuple[str, ...]:
    """The hazards that count; of a code the catalogue does not know, the declared ones."""
    entry, declared = catalogue_waste(row, facts), tuple(row.declared_hazards)
    return codes.effective_hazards(waste=entry, declared=declared) if entry else declared


def code_fault(row: Any, facts: Any) -> str:
    """What is wrong with a code (P-05…P-07, M10), in Chinese without a full stop; empty when nothing is."""
    code = row.waste_code
    used = codes.successors(book=facts.hw_codes, code=code)
    if used:
        return f"废物代码{code}为旧版代码，应改用{'、'.join(used)}"
    if catalogue_waste(row, facts) is None:
        return f"废物代码{code}不在《国家危险废物名录（2025年版）》中"
    lacking = codes.is_identified(code) and not row.identification_report_no
    return f"{code}为鉴别认定的代码，没有鉴别报告" if lacking else ""


def beyond_catalogue(row: Any, facts: Any) -> tuple[str, ...]:
    """Declared hazards the catalogue does not list."""
    entry = catalogue_waste(row, facts)
    return codes.beyond_catalogue(waste=entry, declared=row.declared_hazards) if entry else ()


def family_of(mode: str | None, facts: Any) -> str:
    """R, D or S; empty for an unknown way."""
    return modes.family(book=facts.hw_modes, code=mode)


def suitability_of(row: Any, facts: Any) -> modes.Suitability:
    """What the matrix of wastes and ways says (CR-06)."""
    entry = catalogue_waste(row, facts)
    return modes.suitability(
        book=facts.hw_mode_rules,
        code=row.waste_code,
        category=row.hw_category,
        hazards=hazards_of(row, facts),
        form=row.physical_form,
        packaging=row.packaging,
        valuable=bool(entry and entry.valuable),
        mode=row.disposal_mode,
        has_report=bool(row.identification_report_no),
    )


def province_rules(form: Any, facts: Any, row: Any) -> tuple[Entry, ...]:
    """What the receiving province refuses or limits of this waste (CR-18)."""
    return provinces.refusals(
        book=facts.province_rules,
        province=form.receiver.receiver_province,
        code=row.waste_code,
        category=row.hw_category,
        mode=row.disposal_mode,
    )


def road_of(form: Any, facts: Any) -> Distance | None:
    """The system's kilometres by road, from the table or estimated; None by water or rail, or when nobody knows."""
    return system_distance(form, facts)


def distance_of(form: Any, facts: Any) -> Distance | None:
    """The kilometres that count: the system's by road; by water or rail those declared."""
    if MODES & set(form.plan.transport_mode):
        declared = form.plan.route_km
        return None if declared is None else Distance(km=str(declared), kind="declared")
    return road_of(form, facts)


def on_licence(form: Any) -> bool:
    """Whether the receiver takes the waste on a licence, not on an exemption."""
    return form.receiver.qualification_kind not in ("exempt_general", "exempt_p2p")


def licence_of(form: Any, facts: Any) -> Licence | None:
    """The licence stated, as the library holds it."""
    receiver = facts.receiver
    found: Licence | None = receiver.licence(form.receiver.receiver_licence_no) if receiver else None
    return found


def qualified_until(form: Any, facts: Any) -> date | None:
    """The last day of the licence, by the library or else as declared; of point-to-point records the earliest."""
    if form.receiver.qualification_kind == "exempt_p2p":
        found = dict(point_to_point(form, facts))
        ends = [record.valid_to for record in found.values() if record.valid_to is not None]
        return min(ends) if ends and len(found) == len(form.waste.wastes) else None
    licence = licence_of(form, facts)
    known = licence.valid_to if licence else None
    return known or form.receiver.licence_valid_to


def cover_of(licence: Licence, row: Any, family: str) -> tuple[Cover, int, Scope | None]:
    """The best the licence says of a code, with number and line that say it."""
    cover, line = scope_cover(licence=licence, code=row.waste_code, mode=row.disposal_mode, family=family)
    return cover, line_number(licence=licence, scope=line) if line else 0, line


def lines_for(licence: Licence, row: Any) -> tuple[Scope, ...]:
    """The lines that speak of a code."""
    speaking = (
        s for s in licence.scopes if line_cover(scope=s, code=row.waste_code) is not Cover.NOT_COVERED
    )
    return tuple(speaking)


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a receiver may take in, has taken, has promised, and is asked to take now of the same room; tonnes.
    `source` is synced or declared."""

    capacity: Decimal | None
    received: Decimal
    committed: Decimal
    applied: Decimal
    source: str = "synced"

    @property
    def total(self) -> Decimal:
        """Taken, promised and asked for."""
        return self.received + self.committed + self.applied

    @property
    def share(self) -> Decimal | None:
        """Of what it may take, how much that is; None when the capacity is not known."""
        return self.total / self.capacity if self.capacity else None


def use_of(form: Any, facts: Any, row: Any) -> Use | None:
    """The room a waste draws on, with everything this application asks of it; what was declared where the library
    knows no room. None when neither says anything."""
    key, room = _room_of(form, facts, row)
    if room is not None:
        applied = sum(
            (w.apply_t or NOTHING for _, w in wastes(form) if _room_of(form, facts, w)[0] == key), NOTHING
        )
        source = room.usage_source
        return Use(
            capacity=room.capacity,
            received=room.received,
            committed=room.committed,
            applied=applied,
            source=source,
        )
    stated = form.receiver
    if stated.receiver_capacity_t is None or stated.receiver_used_t is None:
        return None
    return Use(
        capacity=stated.receiver_capacity_t,
        received=stated.receiver_used_t,
        committed=stated.receiver_committed_t or NOTHING,
        applied=form.plan.total_t or NOTHING,
        source="declared",
    )


def sum_of(used: Use) -> str:
    """The tonnes of a room in a sentence."""
    parts = f"已用{figure(used.received)}+已批未收{figure(used.committed)}+本次{figure(used.applied)}"
    return f"{parts}={figure(used.total)}吨"


def _room_of(form: Any, facts: Any, row: Any) -> tuple[str, Room | None]:
    licence = licence_of(form, facts)
    if licence is None or not on_licence(form):
        return "", None
    _, _, line = cover_of(licence, row, family_of(row.disposal_mode, facts))
    key = room_key(licence=licence, scope=line) if line else ""
    return key, facts.rooms.get(key)


def able_in(form: Any, facts: Any, row: Any, region: Collection[str], *, remaining: bool) -> tuple[Able, ...]:
    """The firms of some provinces with a licence good when the transfer begins that covers the code in the same family;
    with `remaining` they must have the tonnes left beside what everybody else has been promised or has applied for."""
    family = family_of(row.disposal_mode, facts)
    speaking = _speaking(facts.region).get((row.hw_category or "", family), ())
    return able(
        receivers=(firm for firm in speaking if firm.province in region),
        code=row.waste_code,
        family=family,
        on=form.plan.plan_start,
        tonnes=row.apply_t,
        committed_by=facts.claimed,
        require_room=remaining,
    )


Speaking = Mapping[tuple[str, str], tuple[Receiver, ...]]
_held: list[tuple[tuple[Receiver, ...], Speaking]] = []
"""The last firms put in order, so that clauses and factors of one case, row by row, look through thousands but once."""


def _speaking(firms: tuple[Receiver, ...]) -> Speaking:
    """The firms by category and family of their licence lines: of thousands, the few worth asking."""
    for known, ordered in tuple(_held):
        if known is firms:
            return ordered
    found: dict[tuple[str, str], dict[str, Receiver]] = {}
    for firm in firms:
        for licence in firm.licences:
            for line in licence.scopes:
                found.setdefault((line.category, line.mode_family), {})[firm.uscc] = firm
    ordered = {key: tuple(by_uscc.values()) for key, by_uscc in found.items()}
    _held[:] = [(firms, ordered), *_held[:3]]
    return ordered


def past_of(form: Any, facts: Any, row: Any, today: date) -> History:
    """How earlier permits for the same firms and code went."""
    months = facts.params.integer("hwt.score.b1_months")
    receiver, code = form.receiver.receiver_uscc, row.waste_code
    return history(permits=facts.permits, receiver=receiver, code=code, accepted_on=today, months=months)


def permits_in_force(form: Any, facts: Any, row: Any, today: date, scope: str) -> int:
    """Permits in force by the scope of C4; this case's own and the one being renewed are left out."""
    held = facts.receiver_permits if scope == "receiver_all" else facts.permits
    without = {one for one in (facts.number, form.generator.renew_from_permit_no) if one}
    return count_permits(permits=held, code=row.waste_code, day=today, scope=scope, without=without)


def left_of(permit: Permit, code: str) -> Decimal:
    """Tonnes of a code a permit still allows."""
    return sum((row.left for row in permit.rows if row.code == code), NOTHING)


def left_share(permit: Permit, code: str) -> Decimal:
    """Of the tonnes of a code a permit approved, how much is left; 0 without any."""
    approved = sum((row.approved_t for row in permit.rows if row.code == code), NOTHING)
    return left_of(permit, code) / approved if approved else NOTHING


def whitelisted_by(form: Any, facts: Any, today: date) -> tuple[WhitelistEntry, ...]:
    """The entries of the white lists this application meets on the day."""
    lines = [
        WasteLine(code=row.waste_code or "", mode=row.disposal_mode or "", tonnes=row.apply_t)
        for _, row in wastes(form)
    ]
    uscc = form.receiver.receiver_uscc
    return whitelist_hit(entries=facts.whitelist, receiver=uscc, wastes=lines, day=today)


def exemption_of(form: Any, facts: Any, row: Any, today: date) -> Conclusion:
    """What the exemption relied on comes to, by what the applicant answered to its conditions; what the register knows
    of the receiver's accidents goes before its answer."""
    firm = facts.receiver
    answers = answers_of((one.condition_key, one.met) for one in row.exemption_conditions)
    recorded = firm.accident_free if firm else None
    asked = Asked(
        code=row.waste_code or "",
        provinces=(SHANGHAI, form.receiver.receiver_province or ""),
        day=today,
        generator_uscc=form.generator.generator_uscc or "",
        receiver_uscc=form.receiver.receiver_uscc or "",
        family=family_of(row.disposal_mode, facts),
        tonnes=row.apply_t,
        answers=answers,
        accident_free=(
            answers.get(GENERATOR),
            answers.get(RECEIVER) if recorded is None else recorded,
        ),
    )
    kind = form.receiver.qualification_kind
    return conclude(asked=asked, rules=facts.exemption_rules, records=facts.p2p, declared_kind=kind)


def contract_months(contract: Any) -> int | None:
    """Whole months of the contract with the receiver: the most `m` with first day + m months − 1 day ≤ last day."""
    first, last = contract.contract_from, contract.contract_to
    if first is None or last is None:
        return None
    months: int = max((last.year - first.year) * 12 + last.month - first.month + 1, 0)
    while months and add_months(first, months) - DAY > last:
        months -= 1
    return months


def liquid_tight(form: Any, facts: Any, row: Any) -> bool:
    """Whether a liquid goes in closed packaging or in a tank (12.9)."""
    tanks = facts.params.codes("hwt.liquid_vehicles")
    closed = packages.closed(book=facts.hw_packaging, packaging=row.packaging)
    return closed or any(vehicle.vehicle_type in tanks for vehicle in vehicles(form))


def uncovered(form: Any, facts: Any, vehicle: Any, carrier_row: Any) -> tuple[str, ...]:
    """Names of the hazards the wastes may have that the vehicle's classes of dangerous goods do not cover; a vehicle of
    which no classes are registered has those of its carrier."""
    carrier = facts.carriers.get(carrier_row.carrier_id or "")
    known = fleet_of(carrier).get(vehicle.plate_no or "")
    if carrier is None or known is None:
        return ()
    needed, scope = class_needs(facts.hw_hazard_classes.rows), set(known.cert_scope or carrier.rtl_scope)
    if WHOLE_SCOPE in scope:
        return ()
    lacking = [
        hazard
        for load in loads(form, facts)
        for hazard in load.hazards
        if (wanted := needed(hazard, load.form)) and not scope & set(wanted)
    ]
    return tuple(HAZARDS.get(hazard, hazard) for hazard in dict.fromkeys(lacking))


def figure(value: Decimal) -> str:
    """A figure as it is written in a sentence: without trailing zeros, never as a power."""
    return format(value.normalize(), "f")


def plain_names(names: Iterable[str]) -> set[str]:
    """Names without spaces and variants of width, as they are compared with what was read on paper."""
    return {"".join(unicodedata.normalize("NFKC", name).split()) for name in names}
