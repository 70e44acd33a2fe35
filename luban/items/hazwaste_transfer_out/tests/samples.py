"""Samples 1–3 of the brief (危险废物 §13) on the day they are accepted: form and facts, the receivers as they ship."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from luban.items.hazwaste_transfer_out.clauses import CLAUSES
from luban.items.hazwaste_transfer_out.facts import TransferFacts
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    FOLDER,
    GENERATOR,
    ITEM,
    PLAN_NO,
    PLATES,
    RECEIVER,
    book,
    carrier,
    facts_for,
    form_of,
    handed_in,
    management_plan,
    plan_row,
    vehicles,
)
from luban.kit.book import Book, BookOnDay, read_csv
from luban.kit.clock import ZONE
from luban.kit.verdicts import judge
from luban.registers.book.shipped import spec_of
from luban.registers.receivers.assembly import BOOKS, REGION, in_provinces, receivers_of
from luban.registers.receivers.capacity import rooms
from luban.registers.receivers.parts import Receiver
from luban.registers.transfer_permits.parts import Permit, PermitRow
from luban.registers.vehicle_tracks.parts import Track
from luban.registers.whitelists.hit import entries_of

ACCEPTED = date(2026, 7, 2)
ASKED = datetime(2026, 7, 6, 10, tzinfo=ZONE)
OTHER = "91330400MA2TLHW101"
"""Another receiver, for permits that do not concern this one."""

Case = tuple[TransferForm, TransferFacts, date]


@cache
def bands(day: date = ACCEPTED) -> BookOnDay:
    """The score bands this item ships."""
    text = (FOLDER / "score_bands.csv").read_text(encoding="utf-8")
    rows = read_csv(spec=spec_of("score_bands"), text=text, defaults={"item": ITEM})
    return Book("score_bands", rows).at(day)


def known(day: date) -> Mapping[str, Receiver]:
    """The receivers that ship."""
    receivers, licences, scopes, penalties = (book(name, day) for name in BOOKS)
    return receivers_of(receivers=receivers, licences=licences, scopes=scopes, penalties=penalties)


def tracks(plates: Iterable[str], lost: Iterable[str] = ()) -> dict[str, Track]:
    """Vehicles heard of an hour ago; the `lost` ones ten days ago."""
    gone = set(lost)
    return {
        plate: Track(
            plate_no=plate,
            bound=True,
            last_report_at=ASKED - (timedelta(days=10) if plate in gone else timedelta(hours=1)),
            completeness_30d=Decimal("0.95"),
            fetched_at=ASKED,
        )
        for plate in plates
    }


def permit(number: str, first: date, last: date, *rows: tuple[str, str, str], **changes: Any) -> Permit:
    """A permit with rows (code, approved, transferred)."""
    lines = tuple(
        PermitRow(code=code, mode="R4", approved_t=Decimal(most), transferred_t=Decimal(gone))
        for code, most, gone in rows
    )
    base = Permit(
        permit_no=number,
        generator_uscc=GENERATOR,
        receiver_uscc=RECEIVER,
        valid_from=first,
        valid_to=last,
        rows=lines,
    )
    return dataclasses.replace(base, **changes)


def known_facts(form: TransferForm, day: date, **changes: Any) -> dict[str, Any]:
    """What the registers that ship know of this receiver, and a contract that could be read."""
    firms = known(day)
    firm = firms.get(form.receiver.receiver_uscc or "")
    names = [form.generator.generator_name, form.receiver.receiver_name]
    files = [
        dataclasses.replace(one, recognised={"parties": names}) if one.code == "M04" else one
        for one in handed_in(form)
    ]
    found = {
        "receiver": firm,
        "region": in_provinces(receivers=firms, provinces=REGION),
        "rooms": rooms(receiver=firm, permits_committed={}),
        "whitelist": entries_of(book=book("whitelists", day), receiver=form.receiver.receiver_uscc),
        "score_bands": bands(day),
        "files": files,
    }
    return found | changes


def case(values: Mapping[str, Any], day: date, **changes: Any) -> Case:
    """A form completed from its facts, its facts, the day."""
    form = form_of(copy.deepcopy(dict(values)))
    facts = facts_for(form, day=day, **known_facts(form, day, **changes))
    form.complete(facts)
    return form, facts, day


def earlier() -> tuple[Permit, ...]:
    """Two permits used to 78 %, over by now, and one in force to another receiver."""
    codes = ("398-004-22", "398-051-22")
    return (
        permit("旧1", date(2024, 8, 1), date(2025, 7, 31), *((code, "200", "150") for code in codes)),
        permit("旧2", date(2025, 8, 1), date(2026, 6, 30), *((code, "100", "84") for code in codes)),
        permit("他1", date(2025, 9, 1), date(2026, 8, 31), (codes[0], "50", "10"), receiver_uscc=OTHER),
    )


def sample_1(values: Mapping[str, Any] | None = None, **changes: Any) -> Case:
    """Low risk with a bonus."""
    given: dict[str, Any] = {"permits": earlier(), "tracks": tracks(PLATES)}
    return case(values or {}, ACCEPTED, **(given | changes))


def sample_2(values: Mapping[str, Any] | None = None, **changes: Any) -> Case:
    """To Gansu for incineration: not compliant, high risk."""
    plates = PLATES[:3]
    fleet = vehicles(vehicle_type="van", fuel_type="DIESEL", emission_stage="CN5")
    others = tuple(
        permit(f"他{n}", date(2026, 1, 1), date(2026, 12, 31), ("900-039-49", "10", "5"), receiver_uscc=OTHER)
        for n in (1, 2)
    )
    given: dict[str, Any] = {
        "permits": others,
        "tracks": tracks(plates, lost=plates[:1]),
        "carriers": {CARRIER: carrier(vehicles=fleet)},
        "plan": management_plan(rows=(plan_row("900-039-49"),)),
    }
    return case(TO_GANSU | dict(values or {}), date(2026, 7, 14), **(given | changes))


def sample_3(values: Mapping[str, Any] | None = None, **changes: Any) -> Case:
    """To Jiangxi: nobody in the region could take it."""
    plates = PLATES[:2]
    fleet = vehicles(vehicle_type="van", fuel_type="LNG", emission_stage="CN6B")
    given: dict[str, Any] = {
        "tracks": tracks(plates),
        "carriers": {CARRIER: carrier(vehicles=fleet)},
        "plan": management_plan(rows=(plan_row("900-037-46"),)),
    }
    return case(TO_JIANGXI | dict(values or {}), date(2026, 7, 21), **(given | changes))


def _waste(**values: Any) -> dict[str, Any]:
    base = {
        "waste_name": "示例废物",
        "physical_form": "solid",
        "declared_hazards": ["T"],
        "packaging": ["PK06"],
        "qty_unit": "t",
        "generation_source": "G1",
    }
    return base | values


TO_GANSU: dict[str, Any] = {
    "generator.generator_name": "上海澄泥新材料有限公司",
    "generator.generator_uscc": "91310116MA1GT58L82",
    "generator.generator_adcode": "310116",
    "generator.management_plan_no": PLAN_NO,
    "receiver.receiver_uscc": "91620102MA7264NE63",
    "receiver.receiver_name": "甘肃陇中固废处置有限公司",
    "receiver.receiver_province": "620000",
    "receiver.receiver_adcode": "620102",
    "receiver.receiver_licence_no": "甘危废经演示第002号",
    "receiver.licence_valid_from": "2021-10-21",
    "receiver.licence_valid_to": "2026-10-20",
    "waste.wastes": [
        _waste(
            waste_code="900-039-49",
            apply_qty="30",
            disposal_mode="D10",
            fee_direction="generator_pays",
            unit_price="3200",
        )
    ],
    "plan.plan_start": "2026-08-10",
    "plan.plan_end": "2027-02-09",
    "plan.route_km": "2060",
    "plan.transit_provinces": ["320000", "410000", "610000"],
    "transport.carriers.0.vehicles": [{"plate_no": plate} for plate in PLATES[:3]],
    "contract.contract_from": "2026-08-01",
    "contract.contract_to": "2027-01-31",
    "contract.contract_total_t": "30",
}
TO_JIANGXI: dict[str, Any] = {
    "generator.generator_name": "上海禾序化工有限公司",
    "generator.generator_uscc": "91310120574219H69G",
    "generator.generator_adcode": "310120",
    "receiver.receiver_uscc": "91360702MA38CP1T75",
    "receiver.receiver_name": "江西赣南催化再生有限公司",
    "receiver.receiver_province": "360000",
    "receiver.receiver_adcode": "360702",
    "receiver.receiver_licence_no": "赣危废经演示第003号",
    "receiver.licence_valid_from": "2024-03-02",
    "receiver.licence_valid_to": "2029-03-01",
    "waste.wastes": [
        _waste(
            waste_code="900-037-46",
            declared_hazards=["T", "I"],
            apply_qty="60",
            disposal_mode="R8",
            fee_direction="no_fee",
        )
    ],
    "plan.plan_start": "2026-09-01",
    "plan.plan_end": "2027-08-31",
    "plan.route_km": "1050",
    "plan.transit_provinces": ["330000", "360000"],
    "transport.carriers.0.vehicles": [{"plate_no": plate} for plate in PLATES[:2]],
    "contract.contract_from": "2026-09-01",
    "contract.contract_to": "2027-08-31",
    "contract.contract_total_t": "60",
}


def said(case: Case) -> dict[str, tuple[str, str]]:
    """Clause → (verdict, reason)."""
    return {one.rule: (one.verdict.value, one.reason) for one in judge(CLAUSES, *case)}


def firm(case: Case, **changes: Any) -> Case:
    """The case with its receiver changed."""
    form, facts, day = case
    assert facts.receiver is not None
    return form, dataclasses.replace(facts, receiver=dataclasses.replace(facts.receiver, **changes)), day
