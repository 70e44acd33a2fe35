"""P-05…P-20, P-23, P-24, P-26, P-27: codes, hazards, packaging, ways, quantities, distance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from luban.items.hazwaste_transfer_out.rules import RULES
from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    GENERATOR,
    RECEIVER,
    book,
    carrier,
    check,
    facts_for,
    form_of,
    management_plan,
    of,
    plan_row,
    vehicles,
)
from luban.kit.book import Book
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.transfer_permits.parts import Permit, PermitRow

W0, W1 = "waste.wastes.0", "waste.wastes.1"
FAR = {"receiver.receiver_province": "360000", "receiver.receiver_adcode": "360702"}
REASON = "本市及周边省份没有相应的利用能力，接收单位工艺成熟、余量充足，运输路线稳定，能够安全利用。"


def planned(**changes: Any) -> dict[str, Any]:
    """A plan whose first row is changed."""
    return {"plan": management_plan(rows=(plan_row("398-004-22", **changes), plan_row("398-051-22")))}


def standing(tonnes: str) -> dict[str, Any]:
    """A permit that stands and has so much of the first code left, to another receiver."""
    row = PermitRow(code="398-004-22", mode="R4", approved_t=Decimal(tonnes))
    permit = Permit(
        permit_no="许1",
        generator_uscc=GENERATOR,
        receiver_uscc=GENERATOR,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        rows=(row,),
    )
    return {"permits": (permit,)}


OPEN = {"carriers": {CARRIER: carrier(vehicles=vehicles(vehicle_type="van"))}}
SOLD = {f"{W0}.fee_direction": "generator_pays"}

FIRES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("P-05", {f"{W0}.waste_code": "398-04-22"}, {}, "block 废物代码398-04-22格式或类别不正确。"),
    ("P-05", {f"{W0}.waste_code": "900-000-41"}, {}, "block 废物代码900-000-41格式或类别不正确。"),
    (
        "P-06",
        {f"{W0}.waste_code": "398-999-22"},
        {},
        "block 废物代码398-999-22不在《国家危险废物名录（2025年版）》中。",
    ),
    (
        "P-08",
        {f"{W1}.waste_code": "398-004-22"},
        {},
        "block 第1行与第2行废物代码及方式重复，请合并。",
    ),
    ("P-09", {f"{W1}.declared_hazards": []}, {}, "block 第2行申报危险特性与名录（T）不符。"),
    ("P-09", {f"{W1}.declared_hazards": ["C"]}, {}, "block 第2行申报危险特性与名录（T）不符。"),
    (
        "P-10",
        {f"{W0}.declared_hazards": ["T", "C"], f"{W0}.hazard_extra_note": "含盐酸"},
        {},
        "warn 第1行申报了名录未列的腐蚀性特性，请说明依据。",
    ),
    ("P-11", {f"{W1}.apply_qty": "0"}, {}, "block 第2行申请数量不正确。"),
    ("P-11", {f"{W0}.apply_qty": "-1"}, {}, "block 第1行申请数量不正确。"),
    (
        "P-13",
        {"contract.contract_total_t": "419.9999"},
        {},
        "block 申请总量（420.0000吨）超过合同数量（419.9999吨）。",
    ),
    ("P-14", {f"{W0}.packaging": ["PK10", "PK06"]}, {}, "block 液态废物不得采用吨袋（内衬防渗）。"),
    ("P-14", {f"{W0}.packaging": ["PK01"]}, {}, "block 液态废物不得采用开口钢桶。"),
    ("P-15", {f"{W0}.packaging": ["PK01"]}, OPEN, "block 液态废物须采用密闭容器或罐式车辆运输。"),
    (
        "P-16",
        {f"{W0}.disposal_mode": "D1"},
        {},
        "block 398-004-22（液态）不得采用D1填埋：液态废物不得填埋。",
    ),
    (
        "P-17",
        {},
        {"plan": management_plan(rows=(plan_row("398-004-22"),))},
        "block 管理计划（GLJH-2026-0001）未包含废物代码398-051-22，请先变更管理计划。",
    ),
    (
        "P-18",
        {},
        planned(receiver_uscc=GENERATOR, receiver_name="别的单位（示例）"),
        "warn 管理计划中398-004-22的委托单位为别的单位（示例），与本次接收单位不一致。",
    ),
    (
        "P-19",
        {},
        planned(planned_offsite_t=Decimal("299.9999")),
        "warn 398-004-22申请量超过管理计划拟转移量（299.9999吨）。",
    ),
    ("P-19", {}, standing("100.0001"), "warn 398-004-22申请量超过管理计划拟转移量（400吨）。"),
    (
        "P-20",
        {},
        planned(annual_generation_t=Decimal(290), opening_stock_t=Decimal("9.9999")),
        "block 398-004-22申请量超过年产生量与期初贮存量之和（299.9999吨）。",
    ),
    ("P-20", {}, standing("120.0001"), "block 398-004-22申请量超过年产生量与期初贮存量之和（420吨）。"),
    ("P-23", FAR, {}, "block 请填写不就近转移理由（不少于30字）。"),
    (
        "P-26",
        {"plan.route_km": "552.6"},
        {},
        "warn 申报里程与系统里程（425.0千米）相差超过30%。",
    ),
    ("P-27", FAR, {}, "warn 请补充途经省份。"),
    ("P-27", {"receiver.receiver_province": "340000"}, {}, "warn 请补充途经省份。"),
]

SILENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("P-05", {f"{W0}.waste_code": "900-000-49"}, {}),
    ("P-06", {f"{W0}.waste_code": "900-000-49"}, {}),
    ("P-06", {f"{W0}.waste_code": "900-000-41"}, {}),
    ("P-07", {}, {}),
    ("P-08", {f"{W1}.waste_code": "398-004-22", f"{W1}.disposal_mode": "R5"}, {}),
    ("P-09", {f"{W0}.declared_hazards": ["T", "C"]}, {}),
    ("P-10", {}, {}),
    ("P-11", {f"{W0}.apply_qty": "0.0001"}, {}),
    ("P-12", {}, {}),
    ("P-13", {"contract.contract_total_t": "420"}, {}),
    ("P-14", {f"{W0}.packaging": ["PK99"]}, {}),
    ("P-14", {f"{W0}.packaging": ["PK06"], f"{W0}.physical_form": "solid"}, {}),
    ("P-15", {f"{W0}.packaging": ["PK02"]}, OPEN),
    ("P-15", {f"{W0}.packaging": ["PK01"]}, {}),
    ("P-16", {}, {}),
    ("P-17", {}, {}),
    ("P-18", {}, {}),
    ("P-19", {}, standing("100")),
    ("P-20", {}, standing("120")),
    ("P-23", {**FAR, "plan.proximity_reason": REASON}, {}),
    ("P-24", {f"{W0}.unit_price": "5000"}, {}),
    ("P-26", {"plan.route_km": "552.5"}, {}),
    ("P-26", {"plan.route_km": "900", "plan.transport_mode": ["road", "ship"]}, {}),
    ("P-27", {**FAR, "plan.transit_provinces": ["330000"]}, {}),
    ("P-27", {}, {}),
]


@pytest.mark.parametrize(("rule", "values", "changes", "says"), FIRES)
def test_each_clause_fires_in_the_briefs_words(
    rule: str, values: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    assert says in of(check(values, **changes), rule)


@pytest.mark.parametrize(("rule", "values", "changes"), SILENT)
def test_each_clause_is_silent_otherwise(rule: str, values: dict[str, Any], changes: dict[str, Any]) -> None:
    assert of(check(values, **changes), rule) == []


def test_a_wrong_category_is_said_once_not_as_a_code_missing_from_the_catalogue() -> None:
    found = check({f"{W0}.waste_code": "900-000-41"})
    assert of(found, "P-05")
    assert not of(found, "P-06")


def test_an_older_code_names_its_successor() -> None:
    spec = spec_of("hw_codes")
    old = spec.entry(
        {
            "code": "397-999-22",
            "category": "HW22",
            "name": "旧版代码（演示）",
            "valuable": "否",
            "enabled": "否",
            "replaced_by": "398-004-22;398-051-22",
        }
    )
    codes = Book("hw_codes", (*shipped("hw_codes").rows, old)).at(date(2026, 7, 1))
    found = check({f"{W0}.waste_code": "397-999-22"}, hw_codes=codes)
    assert of(found, "P-07") == ["block 废物代码397-999-22为旧版代码，请改用398-004-22、398-051-22。"]
    assert not of(found, "P-06")


def test_hazards_joined_by_a_stroke_must_be_some_of_those_printed() -> None:
    either = next(row for row in book("hw_codes").rows if row["joint"] == "/" and "In" in row["hazards"])
    values = {f"{W0}.waste_code": either.key}
    for declared, fits in ((["T"], True), (["T", "In"], True), ([], False), (["R"], False)):
        found = of(check({**values, f"{W0}.declared_hazards": declared}), "P-09")
        assert (found == []) is fits, (declared, found)


def test_a_total_that_was_tampered_with_is_noticed() -> None:
    form = form_of()
    form.plan.total_t = Decimal("419.0000")
    found = list(RULES["P-12"].check(form, facts_for(form), date(2026, 7, 1)))
    assert [one.message for one in found] == ["申请总量与各行合计不一致。"]


def test_whoever_pays_to_be_rid_of_something_valuable_explains_it() -> None:
    valuable = next(row.key for row in book("hw_codes").rows if row["valuable"] and row["enabled"])
    values = {f"{W0}.waste_code": valuable, **SOLD}
    dear = check({**values, f"{W0}.unit_price": "1000.01"})
    assert of(dear, "P-24") == [f"warn {valuable}一般具有回收价值，移出方付费处置请说明原因。"]
    assert of(check({**values, f"{W0}.unit_price": "1000"}), "P-24") == []


def test_rows_of_one_code_count_together_against_the_plan() -> None:
    values = {f"{W1}.waste_code": "398-004-22", f"{W1}.disposal_mode": "R5", f"{W1}.apply_qty": "100.0001"}
    found = check(values)
    assert of(found, "P-19") == ["warn 398-004-22申请量超过管理计划拟转移量（400吨）。"]
    assert [one.path for one in found if one.rule == "P-19"] == ["waste.wastes[0].apply_qty"]


def test_the_receiver_of_the_plan_is_known_by_its_code_before_its_name() -> None:
    assert of(check(**planned(receiver_uscc=RECEIVER, receiver_name="旧名（示例）")), "P-18") == []
