"""Regions: the table of the brief, names as they are printed, and who handles a place."""

from datetime import date

import pytest

from luban.kit.book import Book, Entry
from luban.registers.book.shipped import shipped
from luban.registers.divisions.places import children, full_name, handling_bureaus, parent_of, province_of

PLACES = shipped("divisions").at(date(2026, 3, 2))
AREAS = shipped("special_areas").at(date(2026, 3, 2))


def test_the_regions_of_the_brief() -> None:
    assert len(children(PLACES)) == 34
    districts = "310101 310104 310105 310106 310107 310109 310110 310112 310113 310114 310115 310116 310117 310118 310120 310151"
    assert [d.key for d in children(PLACES, "310100")] == districts.split()
    assert [len(children(PLACES, p)) for p in ("320000", "330000", "340000")] == [13, 11, 16]
    for code, name in (
        ("320583", "昆山市"),
        ("330411", "秀洲区"),
        ("340705", "铜官区"),
        ("341103", "南谯区"),
    ):
        assert PLACES.get(code)["name"] == name  # type: ignore[index]


@pytest.mark.parametrize(
    ("adcode", "printed"),
    [
        ("320583", "江苏省苏州市昆山市"),
        ("310115", "上海市浦东新区"),
        ("441900", "广东省东莞市"),
        ("429004", "湖北省仙桃市"),
        ("500230", "重庆市丰都县"),
        ("340000", "安徽省"),
        ("999999", ""),
    ],
)
def test_full_names_leave_out_what_is_not_a_name(adcode: str, printed: str) -> None:
    assert full_name(PLACES, adcode) == printed


def test_cities_without_counties_answer_themselves() -> None:
    for city in ("441900", "442000", "460400", "620200"):
        assert [e.key for e in children(PLACES, city)] == [city]


def test_every_region_has_its_parent() -> None:
    assert [e.key for e in PLACES.rows if (p := parent_of(e.key)) and p not in PLACES] == []
    assert province_of("310115") == "310000"


def test_a_special_area_handles_only_when_it_is_enabled() -> None:
    assert handling_bureaus(AREAS, special_area="lingang", county="310115") == ("310115",)
    on = Book("special_areas", [Entry("lingang", {"bureau": "SP-LINGANG", "enabled": True})]).at(
        date(2026, 3, 2)
    )
    assert handling_bureaus(on, special_area="lingang", county="310115") == ("SP-LINGANG", "310115")
    assert handling_bureaus(on, special_area="none", county="310115") == ("310115",)
