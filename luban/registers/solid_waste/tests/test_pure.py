"""Addresses, distances, derived values, restrictions and readings, each by the brief's own examples."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.cases.shipped import shipped_context
from luban.kit.compared import mismatches
from luban.kit.materials import HandedIn, Material
from luban.registers.solid_waste.addresses import address_gap, distance_km, full_address
from luban.registers.solid_waste.derive import main_mode, primary, remaining
from luban.registers.solid_waste.parts import FacilityRow, Receiver
from luban.registers.solid_waste.parts_way import Leg
from luban.registers.solid_waste.rules import clauses
from luban.registers.solid_waste.rules.parties import credit_code_holds

PLACES = shipped_context(today=date(2026, 3, 2)).places(date(2026, 3, 2))
KUNSHAN = {
    "facility_province_code": "320000",
    "facility_city_code": "320500",
    "facility_county_code": "320583",
    "facility_street": "示例镇",
    "facility_road": "示例路",
    "facility_house_no": "18号",
}


def facility(**change: Any) -> FacilityRow:
    """The facility of sample U-A with changes."""
    return FacilityRow.model_validate({**KUNSHAN, **change})


def test_straight_line_of_the_brief() -> None:
    one = (Decimal("121.6350"), Decimal("31.2450"))
    two = (Decimal("120.9810"), Decimal("31.3850"))
    assert round(distance_km(one, two), 2) == 64.05
    tongling = (Decimal("117.8120"), Decimal("30.9450"))
    assert round(distance_km((Decimal("121.4890"), Decimal("31.4050")), tongling), 1) == 353.5


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({}, None),
        ({"facility_house_no": "十八号"}, None),
        ({"facility_house_no": None}, "facility_house_no"),
        ({"facility_house_no": "路口"}, "facility_house_no"),
        ({"facility_house_no": "无门牌"}, "facility_house_no"),
        ({"facility_house_no": "无门牌", "facility_lng": "120.9", "facility_lat": "31.3"}, None),
        ({"facility_street": "镇"}, "facility_street"),
        ({"facility_road": None}, "facility_road"),
        ({"facility_city_code": "330100"}, "facility_city_code"),
        ({"facility_county_code": "330411"}, "facility_county_code"),
        ({"facility_county_code": "320500"}, "facility_county_code"),
        ({"facility_province_code": None}, "facility_province_code"),
        (
            {
                "facility_province_code": "440000",
                "facility_city_code": "441900",
                "facility_county_code": "441900",
            },
            None,
        ),
    ],
)
def test_address_down_to_the_house_number(change: dict[str, Any], gap: str | None) -> None:
    assert address_gap(facility(**change), "facility") == gap


def test_full_address_leaves_out_the_shell_of_a_municipality() -> None:
    assert full_address(facility(), "facility", PLACES) == "江苏省苏州市昆山市示例镇示例路18号"
    pudong = facility(
        facility_province_code="310000", facility_city_code="310100", facility_county_code="310115"
    )
    assert full_address(pudong, "facility", PLACES).startswith("上海市浦东新区")
    assert "无门牌" not in full_address(facility(facility_house_no="无门牌"), "facility", PLACES)


def test_credit_codes_by_the_published_example() -> None:
    assert credit_code_holds("91350100M000100Y43")
    assert not credit_code_holds("91350100M000100Y44")
    assert not credit_code_holds("91350100M000100Y4")
    assert not credit_code_holds("91350100-M000100Y4")


@given(st.text(max_size=20))
def test_any_text_may_be_asked_whether_it_is_a_credit_code(text: str) -> None:
    assert credit_code_holds(text) in (True, False)


def test_remaining_capacity_takes_the_larger_of_stated_and_known() -> None:
    receiver = Receiver.model_validate(
        {"receiver_annual_capacity_t": "20000.000", "receiver_committed_t": "15000.000"}
    )
    assert remaining(receiver, Decimal("0")) == Decimal("5000.000")
    assert remaining(receiver, Decimal("19000")) == Decimal("1000.000")
    assert remaining(Receiver(), Decimal("0")) is None


def test_primary_facility_is_the_marked_one_or_the_only_one() -> None:
    one, two = facility(facility_name="甲"), facility(facility_name="乙", is_primary=True)
    assert primary(Receiver(facilities=[one, two])) is two
    assert primary(Receiver(facilities=[one])) is one
    assert primary(Receiver(facilities=[one, facility()])) is None


@pytest.mark.parametrize(
    ("legs", "mode"),
    [
        ([("road", "10.0"), ("ship", "10.0")], "ship"),
        ([("road", "10.0"), ("other", "10.0")], "other"),
        ([("road", "10.1"), ("ship", "10.0")], "road"),
        ([], None),
    ],
)
def test_main_mode_is_that_of_the_longest_leg(legs: list[tuple[str, str]], mode: str | None) -> None:
    rows = [Leg(leg_mode=m, leg_distance_km=Decimal(km)) for m, km in legs]
    assert main_mode(rows) == mode


@pytest.mark.parametrize(
    ("read", "stated", "agrees"),
    [
        ("150", Decimal("150.000"), True),
        ("2026-12-31", date(2026, 12, 31), True),
        ("昆山示例 再生塑料有限公司", "昆山示例再生塑料有限公司", True),
        ("（示例）公司", "(示例)公司", True),
        (["甲", "乙"], ("甲", "乙"), True),
        (["甲"], ("甲", "乙"), False),
        ("151", Decimal("150.000"), False),
        (["A1", "B2"], "b2", True),
        ("", "甲", True),
        ("甲", None, True),
    ],
)
def test_what_was_read_is_compared_by_meaning(read: Any, stated: Any, agrees: bool) -> None:
    paper = Material("M02", "合同", compare=lambda form, binding: {"contract_no": stated})
    file = HandedIn("M02", recognised={"contract_no": read}, check="mismatch")
    form: Any = SimpleNamespace()
    assert (mismatches(paper, file, form) == ()) is agrees


def test_papers_nobody_read_are_not_compared() -> None:
    paper = Material("M02", "合同", compare=lambda form, binding: {"contract_no": "甲"})
    form: Any = SimpleNamespace()
    assert mismatches(paper, HandedIn("M02", recognised={"contract_no": "乙"}, check="pending"), form) == ()


def test_clauses_rest_on_the_article_of_their_matter() -> None:
    approval = clauses(transfer_law="SWPL.22.1")
    assert approval["SWC-03"].law == ("SWPL.22.1",)
    assert [rule.id for rule in approval] == [f"SWC-{n:02d}" for n in range(37)]
    aspects = {rule.id: set(rule.aspect.split()) for rule in approval if rule.aspect}
    source = {*(f"SWC-{n:02d}" for n in range(6, 14)), "SWC-32"}
    process = {"SWC-17", "SWC-19", "SWC-28", *(f"SWC-{n}" for n in range(21, 26))}
    assert {r for r, a in aspects.items() if "source" in a} == source
    assert {r for r, a in aspects.items() if "process" in a} == process
    assert {r for r, a in aspects.items() if "end" in a} == {"SWC-12", "SWC-13", "SWC-26", "SWC-27"}
