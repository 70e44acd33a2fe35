"""P-01…P-04, P-21, P-22, P-25 and the bounds of X-00: fire with the brief's words, silent otherwise."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    CARRIER_NAME,
    GENERATOR,
    PLATES,
    RECEIVER,
    carrier,
    check,
    management_plan,
    of,
    vehicles,
)
from luban.kit.facts import Applicant
from luban.registers.transfer_permits.parts import Pending, Permit, PermitRow

PENDING = Pending(case_no="WZC-310115-20260601-0001", receiver_uscc=RECEIVER, codes=("398-004-22",))


def permit(left: str, **changes: Any) -> Permit:
    """A permit of 100 t for the first code, with so much left."""
    row = PermitRow(
        code="398-004-22", mode="R4", approved_t=Decimal(100), transferred_t=Decimal(100) - Decimal(left)
    )
    whole = Permit(
        permit_no="沪环危转示〔2026〕1号",
        generator_uscc=GENERATOR,
        receiver_uscc=RECEIVER,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        rows=(row,),
    )
    return dataclasses.replace(whole, **changes)


FIRES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "P-01",
        {"generator.generator_uscc": "91310115MA7K3Q2X8X"},
        {},
        "block 移出人统一社会信用代码校验位不正确。",
    ),
    (
        "P-01",
        {"receiver.receiver_uscc": "91330803MA29R4WJ6"},
        {},
        "block 接收单位统一社会信用代码校验位不正确。",
    ),
    (
        "P-01",
        {},
        {"carriers": {CARRIER: carrier(uscc="91310114631987K21A")}},
        f"block 运输单位{CARRIER_NAME}统一社会信用代码校验位不正确。",
    ),
    (
        "P-02",
        {"receiver.receiver_province": "310000"},
        {},
        "block 接收单位位于上海市，不属于跨省转移，请办理市内转移。",
    ),
    ("P-03", {"generator.generator_adcode": "320583"}, {}, "block 移出设施须位于上海市。"),
    ("P-03", {"generator.generator_adcode": "310199"}, {}, "block 移出设施须位于上海市。"),
    ("P-04", {"receiver.receiver_uscc": GENERATOR}, {}, "block 移出人与接收单位不得为同一单位。"),
    (
        "P-21",
        {},
        {"pending": (PENDING,)},
        "block 已有在办申请（WZC-310115-20260601-0001），不可重复提交。",
    ),
    (
        "P-22",
        {},
        {"permits": (permit("30.0001"),)},
        "warn 已有有效许可（沪环危转示〔2026〕1号）余量30.0001吨，请确认是否需要新办。",
    ),
    (
        "P-25",
        {"contract.pollution_clause": False},
        {},
        "block 合同须约定运输、贮存、利用、处置的污染防治要求及相关责任。",
    ),
    (
        "P-25",
        {"contract.pollution_clause": None},
        {},
        "block 合同须约定运输、贮存、利用、处置的污染防治要求及相关责任。",
    ),
]

SILENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("P-01", {}, {}),
    ("P-02", {}, {}),
    ("P-03", {"generator.generator_adcode": "310151"}, {}),
    ("P-04", {}, {}),
    ("P-21", {}, {"pending": (dataclasses.replace(PENDING, receiver_uscc=GENERATOR),)}),
    ("P-21", {}, {"pending": (dataclasses.replace(PENDING, codes=("900-039-49",)),)}),
    ("P-21", {}, {"pending": (PENDING,), "number": PENDING.case_no}),
    ("P-22", {}, {"permits": (permit("30"),)}),
    ("P-22", {}, {"permits": (permit("80", valid_to=date(2026, 6, 30)),)}),
    ("P-22", {}, {"permits": (permit("80", receiver_uscc=GENERATOR),)}),
    ("P-22", {"generator.apply_kind": "renew"}, {"permits": (permit("80"),)}),
    ("P-25", {}, {}),
]


@pytest.mark.parametrize(("rule", "values", "changes", "says"), FIRES)
def test_each_clause_fires_in_the_briefs_words(
    rule: str, values: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    assert of(check(values, **changes), rule) == [says]


@pytest.mark.parametrize(("rule", "values", "changes"), SILENT)
def test_each_clause_is_silent_otherwise(rule: str, values: dict[str, Any], changes: dict[str, Any]) -> None:
    assert of(check(values, **changes), rule) == []


BOUNDS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"waste.wastes.1.main_components": ""}, {}, "block 请填写第2行主要成分及有害成分。"),
    ({"waste.wastes": []}, {}, "block 请填写废物。"),
    ({"transport.carriers.0.vehicles": []}, {}, "block 请填写第1行车辆。"),
    ({"waste.wastes.0.unit_price": None}, {}, "block 请填写第1行单价。"),
    ({"generator.eia_approval_no": None}, {}, "block 请填写环评批复文号。"),
    ({"plan.transit_storage": True}, {}, "block 请填写停放/转运地点。"),
    (
        {"waste.wastes.0.waste_code": "900-000-22"},
        {},
        "block 请填写第1行鉴别报告编号。",
    ),
    (
        {"waste.wastes.0.disposal_mode": "D5"},
        {},
        "block 第1行利用处置方式D5：该代码未启用，请改选其他方式。",
    ),
    (
        {"receiver.receiver_process_desc": "电解"},
        {},
        "block 利用处置工艺说明不少于30字，现有2字。",
    ),
    ({"plan.route_desc": "沪昆高速"}, {}, "block 运输路线不少于10字，现有4字。"),
    ({}, {"applicant": Applicant(RECEIVER)}, "block 移出人必须与登录企业一致。"),
    ({"generator.generator_industry": "C39"}, {}, "block 行业类别为4位数字，请填写小类代码。"),
    (
        {"generator.generator_lng": "119"},
        {},
        "warn 设施坐标（经度）119.000000不在本市范围（120.85至122.25）内，请核对。",
    ),
    (
        {},
        {"plan": None},
        "block 没有查到本单位已备案的管理计划（GLJH-2026-0001），请核对编号，或先办理管理计划备案。",
    ),
    (
        {},
        {"plan": management_plan(generator_uscc=RECEIVER)},
        "block 没有查到本单位已备案的管理计划（GLJH-2026-0001），请核对编号，或先办理管理计划备案。",
    ),
    (
        {"generator.apply_kind": "renew", "generator.renew_from_permit_no": "别人的"},
        {},
        "block 续办原许可（别人的）不是本单位的许可，请核对文号。",
    ),
    ({"receiver.receiver_adcode": "320583"}, {}, "block 接收单位设施所在区县与所在省份不一致。"),
    (
        {"receiver.receiver_adcode": "330411"},
        {},
        "block 距离表中没有两地里程，请从地图上选择接收单位设施坐标，以便估算里程。",
    ),
    (
        {"transport.carriers.0.vehicles.0.plate_no": "沪A99999"},
        {},
        f"block 车辆沪A99999不在运输单位{CARRIER_NAME}的备案车辆中，请重新选择。",
    ),
    (
        {},
        {"carriers": {CARRIER: carrier(vehicles=vehicles(status="disabled"))}},
        f"block 车辆{PLATES[0]}已被运输单位{CARRIER_NAME}停用，请重新选择。",
    ),
    (
        {"transport.carriers.0.drivers": ["示例戊"]},
        {},
        f"block 示例戊不是运输单位{CARRIER_NAME}备案的有效驾驶员，请重新选择。",
    ),
    ({"contract.contract_from": "2028-01-01"}, {}, "block 合同有效期起始日不得晚于截止日。"),
    (
        {"transport.carriers.0.contract_from": "2028-01-01"},
        {},
        "block 第1行运输合同起始日不得晚于截止日。",
    ),
    ({"pledge.commit_true": False}, {}, "block 请确认“所填内容和所附材料真实、准确、完整”。"),
]


@pytest.mark.parametrize(("values", "changes", "says"), BOUNDS)
def test_what_is_blank_or_out_of_bounds_is_reported(
    values: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    assert says in of(check(values, **changes), "X-00")


def test_a_whole_application_has_nothing_out_of_bounds() -> None:
    assert of(check(), "X-00") == []


def test_combined_transport_asks_each_carrier_for_its_leg() -> None:
    found = check({"plan.transport_mode": ["road", "ship"]})
    said = of(found, "X-00")
    assert "block 请填写第1行承运区段。" in said
    assert "block 请填写离岸码头（发站）。" in said
