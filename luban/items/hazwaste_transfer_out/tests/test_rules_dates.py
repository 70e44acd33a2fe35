"""X-01…X-26: each fires with the brief's words and stays silent beside its bound; samples 1 to 3 as written."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from luban.items.hazwaste_transfer_out.rules import RULES
from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    CARRIER_NAME,
    DAY,
    GENERATOR,
    LICENCE,
    PLATES,
    RECEIVER,
    carrier,
    check,
    facts_for,
    form_of,
    licence,
    management_plan,
    of,
    params,
    receiver,
    vehicles,
)
from luban.registers.exemptions.parts import PointToPoint

START, END = "plan.plan_start", "plan.plan_end"
FROM, TO = "receiver.licence_valid_from", "receiver.licence_valid_to"
CONTRACT_FROM, CONTRACT_TO = "contract.contract_from", "contract.contract_to"
P2P = {"receiver.qualification_kind": "exempt_p2p", "waste.wastes.0.p2p_no": "P2P-1"}


def record(until: date) -> PointToPoint:
    """A point-to-point record that ends on a day."""
    return PointToPoint(
        p2p_no="P2P-1",
        generator_uscc=GENERATOR,
        receiver_uscc=RECEIVER,
        waste_code="398-004-22",
        quota_t=Decimal(1000),
        valid_to=until,
    )


FIRES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("X-01", {START: "2026-09-02", END: "2026-09-01"}, {}, "block 拟转移开始日期不得晚于结束日期。"),
    ("X-02", {END: "2027-08-01"}, {}, "block 申请许可期限不得超过12个月，最迟可至2027-07-31。"),
    (
        "X-02",
        {START: "2026-08-31", END: "2027-08-31"},
        {},
        "block 申请许可期限不得超过12个月，最迟可至2027-08-30。",
    ),
    ("X-03", {START: "2026-06-30"}, {}, "block 拟转移开始日期不得早于申请提交日期（2026-07-01）。"),
    (
        "X-04",
        {START: "2026-07-28"},
        {},
        "warn 按法定时限审批可能晚于拟转移开始日期，建议开始日期不早于2026-07-29。",
    ),
    ("X-05", {START: "2027-01-02"}, {}, "warn 拟转移开始日期距今超过6个月，请确认。"),
    ("X-06", {FROM: None}, {}, "block 请填写接收单位危险废物经营许可证有效期。"),
    ("X-07", {FROM: "2028-05-10"}, {}, "block 接收单位许可证有效期起始日不得晚于截止日。"),
    ("X-08", {FROM: "2023-05-08"}, {}, "warn 许可证有效期超过5年，请核对许可证日期。"),
    (
        "X-08",
        {"receiver.licence_kind": "collection", TO: "2026-05-11"},
        {},
        "warn 许可证有效期超过3年，请核对许可证日期。",
    ),
    ("X-09", {TO: "2026-06-30"}, {}, "block 接收单位危险废物经营许可证已于2026-06-30到期，不能申请。"),
    (
        "X-10",
        {FROM: "2026-08-02"},
        {},
        "block 拟转移开始日期早于接收单位许可证生效日期（2026-08-02）。",
    ),
    (
        "X-11",
        {TO: "2026-07-31"},
        {},
        "block 拟转移开始日期晚于接收单位许可证截止日期（2026-07-31）。",
    ),
    (
        "X-12",
        {TO: "2027-07-30"},
        {},
        "warn 接收单位许可证有效期至2027-07-30，早于拟转移结束日期2027-07-31，批准期限将截至2027-07-30；"
        "可点击“按许可证调整”或待换证后再申请。",
    ),
    ("X-13", {TO: "2026-07-31"}, {}, "warn 接收单位许可证将在30日内到期。"),
    ("X-14", {TO: "2026-08-30"}, {}, "warn 预计批准期限仅至2026-08-30，不足30天，请确认。"),
    (
        "X-15",
        {TO: "2028-05-08"},
        {},
        "block 填报的许可证有效期止（2028-05-08）与许可证库（2028-05-09）不一致，请核对或申请更正库信息。",
    ),
    (
        "X-15",
        {FROM: "2023-05-11"},
        {},
        "block 填报的许可证有效期起（2023-05-11）与许可证库（2023-05-10）不一致，请核对或申请更正库信息。",
    ),
    (
        "X-15",
        {"receiver.receiver_licence_no": "证2"},
        {},
        f"block 填报的许可证编号（证2）与许可证库（{LICENCE}）不一致，请核对或申请更正库信息。",
    ),
    (
        "X-16",
        {},
        {"receiver": receiver(licence(verified=False))},
        "warn 许可证库中无已核实信息，将由审查人员人工核对。",
    ),
    ("X-16", {}, {"receiver": None}, "warn 许可证库中无已核实信息，将由审查人员人工核对。"),
    ("X-17", {CONTRACT_TO: "2026-07-31"}, {}, "block 合同有效期在拟转移开始前已届满。"),
    (
        "X-18",
        {CONTRACT_TO: "2027-07-30"},
        {},
        "warn 合同有效期（2026-07-01至2027-07-30）未完全覆盖拟转移期限。",
    ),
    (
        "X-18",
        {CONTRACT_FROM: "2026-08-02"},
        {},
        "warn 合同有效期（2026-08-02至2027-12-31）未完全覆盖拟转移期限。",
    ),
    (
        "X-19",
        {"transport.carriers.0.contract_to": "2026-07-31"},
        {},
        f"block 运输合同（{CARRIER_NAME}）在拟转移开始前已届满。",
    ),
    (
        "X-20",
        {},
        {"carriers": {CARRIER: carrier(rtl_to=date(2026, 6, 30))}},
        f"block 运输单位{CARRIER_NAME}不可选：该运输单位道路运输经营许可证已于2026-06-30到期，请提醒其更新备案；"
        "该运输单位许可证有效期（至2026-06-30）早于拟转移开始日期。",
    ),
    ("X-20", {}, {"carriers": {}}, f"block 运输单位{CARRIER}不可选：运输单位库中没有该单位，请从库中选择。"),
    (
        "X-21",
        {},
        {"carriers": {CARRIER: carrier(rtl_to=date(2027, 7, 30))}},
        f"warn 运输单位{CARRIER_NAME}：该运输单位许可证将于2027-07-30到期，早于拟转移结束日期，请提醒其及时换证并更新备案。",
    ),
    (
        "X-22",
        {},
        {"carriers": {CARRIER: carrier(vehicles=vehicles(cert_to=date(2026, 7, 31)))}},
        f"block 车辆{PLATES[0]}道路运输证在拟转移开始前已到期。",
    ),
    (
        "X-23",
        {},
        {"carriers": {CARRIER: carrier(vehicles=vehicles(cert_to=date(2027, 7, 30)))}},
        f"warn 车辆{PLATES[0]}道路运输证将于2027-07-30到期。",
    ),
    ("X-24", {}, {"plan": management_plan(year=2025)}, "block 管理计划年度与拟转移开始年度不一致。"),
    ("X-25", {}, {}, "warn 转移跨年度，次年须备案新的管理计划后方可继续转移。"),
    (
        "X-26",
        P2P,
        {"p2p": (record(date(2026, 7, 31)),)},
        "block 点对点豁免有效期（至2026-07-31）不覆盖拟转移期限。",
    ),
    (
        "X-26",
        P2P,
        {"p2p": (record(date(2026, 8, 1)),)},
        "warn 点对点豁免有效期（至2026-08-01）不覆盖拟转移期限。",
    ),
]

SILENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("X-01", {START: "2026-09-01", END: "2026-09-01"}, {}),
    ("X-02", {END: "2027-07-31"}, {}),
    ("X-02", {START: "2026-08-31", END: "2027-08-30"}, {}),
    ("X-03", {START: "2026-07-01"}, {}),
    ("X-04", {START: "2026-07-29"}, {}),
    ("X-05", {START: "2027-01-01"}, {}),
    ("X-06", {}, {}),
    ("X-06", {FROM: None, "receiver.qualification_kind": "exempt_general"}, {}),
    ("X-07", {FROM: "2028-05-09"}, {}),
    ("X-08", {FROM: "2023-05-09"}, {}),
    ("X-08", {"receiver.licence_kind": "collection", TO: "2026-05-10"}, {}),
    ("X-09", {TO: "2026-07-01"}, {}),
    ("X-10", {FROM: "2026-08-01"}, {}),
    ("X-11", {TO: "2026-08-01"}, {}),
    ("X-11", {TO: "2026-06-30"}, {}),
    ("X-12", {TO: "2027-07-31"}, {}),
    ("X-12", {TO: "2026-07-31"}, {}),
    ("X-13", {TO: "2026-08-01"}, {}),
    ("X-14", {TO: "2026-08-31"}, {}),
    ("X-14", {TO: "2026-07-31"}, {}),
    ("X-15", {}, {}),
    ("X-15", {TO: "2028-05-08"}, {"receiver": receiver(licence(verified=False))}),
    ("X-16", {}, {}),
    ("X-17", {CONTRACT_TO: "2026-08-01"}, {}),
    ("X-18", {CONTRACT_FROM: "2026-08-01", CONTRACT_TO: "2027-07-31"}, {}),
    ("X-19", {"transport.carriers.0.contract_to": "2026-08-01"}, {}),
    ("X-20", {}, {"carriers": {CARRIER: carrier(rtl_to=date(2027, 7, 30))}}),
    ("X-21", {}, {}),
    ("X-22", {}, {"carriers": {CARRIER: carrier(vehicles=vehicles(cert_to=date(2026, 8, 1)))}}),
    ("X-23", {}, {"carriers": {CARRIER: carrier(vehicles=vehicles(cert_to=date(2027, 7, 31)))}}),
    ("X-24", {}, {}),
    ("X-25", {END: "2026-12-31"}, {}),
    ("X-26", P2P, {"p2p": (record(date(2027, 7, 31)),)}),
    ("X-26", {}, {"p2p": (record(date(2026, 7, 31)),)}),
]


@pytest.mark.parametrize(("rule", "values", "changes", "says"), FIRES)
def test_each_clause_fires_in_the_briefs_words(
    rule: str, values: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    assert says in of(check(values, **changes), rule)


@pytest.mark.parametrize(("rule", "values", "changes"), SILENT)
def test_each_clause_is_silent_beside_its_bound(
    rule: str, values: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert of(check(values, **changes), rule) == []


def test_every_clause_on_dates_has_a_case_of_each_kind() -> None:
    clauses = {f"X-{n:02}" for n in range(1, 27)}
    assert {case[0] for case in FIRES} == clauses
    assert {case[0] for case in SILENT} == clauses
    assert clauses <= {rule.id for rule in RULES}


def test_rules_run_in_the_order_of_the_brief() -> None:
    wanted = [f"X-{n:02}" for n in range(27)] + [f"P-{n:02}" for n in range(1, 31)]
    assert [rule.id for rule in RULES] == wanted


def test_a_parameter_makes_a_shorter_licence_stop_the_application() -> None:
    strict = params().with_values({"hwt.licence_shorter_policy": "block"})
    found = check({TO: "2027-07-30"}, params=strict)
    assert [one.severity.value for one in found if one.rule == "X-12"] == ["block"]


def test_every_vehicle_concerned_is_named_in_order() -> None:
    found = check(carriers={CARRIER: carrier(vehicles=vehicles(cert_to=date(2026, 7, 31)))})
    assert [one.path for one in found if one.rule == "X-22"] == [
        f"transport.carriers[0].vehicles[{n}].plate_no" for n in range(len(PLATES))
    ]


def test_the_end_that_could_be_approved_asks_the_exemption_too() -> None:
    found = check(P2P, p2p=(record(date(2026, 8, 20)),))
    assert of(found, "X-14") == ["warn 预计批准期限仅至2026-08-20，不足30天，请确认。"]


def test_a_filed_case_is_judged_by_the_day_it_was_filed() -> None:
    form = form_of({START: "2026-07-10"})
    facts = dataclasses.replace(facts_for(form), submitted_on=DAY)
    later = date(2026, 7, 15)
    assert list(RULES["X-03"].check(form, facts, later)) == []
    assert list(RULES["X-03"].check(form, dataclasses.replace(facts, submitted_on=None), later))


def test_sample_1_is_warned_of_the_turn_of_the_year_only() -> None:
    assert [(one.rule, one.severity.value) for one in check()] == [("X-25", "warn")]


SAMPLE_2: dict[str, Any] = {
    "generator.generator_uscc": "91310116MA1GT58L82",
    "generator.generator_adcode": "310116",
    "receiver.receiver_uscc": "91620102MA7264NE63",
    "receiver.receiver_name": "甘肃陇中固废处置有限公司",
    "receiver.receiver_province": "620000",
    "receiver.receiver_adcode": "620102",
    FROM: "2021-10-21",
    TO: "2026-10-20",
    "waste.wastes": [
        {
            "waste_name": "废活性炭",
            "waste_code": "900-039-49",
            "declared_hazards": ["T"],
            "physical_form": "solid",
            "main_components": "活性炭90%，有机物5%至10%",
            "source_process": "废气治理",
            "generation_source": "G1",
            "packaging": ["PK06"],
            "qty_unit": "t",
            "apply_qty": "30",
            "disposal_mode": "D10",
            "fee_direction": "generator_pays",
            "unit_price": "3200",
            "transfer_batches": 2,
            "storage_qty_t": "1",
            "storage_location": "1号危废库（示例）",
        }
    ],
    START: "2026-08-10",
    END: "2027-02-09",
    "plan.route_km": "2050",
    "plan.transit_provinces": ["320000", "410000", "610000"],
    "plan.proximity_reason": "本市及周边省份的焚烧设施近期检修，接收单位余量充足，运输路线成熟，能够及时安全处置。",
    CONTRACT_FROM: "2026-08-01",
    CONTRACT_TO: "2027-01-31",
    "contract.contract_total_t": "30",
}


def test_sample_2_is_warned_of_licence_contract_and_year_and_asked_for_its_reasons() -> None:
    day = date(2026, 7, 13)
    own = "91620102MA7264NE63"
    gansu = dataclasses.replace(
        receiver(licence(valid_from=date(2021, 10, 21), valid_to=date(2026, 10, 20))), uscc=own
    )
    plan = management_plan(generator_uscc="91310116MA1GT58L82")
    rows = tuple(
        dataclasses.replace(row, code="900-039-49", receiver_uscc=own, receiver_name="")
        for row in plan.rows[:1]
    )
    changes = {"receiver": gansu, "plan": dataclasses.replace(plan, rows=rows)}
    found = check(SAMPLE_2, day=day, **changes)
    assert [(one.rule, one.severity.value) for one in found] == [
        ("X-12", "warn"),
        ("X-18", "warn"),
        ("X-25", "warn"),
        ("P-28", "block"),
    ]
    assert of(found, "P-28") == ["block 缺少《不就近转移说明》（本申请）。"]
    silent = check({**SAMPLE_2, "plan.proximity_reason": None}, day=day, **changes)
    assert of(silent, "P-23") == ["block 请填写不就近转移理由（不少于30字）。"]


def test_sample_3_goes_far_for_use_and_is_warned_of_the_year_only() -> None:
    own, firm = "91360702MA38CP1T75", "91310120574219H69G"
    waste = {
        **SAMPLE_2["waste.wastes"][0],
        "waste_code": "900-037-46",
        "declared_hazards": ["T", "I"],
        "apply_qty": "60",
        "disposal_mode": "R8",
        "fee_direction": "no_fee",
        "unit_price": None,
    }
    values = {
        **SAMPLE_2,
        "generator.generator_uscc": firm,
        "generator.generator_adcode": "310120",
        "receiver.receiver_uscc": own,
        "receiver.receiver_name": "江西赣南催化再生有限公司",
        "receiver.receiver_province": "360000",
        "receiver.receiver_adcode": "360702",
        FROM: "2024-03-02",
        TO: "2029-03-01",
        "waste.wastes": [waste],
        START: "2026-09-01",
        END: "2027-08-31",
        "plan.route_km": "1050",
        "plan.transit_provinces": ["330000"],
        CONTRACT_FROM: "2026-09-01",
        CONTRACT_TO: "2027-08-31",
        "contract.contract_total_t": "60",
    }
    jiangxi = dataclasses.replace(
        receiver(licence(valid_from=date(2024, 3, 2), valid_to=date(2029, 3, 1))), uscc=own
    )
    row = dataclasses.replace(
        management_plan().rows[0], code="900-037-46", receiver_uscc=own, receiver_name=""
    )
    plan = management_plan(generator_uscc=firm, rows=(row,))
    found = check(values, day=date(2026, 7, 20), receiver=jiangxi, plan=plan)
    assert [(one.rule, one.severity.value) for one in found] == [("X-25", "warn")]
