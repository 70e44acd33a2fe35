"""X-00: what is stated is complete and lies within the bounds of the form's table (§3).

It also holds the bounds no clause of its own repeats: shortest texts, codes from their lists, one's own permits and
plans, vehicles and persons of the chosen carrier, pledges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.items.hazwaste_transfer_out.derive import fleet_of
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.kit.findings import Finding
from luban.kit.form import form_spec, missing_values
from luban.kit.rules import Rules, block, warn
from luban.registers.carriers.parts import Carrier
from luban.registers.divisions.places import province_of
from luban.registers.hazardous_waste.modes import mode_refused

RULES = Rules()
SPEC = form_spec(TransferForm)
ROAD = "road"
_FOUR_DIGITS = re.compile(r"\d{4}", re.ASCII)
_PROVINCE = re.compile(r"\d{2}0000", re.ASCII)
SHORTEST = {
    "receiver.receiver_process_desc": "hwt.process_words",
    "plan.route_desc": "hwt.route_words",
}
"""Texts with a least length, and the parameter that holds it."""


@RULES.rule("X-00", law="HWTM.21")
def stated_in_full(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Every unconditional answer is given, and lies within the bounds of the form's table."""
    for path, _ in missing_values(form):
        yield block(path, f"请填写{SPEC.label(path)}。")
    yield from _long_enough(form, facts)
    yield from _generator(form, facts)
    yield from _receiver(form, facts)
    yield from _wastes(form, facts)
    yield from _way(form, facts)
    yield from _carriers(form, facts, facts.submitted_on or today)
    yield from _days_in_order(form)
    yield from _pledged(form)


def _long_enough(form: TransferForm, facts: Any) -> Iterator[Finding]:
    for path, key in SHORTEST.items():
        section, name = path.split(".")
        text, least = getattr(getattr(form, section), name), facts.params.integer(key)
        if text and len(text) < least:
            yield block(path, f"{SPEC.label(path)}不少于{least}字，现有{len(text)}字。")


def _generator(form: TransferForm, facts: Any) -> Iterator[Finding]:
    own = form.generator
    if own.generator_uscc and own.generator_uscc != facts.applicant.uscc:
        yield block("generator.generator_uscc", "移出人必须与登录企业一致。")
    if own.generator_industry and not _FOUR_DIGITS.fullmatch(own.generator_industry):
        yield block("generator.generator_industry", "行业类别为4位数字，请填写小类代码。")
    yield from _point_in_shanghai(form, facts)
    if own.management_plan_no and not _own_plan(form, facts):
        yield block(
            "generator.management_plan_no",
            f"没有查到本单位已备案的管理计划（{own.management_plan_no}），请核对编号，或先办理管理计划备案。",
        )
    permits = {permit.permit_no for permit in facts.permits}
    if own.renew_from_permit_no and own.renew_from_permit_no not in permits:
        yield block(
            "generator.renew_from_permit_no",
            f"续办原许可（{own.renew_from_permit_no}）不是本单位的许可，请核对文号。",
        )


def _point_in_shanghai(form: TransferForm, facts: Any) -> Iterator[Finding]:
    for name, key in (("generator_lng", "geo.shanghai.lng"), ("generator_lat", "geo.shanghai.lat")):
        value, (low, high) = getattr(form.generator, name), facts.params.codes(key)
        if value is not None and not float(low) <= float(value) <= float(high):
            path = f"generator.{name}"
            yield warn(path, f"{SPEC.label(path)}{value}不在本市范围（{low}至{high}）内，请核对。")


def _own_plan(form: TransferForm, facts: Any) -> bool:
    plan = facts.plan
    return (
        plan is not None and plan.status == "filed" and plan.generator_uscc == form.generator.generator_uscc
    )


def _receiver(form: TransferForm, facts: Any) -> Iterator[Finding]:
    county, province = form.receiver.receiver_adcode, form.receiver.receiver_province
    if province and not _PROVINCE.fullmatch(province):
        yield block("receiver.receiver_province", "所在省份须为省级区划，请从列表中选择。")
    elif county and province and province_of(county) != province:
        yield block("receiver.receiver_adcode", "接收单位设施所在区县与所在省份不一致。")


def _wastes(form: TransferForm, facts: Any) -> Iterator[Finding]:
    for n, row in enumerate(form.waste.wastes):
        refused = mode_refused(book=facts.hw_modes, code=row.disposal_mode)
        if refused:
            yield block(f"waste.wastes[{n}].disposal_mode", f"第{n + 1}行{refused}")


def _way(form: TransferForm, facts: Any) -> Iterator[Finding]:
    """Where the table of roads is silent, the receiver's place on the map is needed."""
    plan, receiver = form.plan, form.receiver
    by_road = plan.transport_mode == [ROAD] and receiver.receiver_adcode and form.generator.generator_adcode
    if (
        by_road
        and plan.system_km is None
        and (receiver.receiver_lng is None or receiver.receiver_lat is None)
    ):
        yield block(
            "receiver.receiver_lng", "距离表中没有两地里程，请从地图上选择接收单位设施坐标，以便估算里程。"
        )


def _carriers(form: TransferForm, facts: Any, filed: date) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for n, row in enumerate(form.transport.carriers):
        first = seen.setdefault(row.carrier_id, n) if row.carrier_id else n
        if first != n:
            yield block(
                f"transport.carriers[{n}].carrier_id",
                f"第{first + 1}行与第{n + 1}行为同一运输单位，请合并。",
            )
        carrier = facts.carriers.get(row.carrier_id or "")
        if carrier is not None:
            yield from _vehicles(n, row, carrier)
            yield from _persons(n, row, carrier, filed)


def _vehicles(n: int, row: Any, carrier: Carrier) -> Iterator[Finding]:
    fleet, seen = fleet_of(carrier), set[str]()
    for k, vehicle in enumerate(row.vehicles):
        path, plate = f"transport.carriers[{n}].vehicles[{k}].plate_no", vehicle.plate_no
        if not plate:
            continue
        known = fleet.get(plate)
        if known is None:
            yield block(path, f"车辆{plate}不在运输单位{carrier.name}的备案车辆中，请重新选择。")
        elif known.status == "disabled":
            yield block(path, f"车辆{plate}已被运输单位{carrier.name}停用，请重新选择。")
        if plate in seen:
            yield block(path, f"车辆{plate}重复，请删除一行。")
        seen.add(plate)


def _persons(n: int, row: Any, carrier: Carrier, filed: date) -> Iterator[Finding]:
    for name, role, title in (("drivers", "driver", "驾驶员"), ("escorts", "escort", "押运员")):
        valid = {p.name for p in carrier.persons if p.role == role and p.cert_to and p.cert_to >= filed}
        for person in getattr(row, name):
            if person not in valid:
                yield block(
                    f"transport.carriers[{n}].{name}",
                    f"{person}不是运输单位{carrier.name}备案的有效{title}，请重新选择。",
                )


def _days_in_order(form: TransferForm) -> Iterator[Finding]:
    contract = form.contract
    if contract.contract_from and contract.contract_to and contract.contract_from > contract.contract_to:
        yield block("contract.contract_to", "合同有效期起始日不得晚于截止日。")
    for n, row in enumerate(form.transport.carriers):
        if row.contract_from and row.contract_to and row.contract_from > row.contract_to:
            yield block(f"transport.carriers[{n}].contract_to", f"第{n + 1}行运输合同起始日不得晚于截止日。")


def _pledged(form: TransferForm) -> Iterator[Finding]:
    for name in ("commit_true", "commit_transport"):
        if not getattr(form.pledge, name):
            path = f"pledge.{name}"
            yield block(path, f"请确认“{SPEC.label(path)}”。")
