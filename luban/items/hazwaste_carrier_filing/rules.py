"""Prechecks of a carrier's filing (危险废物: supporting filing after part two, §1.1, §12.10).

The brief lists the checks without ids; they are numbered here: CF-00 blanks · CF-01 the kind of filing fits
the entry · CF-02 credit code · CF-03 the licence's term · CF-04 plates · CF-05 plates filed twice · CF-06 fuel and
emission stage · CF-07 a valid vehicle · CF-08 a driver and an escort · CF-09 papers · CF-10 what no source verified ·
CF-11 signed as it stands.
Whether the emergency number can be called at all is seen to by its type (mobile, or landline with area code).
A filing that gives the entry up (注销) is asked for nothing of licence, vehicles and persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from stdnum.cn import uscc

from luban.items.hazwaste_carrier_filing.facts import FilingFacts
from luban.items.hazwaste_carrier_filing.form import CANCEL, CarrierFiling
from luban.items.hazwaste_carrier_filing.materials import APPLICATION, PERSON_PAPER, VEHICLE_PAPER
from luban.kit.book import KEY_SEPARATOR
from luban.kit.findings import Finding
from luban.kit.form import form_spec, missing_values
from luban.kit.rules import Rules, block, warn
from luban.registers.carriers.decisions import CHANGE, hindrance
from luban.registers.carriers.eligibility import MUST_HAVE, runs, works
from luban.registers.carriers.parts import Carrier, Person, Vehicle

RULES = Rules(version="2026-1")
USCC_LENGTH = 18
NOT_APPLICABLE = "NA"
VERIFIED_BY = "data_hub"
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{4,6}[A-Z0-9挂学警港澳]"
)
"""A plate of the mainland (§1.1)."""


def _gives_up(form: CarrierFiling) -> bool:
    return form.filing.kind == CANCEL


@RULES.rule("CF-00")
def complete(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Everything asked is answered and pledged."""
    for path, label in missing_values(form):
        yield block(path, f"请填写{label}。")
    if not form.pledge.truthful:
        yield block("pledge.truthful", "请确认承诺。")


@RULES.rule("CF-01")
def kind_fits(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """A new filing for a firm not yet filed, the others for one that is; one at a time."""
    kind = form.filing.kind
    entry = facts.terms.get(f"carrier_filing_kind{KEY_SEPARATOR}{kind}") if kind else None
    wrong = hindrance(facts.own, kind=str(kind), by=facts.number) if entry else None
    if wrong:
        yield block("filing.kind", wrong)


@RULES.rule("CF-02")
def credit_code(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The credit code holds (§11.4), and is the firm's own."""
    code = form.carrier.uscc
    if not code:
        return
    if len(code) != USCC_LENGTH or not uscc.is_valid(code):
        yield block("carrier.uscc", f"统一社会信用代码“{code}”校验不通过，请核对。")
    elif code != facts.applicant.uscc:
        yield block("carrier.uscc", "运输单位必须与登录企业一致，只能为本单位备案。")


@RULES.rule("CF-03")
def licence_term(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The licence begins before it ends, and has not ended."""
    begins, ends = form.carrier.rtl_from, form.carrier.rtl_to
    if _gives_up(form) or ends is None:
        return
    if begins is not None and begins > ends:
        yield block("carrier.rtl_to", f"许可证有效期起{begins}晚于有效期止{ends}，请核对。")
    if ends < today:
        yield block("carrier.rtl_to", f"许可证已过期（有效期至{ends}），请换证后再备案。")


def _vehicles(form: CarrierFiling) -> Iterator[tuple[str, Any]]:
    """The rows of vehicles with their paths; none when the filing is given up."""
    if not _gives_up(form):
        yield from ((f"fleet.vehicles[{n}]", row) for n, row in enumerate(form.fleet.vehicles))


@RULES.rule("CF-04")
def plates_are_plates(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Road vehicles carry a plate of the mainland."""
    without = facts.params.codes("carriers.no_plate_types")
    for path, row in _vehicles(form):
        if row.plate_no and row.vehicle_type not in without and not PLATE.fullmatch(row.plate_no):
            yield block(f"{path}.plate_no", f"车牌“{row.plate_no}”格式不对，请按行驶证填写，例如 沪A12345。")


@RULES.rule("CF-05")
def plates_once(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """A vehicle stands once in the filing; one that another carrier has filed is pointed out."""
    seen: dict[str, int] = {}
    for number, (path, row) in enumerate(_vehicles(form), start=1):
        plate = row.plate_no
        if not plate:
            continue
        if plate in seen:
            yield block(f"{path}.plate_no", f"车牌“{plate}”与第{seen[plate]}行重复，请删除一行。")
        elif plate in facts.plates:
            yield warn(
                f"{path}.plate_no", f"车牌“{plate}”已由{facts.plates[plate]}备案，请核实车辆归属后再提交。"
            )
        seen.setdefault(plate, number)


@RULES.rule("CF-06")
def emission_fits_fuel(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """What burns nothing has no emission stage, and only that (§12.10)."""
    clean = facts.params.codes("carriers.no_exhaust_fuels")
    for path, row in _vehicles(form):
        if not row.fuel_type or not row.emission_stage:
            continue
        fuel = _name(facts, "vehicle_fuel", row.fuel_type)
        if row.fuel_type in clean and row.emission_stage != NOT_APPLICABLE:
            yield block(f"{path}.emission_stage", f"{row.plate_no or '该车'}为{fuel}，排放阶段应选“不适用”。")
        elif row.fuel_type not in clean and row.emission_stage == NOT_APPLICABLE:
            yield block(
                f"{path}.emission_stage",
                f"{row.plate_no or '该车'}为{fuel}，排放阶段不能选“不适用”，请按随车清单选择。",
            )


def _name(facts: FilingFacts, dictionary: str, code: str) -> str:
    entry = facts.terms.get(f"{dictionary}{KEY_SEPARATOR}{code}")
    return str(entry["name"]) if entry else code


@RULES.rule("CF-07")
def valid_vehicle(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """At least one vehicle may run today."""
    rows = [row for _, row in _vehicles(form)]
    if not _gives_up(form) and not any(runs(_vehicle(row), today) for row in rows):
        yield block(
            "fleet.vehicles", "请至少填写1辆有效车辆（未停用且道路运输证在有效期内）。", vehicles=len(rows)
        )


def _vehicle(row: Any) -> Vehicle:
    return Vehicle(plate_no=row.plate_no or "", status=row.status or "", cert_to=row.cert_to)


@RULES.rule("CF-08")
def driver_and_escort(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """At least one driver and one escort hold a certificate that runs today."""
    if _gives_up(form):
        return
    persons = [
        Person(name=row.name or "", role=row.role or "", cert_to=row.cert_to) for row in form.staff.persons
    ]
    for role, title in MUST_HAVE.items():
        if not any(works(person, role, today) for person in persons):
            yield block("staff.persons", f"请至少填写1名{title}，且从业资格证在有效期内。", role=role)


@RULES.rule("CF-09")
def papers_there(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Every paper that is asked for is there; a change hands in those of what is new or was renewed."""
    materials = facts.materials
    if _gives_up(form):
        return
    for slot in materials.missing():
        at = f"[{slot.binding}]" if slot.binding is not None else ""
        yield block(f"materials.{slot.material.code}{at}", f"缺少材料：{slot.title}。")
    if form.filing.kind == CHANGE and facts.own is not None:
        yield from _new_vehicles(form, facts, facts.own)
        yield from _new_persons(form, facts, facts.own)


def _new_vehicles(form: CarrierFiling, facts: FilingFacts, own: Carrier) -> Iterator[Finding]:
    filed = {(vehicle.plate_no, vehicle.cert_to) for vehicle in own.vehicles}
    for n, row in enumerate(form.fleet.vehicles, start=1):
        known = (row.plate_no, row.cert_to) in filed
        if row.plate_no and not known and not facts.materials.of(VEHICLE_PAPER, n):
            path = f"materials.{VEHICLE_PAPER}[{n}]"
            yield block(path, f"车辆{row.plate_no}为新增或换证，请上传其道路运输证。")


def _new_persons(form: CarrierFiling, facts: FilingFacts, own: Carrier) -> Iterator[Finding]:
    filed = {(person.cert_no, person.cert_to) for person in own.persons}
    for n, row in enumerate(form.staff.persons, start=1):
        known = (row.cert_no, row.cert_to) in filed
        if row.name and not known and not facts.materials.of(PERSON_PAPER, n):
            path = f"materials.{PERSON_PAPER}[{n}]"
            yield block(path, f"{row.name}为新增或换证，请上传其从业资格证。")


@RULES.rule("CF-10")
def verified_by_a_source(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Firm data typed by hand because the source was out is pointed out once."""
    section = form_spec(CarrierFiling).section("carrier")
    fetched = [
        f"carrier.{f.name}" for f in section.fields if any(s.startswith(VERIFIED_BY) for s in f.meta.prefill)
    ]
    manual = [path for path in fetched if facts.sources.get(path) == "manual"]
    if manual:
        yield warn(manual[0], "企业基础信息未能自动核验，审核时须人工核对。", paths="、".join(manual))


@RULES.rule("CF-11")
def signed_as_it_stands(form: CarrierFiling, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The application is signed, and has not been changed since."""
    if not facts.seal.signed:
        yield block(f"materials.{APPLICATION}", "申请表尚未签章。")
    elif not facts.seal.unchanged:
        yield block(f"materials.{APPLICATION}", "表单内容在签章后发生变更，请重新生成并签章。")
