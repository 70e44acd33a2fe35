"""Written applications for tests: sample 1 of the brief (危险废物 §13), the facts around it, and how to bend both."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from luban.items.hazwaste_transfer_out.facts import TransferFacts
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.materials import MATERIALS
from luban.items.hazwaste_transfer_out.rules import RULES
from luban.kit.book import Book, BookOnDay, read_csv
from luban.kit.facts import Applicant, SealState
from luban.kit.findings import Finding
from luban.kit.materials import HandedIn, Materials, expected
from luban.kit.parameters import ParametersOnDay
from luban.kit.reading import read_form
from luban.kit.rules import run_rules
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.carriers.parts import Carrier, Person, Vehicle
from luban.registers.management_plans.parts import ManagementPlan, PlanRow
from luban.registers.receivers.parts import Licence, Receiver, Room, Scope
from luban.registers.whitelists.parts import WhitelistEntry

ITEM = "hazwaste_transfer_out"
FOLDER = Path(__file__).parents[1]
DAY = date(2026, 7, 1)
GENERATOR = "91310115MA7K3Q2X8Y"
RECEIVER = "91330803MA29R4WJ62"
RECEIVER_NAME = "浙江临溪金属再生有限公司"
LICENCE = "浙危废经演示第001号"
PLAN_NO = "GLJH-2026-0001"
CARRIER = "YSDW00000001"
CARRIER_NAME = "沪川危运（演示）"
PLATES = ("沪A10001", "沪A10002", "沪A10003", "沪AD10004")
CARRIERS_PARAMS = {"carriers.licence_notice_days": "30", "carriers.confirm_months": "12"}
GENERATED = {"M01"}


def payload() -> dict[str, Any]:
    """Sample 1: 398-004-22 (300 t) and 398-051-22 (120 t) to Zhejiang, R4, from 2026-08-01 to 2027-07-31."""
    return {
        "generator": _generator(),
        "receiver": _receiver(),
        "waste": {"wastes": [_waste("398-004-22", "300", "200"), _waste("398-051-22", "120", "150")]},
        "plan": _plan(),
        "transport": {"carriers": [_carrier()]},
        "contract": {
            "contract_no": "HT-2026-001",
            "contract_kind": "contract",
            "contract_from": "2026-07-01",
            "contract_to": "2027-12-31",
            "contract_total_t": "500",
            "pollution_clause": True,
        },
        "pledge": {"commit_true": True, "commit_transport": True, "commitment_mode": "online"},
    }


def _generator() -> dict[str, Any]:
    return {
        "generator_name": "上海拾穗微电子有限公司",
        "generator_uscc": GENERATOR,
        "generator_ent_id": "SH0001",
        "generator_kind": "producer",
        "generator_industry": "3982",
        "generator_reg_address": "上海市浦东新区示例路1号",
        "generator_adcode": "310115",
        "generator_facility_address": "上海市浦东新区示例路1号",
        "generator_lng": "121.600000",
        "generator_lat": "31.200000",
        "generator_legal_person": "示例甲",
        "generator_contact": "示例乙",
        "generator_phone": "13800000001",
        "generator_emergency_phone": "021-12345678",
        "agent_name": "示例甲",
        "agent_phone": "13800000001",
        "eia_approval_no": "沪环评示〔2020〕1号",
        "management_plan_no": PLAN_NO,
    }


def _receiver() -> dict[str, Any]:
    return {
        "receiver_uscc": RECEIVER,
        "receiver_name": RECEIVER_NAME,
        "receiver_province": "330000",
        "receiver_adcode": "330803",
        "receiver_facility_address": "浙江省衢州市衢江区示例路1号",
        "receiver_contact": "示例丙",
        "receiver_phone": "13800000002",
        "qualification_kind": "licence",
        "receiver_licence_no": LICENCE,
        "licence_kind": "comprehensive",
        "licence_valid_from": "2023-05-10",
        "licence_valid_to": "2028-05-09",
        "licence_issuer": "浙江省生态环境厅（演示）",
        "licence_scope_text": "HW22 含铜废物 20000吨/年",
        "receiver_capacity_t": "20000",
        "receiver_used_t": "9800",
        "receiver_committed_t": "2100",
        "receiver_process_desc": "含铜废液经中和沉淀、酸溶、电解回收金属铜，尾水处理达标后排放，残渣另行处置。",
        "receiver_residue_desc": "无",
    }


def _waste(code: str, qty: str, price: str) -> dict[str, Any]:
    return {
        "waste_name": "含铜废液",
        "waste_code": code,
        "declared_hazards": ["T"],
        "physical_form": "liquid",
        "main_components": "铜5%至8%，盐酸10%至15%",
        "source_process": "蚀刻",
        "generation_source": "G1",
        "packaging": ["PK10"],
        "qty_unit": "t",
        "apply_qty": qty,
        "disposal_mode": "R4",
        "fee_direction": "receiver_pays",
        "unit_price": price,
        "transfer_batches": 20,
        "storage_qty_t": "5",
        "storage_location": "1号危废库（示例）",
    }


def _plan() -> dict[str, Any]:
    return {
        "plan_start": "2026-08-01",
        "plan_end": "2027-07-31",
        "transport_mode": ["road"],
        "route_desc": "G60沪昆高速至衢州，经示例路到厂",
        "route_km": "430",
        "transit_storage": False,
        "emergency_plan_no": "31-0115-2026-001",
        "emergency_measures": "配备吸附材料、围堵器材，事故立即报告。",
        "necessity_reason": "本市没有相应的剩余能力。",
    }


def _carrier() -> dict[str, Any]:
    return {
        "carrier_id": CARRIER,
        "vehicles": [{"plate_no": plate} for plate in PLATES],
        "drivers": ["示例丁"],
        "escorts": ["示例戊"],
        "contract_no": "YS-2026-001",
        "contract_from": "2026-07-01",
        "contract_to": "2027-12-31",
    }


def carrier(**changes: Any) -> Carrier:
    """The carrier of sample 1: three diesel lorries of stage six and an electric one, all tankers."""
    vehicles = tuple(
        Vehicle(
            plate_no=plate,
            vehicle_type="tanker",
            load_t=Decimal(20),
            transport_cert_no=f"YSZ{n}",
            cert_to=date(2028, 1, 1),
            fuel_type="BEV" if n == len(PLATES) - 1 else "DIESEL",
            emission_stage="NA" if n == len(PLATES) - 1 else "CN6A",
            gps_device_no=f"GPS{n}",
            track_bound=True,
        )
        for n, plate in enumerate(PLATES)
    )
    persons = (
        Person(name="示例丁", role="driver", cert_no="J1", cert_to=date(2028, 1, 1)),
        Person(name="示例戊", role="escort", cert_no="Y1", cert_to=date(2028, 1, 1)),
    )
    whole = Carrier(
        carrier_id=CARRIER,
        name=CARRIER_NAME,
        uscc="91310114631987K21K",
        reg_adcode="310114",
        reg_address="上海市嘉定区示例路1号",
        legal_person="示例己",
        contact_name="示例庚",
        contact_phone="13800000003",
        emergency_phone="13800000004",
        rtl_no="沪字示例001",
        rtl_issuer="上海市道路运输管理局（演示）",
        rtl_from=date(2024, 1, 1),
        rtl_to=date(2028, 1, 1),
        rtl_scope=("6.1", "8", "HW"),
        rtl_files=("rtl.pdf",),
        last_confirmed_at=date(2026, 6, 1),
        vehicles=vehicles,
        persons=persons,
    )
    return dataclasses.replace(whole, **changes)


def vehicles(**changes: Any) -> tuple[Vehicle, ...]:
    """The carrier's vehicles, each changed alike."""
    return tuple(dataclasses.replace(vehicle, **changes) for vehicle in carrier().vehicles)


def licence(**changes: Any) -> Licence:
    """The receiver's licence of sample 1."""
    scope = Scope(
        category="HW22", match_type="ALL", mode_codes=("R4",), mode_family="R", capacity_t=Decimal(20000)
    )
    whole = Licence(
        licence_no=LICENCE,
        holder_uscc=RECEIVER,
        valid_from=date(2023, 5, 10),
        valid_to=date(2028, 5, 9),
        issuer="浙江省生态环境厅（演示）",
        scopes=(scope,),
    )
    return dataclasses.replace(whole, **changes)


def receiver(*licences: Licence) -> Receiver:
    """The receiver of sample 1, with these licences (its own when none is given)."""
    return Receiver(
        uscc=RECEIVER,
        name=RECEIVER_NAME,
        province="330000",
        facility_adcode="330803",
        licences=licences or (licence(),),
    )


def plan_row(code: str, **changes: Any) -> PlanRow:
    """A row of the management plan."""
    whole = PlanRow(
        code=code,
        annual_generation_t=Decimal(400),
        opening_stock_t=Decimal(20),
        planned_offsite_t=Decimal(400),
        receiver_name=RECEIVER_NAME,
        receiver_uscc=RECEIVER,
        mode="R4",
    )
    return dataclasses.replace(whole, **changes)


def management_plan(**changes: Any) -> ManagementPlan:
    """The management plan of 2026 with both codes."""
    whole = ManagementPlan(
        plan_no=PLAN_NO,
        generator_uscc=GENERATOR,
        year=2026,
        rows=(plan_row("398-004-22"), plan_row("398-051-22")),
    )
    return dataclasses.replace(whole, **changes)


@cache
def book(name: str, day: date = DAY) -> BookOnDay:
    """A register as it ships, on a day."""
    return shipped(name).at(day)


@cache
def params(day: date = DAY) -> ParametersOnDay:
    """The parameters that ship, with this item's own."""
    text = (FOLDER / "params.csv").read_text(encoding="utf-8")
    own = read_csv(spec=spec_of("parameters"), text=text, defaults={"item": ITEM})
    keys = {entry.key for entry in own}
    rows = [row for row in shipped("parameters").rows if row.key not in keys]
    return ParametersOnDay(Book("parameters", (*rows, *own)).at(day), ITEM, given=CARRIERS_PARAMS)


def handed_in(form: TransferForm) -> tuple[HandedIn, ...]:
    """A file in every required slot, the carriers' pledges among them."""
    return tuple(
        HandedIn(slot.material.code, filename=f"{slot.material.code}.pdf", binding=slot.binding, check="pass")
        for slot in expected(MATERIALS, form)
        if slot.required and slot.material.code not in GENERATED
    )


def facts_for(form: TransferForm, *, day: date = DAY, files: Any = None, **changes: Any) -> TransferFacts:
    """The facts around sample 1; `files` None hands in all that is required; `changes` replace facts by name."""
    books = "hw_codes hw_categories hw_modes hw_packaging hw_mode_rules hw_hazard_classes province_rules distances"
    given = {name: book(name, day) for name in (*books.split(), "score_bands", "calendar")}
    whole = TransferFacts(
        item=ITEM,
        params=params(day),
        applicant=Applicant(form.generator.generator_uscc or ""),
        materials=Materials(expected(MATERIALS, form), handed_in(form) if files is None else tuple(files)),
        seal=SealState("online", signed=True),
        terms=book("dictionary", day),
        places=book("divisions", day),
        receiver=receiver(),
        region=(receiver(),),
        rooms={
            f"{LICENCE}|1": Room(capacity=Decimal(20000), received=Decimal(9800), committed=Decimal(2100))
        },
        carriers={CARRIER: carrier()},
        whitelist=(WhitelistEntry(entry_id="1", receiver_uscc=RECEIVER, codes=("HW22",)),),
        exemption_rules=(),
        p2p=(),
        permits=(),
        receiver_permits=(),
        claimed={},
        pending=(),
        plan=management_plan(),
        tracks={},
        **given,
    )
    return dataclasses.replace(whole, **changes)


def put(into: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with values laid in by path (`waste.wastes.0.apply_qty`); None takes a value out."""
    changed = copy.deepcopy(into)
    for path, value in values.items():
        *above, last = path.split(".")
        place: Any = changed
        for part in above:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        place[int(last) if isinstance(place, list) else last] = value
    return changed


def form_of(values: Mapping[str, Any] | None = None) -> TransferForm:
    """Sample 1 with values laid in."""
    return read_form(TransferForm, put(payload(), values or {})).form


def check(
    values: Mapping[str, Any] | None = None, *, day: date = DAY, files: Any = None, **changes: Any
) -> tuple[Finding, ...]:
    """All findings on sample 1 with values laid in and facts changed."""
    form = form_of(values)
    facts = facts_for(form, day=day, files=files, **changes)
    form.complete(facts)
    return run_rules(RULES, form, facts, day)


def of(found: Iterable[Finding], rule: str) -> list[str]:
    """The messages of one rule, with their severity: `block 拟转移…`."""
    return [f"{one.severity.value} {one.message}" for one in found if one.rule == rule]
