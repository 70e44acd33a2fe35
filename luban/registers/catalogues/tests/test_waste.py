"""Waste codes and the matrix of end uses, row by row as the brief has them."""

from datetime import date

import pytest

from luban.registers.book.shipped import shipped
from luban.registers.catalogues.waste import (
    category_of,
    end_use,
    is_hazardous_code,
    is_waste_code,
    major_class_of,
)

DAY = date(2026, 3, 2)
MATRIX = shipped("end_use_matrix").at(DAY)
CATEGORIES = shipped("waste_categories").at(DAY)
CODES = shipped("waste_codes").at(DAY)


@pytest.mark.parametrize("code", ["900-003-S17", "900-099-S03", "001-001-S99"])
def test_good_codes(code: str) -> None:
    assert is_waste_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "900-001-S08",
        "900-100-S17",
        "900-000-S17",
        "900-249-08",
        "900-003-S00",
        "９00-003-S17",
        "900-003-S17\n",
        "",
    ],
)
def test_bad_codes(code: str) -> None:
    assert not is_waste_code(code)


def test_a_hazardous_code_is_known_as_such() -> None:
    assert is_hazardous_code("900-249-08") and not is_hazardous_code("900-003-S17")


def test_thirty_five_categories_and_their_classes() -> None:
    assert len(CATEGORIES.rows) == 35
    assert "SW08" not in CATEGORIES
    assert all(row["major_class"] == major_class_of(row.key) for row in CATEGORIES.rows)
    assert [major_class_of(c) for c in ("SW59", "SW60", "SW74", "SW83", "SW99")] == [
        "industrial",
        "domestic",
        "construction",
        "agricultural",
        "other",
    ]
    with pytest.raises(ValueError, match="格式不符"):
        category_of("900-001-S08")


def test_codes_of_doubtful_certainty_are_switched_off() -> None:
    assert all(row["enabled"] == (row["grade"] != "C") for row in CODES.rows)
    assert all(row["category_code"] in CATEGORIES for row in CODES.rows)


@pytest.mark.parametrize(
    ("code", "method", "verdict"),
    [
        ("900-003-S17", "UM02", "ok"),
        ("900-003-S17", "UM08", "confirm"),
        ("900-003-S17", "UM99", "confirm"),
        ("900-003-S17", "UM01", "no"),
        ("900-012-S17", "UM01", "confirm"),
        ("900-099-S03", "UM05", "ok"),
        ("900-099-S03", "UM12", "confirm"),
        ("900-099-S03", "UM02", "no"),
        ("900-099-S07", "DM02", "ok"),
        ("900-099-S07", "UM08", "confirm"),
        ("900-099-S59", "DM01", "ok"),
        ("900-099-S59", "UM99", "confirm"),
        ("900-099-S13", "DM01", "no"),
        ("900-099-S03", "DM02", "no"),
        ("900-099-S64", "DM04", "ok"),
        ("900-099-S64", "DM01", "no"),
        ("900-099-S03", "SM01", "ok"),
        ("900-002-S61", "SM01", "confirm"),
        ("900-001-S60", "UM99", "no"),
        ("900-001-S60", "DM05", "no"),
        ("900-001-S83", "UM09", "ok"),
        ("900-001-S70", "DM02", "no"),
    ],
)
def test_the_matrix(code: str, method: str, verdict: str) -> None:
    assert end_use(MATRIX, waste_code=code, method=method) == verdict


def test_departments_ask_for_confirmation_of_construction_and_sludge_only() -> None:
    departments = shipped("waste_departments").at(DAY)
    assert departments.get("SW71")["departments"] == ("绿化市容部门", "住房建设管理部门")  # type: ignore[index]
    assert departments.get("SW90")["departments"] == ("水务部门",)  # type: ignore[index]
    assert "SW17" not in departments
