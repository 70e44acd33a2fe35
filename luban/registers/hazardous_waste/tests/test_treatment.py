"""Which way suits which waste, row by row of CR-06; modes, packaging, vehicles, distances (§7.2, §12.3–12.12)."""

from datetime import date
from decimal import Decimal

import pytest

from luban.kit.book import Book
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.hazardous_waste import distance, goods, modes, packages, provinces
from luban.registers.hazardous_waste.vehicles import clean_vehicle, stage_fits

DAY = date(2026, 7, 1)
RULES = shipped("hw_mode_rules").at(DAY)
MODES = shipped("hw_modes").at(DAY)
PACKAGING = shipped("hw_packaging").at(DAY)
DISTANCES = shipped("distances").at(DAY)


def judged(code: str, mode: str | None, **more: object) -> modes.Suitability:
    category = more.pop("category", f"HW{code[-2:]}")
    return modes.suitability(book=RULES, code=code, category=category, mode=mode, **more)  # type: ignore[arg-type]


P, U, OK = "prohibited", "unsuitable", "suitable"


@pytest.mark.parametrize(
    ("row", "code", "mode", "more", "verdict", "reason"),
    [
        ("1", "398-004-22", "D1", {"form": "liquid"}, P, "液态废物不得填埋"),
        ("2", "841-001-01", "D1", {"form": "solid"}, P, "医疗废物不得填埋"),
        ("3", "336-001-07", "C1", {"hazards": ("T", "R")}, P, "反应性废物不得入窑协同处置"),
        ("4", "900-023-29", "C1", {}, P, "含汞灯管、仪表等不得入窑"),
        ("4", "900-024-29", "C1", {}, P, "含汞灯管、仪表等不得入窑"),
        ("5", "900-052-31", "C1", {}, P, "未经拆解的废电池不得入窑"),
        ("5", "900-044-49", "C1", {}, P, "未经拆解的废电池不得入窑"),
        ("6", "261-041-21", "C1", {}, P, "铬渣不得入窑"),
        ("7a", "900-000-15", "C1", {"has_report": True}, P, "爆炸物或未知特性不得入窑"),
        ("7b", "900-000-49", "C1", {}, P, "爆炸物或未知特性不得入窑"),
        ("8", "900-452-29", "D10", {}, U, "含汞废物不宜焚烧"),
        ("8", "900-452-29", "C1", {}, U, "含汞废物不宜焚烧"),
        ("9", "900-030-36", "D10", {}, U, "石棉废物不宜焚烧"),
        ("10", "900-008-10", "R4", {}, P, "多氯联苯类应焚烧等无害化处置"),
        ("10", "900-008-10", "C1", {}, P, "多氯联苯类应焚烧等无害化处置"),
        ("11", "841-001-01", "D16", {}, U, "医疗废物应采用专门方式"),
        ("12", "900-039-49", "Y10", {}, P, "Y 类方式仅适用于医疗废物"),
        ("13", "193-001-21", "G21", {}, P, "G2x 方式仅适用于铬渣"),
        ("14", "900-006-09", "C3", {"packaging": ("PK06",)}, U, "清洗方式适用于沾染性包装容器"),
        ("15", "398-004-22", "D10", {"valuable": True}, U, "具有回收价值，宜优先利用"),
        ("16", "900-401-06", "R1", {}, U, "卤化溶剂作燃料利用需论证"),
    ],
)
def test_each_row_of_the_matrix_speaks(
    row: str, code: str, mode: str, more: dict[str, object], verdict: str, reason: str
) -> None:
    assert judged(code, mode, **more) == (verdict, reason, row)


@pytest.mark.parametrize(
    ("code", "mode", "more"),
    [
        ("398-004-22", "R4", {"form": "liquid"}),
        ("772-002-18", "D1", {"form": "solid"}),
        ("336-052-17", "C1", {"hazards": ("T",)}),
        ("900-000-49", "C1", {"has_report": True}),
        ("900-008-10", "D10", {}),
        ("841-001-01", "Y11", {}),
        ("841-001-01", "D10", {}),
        ("261-041-21", "G22", {}),
        ("900-041-49", "C3", {}),
        ("900-249-08", "C3", {}),
        ("900-039-49", "D10", {"valuable": False}),
        ("900-402-06", "R1", {}),
        ("900-401-06", "R2", {}),
    ],
)
def test_and_is_silent_where_it_has_nothing_to_say(code: str, mode: str, more: dict[str, object]) -> None:
    assert judged(code, mode, **more) == (OK, "方式适宜", "")


def test_the_first_row_that_fits_decides() -> None:
    assert judged("841-001-01", "D1", form="liquid").rule == "1"
    assert judged("900-023-29", "C1", hazards=("T", "R")).rule == "3"
    assert judged("900-023-29", "C1", hazards=("T",)).rule == "4"


def test_an_incomplete_line_is_not_objected_to() -> None:
    assert modes.suitability(book=RULES, code=None, category=None, mode=None).verdict == OK
    assert modes.suitability(book=RULES, code=None, category=None, mode="D1").verdict == OK


def test_packagings_may_be_exempted_by_a_row() -> None:
    row = {"id": "14", "seq": "150", "except_codes": "900-041-49", "except_packaging": "PK01;PK02"}
    edited = spec_of("hw_mode_rules").entry({**row, "modes": "C3", "verdict": U, "reason": "清洗"})
    book = Book("hw_mode_rules", RULES.rows, (edited,)).at(DAY)
    asked = {"book": book, "code": "900-006-09", "category": "HW09", "mode": "C3"}
    assert modes.suitability(**asked, packaging=("PK02",)).verdict == OK
    assert modes.suitability(**asked, packaging=("PK06",)).verdict == U


def test_families_of_the_modes() -> None:
    of = {row.key: modes.family(book=MODES, code=row.key) for row in MODES.rows if row["enabled"]}
    assert {of[c] for c in ("C1", "C2", "Y10", "Y16", "G21", "G29", "D1", "D16")} == {"D"}
    assert {of[c] for c in ("C3", "R1", "R9", "R15")} == {"R"}
    assert of["S01"] == "S" and len(of) == 28


@pytest.mark.parametrize("code", ["R10", "R14", "D2", "D8", "D11", "D15"])
def test_basel_numbers_are_not_enabled(code: str) -> None:
    assert modes.mode(book=MODES, code=code) is None
    assert "该代码未启用" in modes.mode_refused(book=MODES, code=code)


def test_an_enabled_or_blank_mode_is_not_refused_and_an_unknown_one_is() -> None:
    assert modes.mode_refused(book=MODES, code="R4") == "" == modes.mode_refused(book=MODES, code=None)
    assert "不在方式代码表中" in modes.mode_refused(book=MODES, code="G1")


def test_the_dictionaries_offer_what_the_registers_hold() -> None:
    terms = shipped("dictionary").at(DAY)
    for dictionary, book in (("hw_mode", MODES), ("hw_packaging", PACKAGING)):
        offered = {row["code"]: row["name"] for row in terms.where(dictionary=dictionary)}
        assert offered == {row.key: row["name"] for row in book.rows if row["enabled"]}
    forms = {row["code"] for row in terms.where(dictionary="physical_form")}
    assert {row["code"] for row in terms.where(dictionary="hw_physical_form")} == forms


def test_what_may_hold_a_liquid() -> None:
    unfit = packages.unfit_for_liquid(book=PACKAGING, packaging=["PK01", "PK02", "PK06", "PK10", "PK99"])
    assert unfit == ("开口钢桶", "吨袋（内衬防渗）")
    assert packages.closed(book=PACKAGING, packaging=["PK06", "PK05"])
    assert not packages.closed(book=PACKAGING, packaging=["PK06", "PK11"])
    assert packages.by_hand(book=PACKAGING, packaging=["PK99"])
    assert not packages.by_hand(book=PACKAGING, packaging=["PK10"])


@pytest.mark.parametrize(
    ("fuel", "stage", "clean"),
    [
        ("DIESEL", "CN6A", True),
        ("DIESEL", "CN7", True),
        ("DIESEL", "CN5", False),
        ("LNG", "CN6B", False),
        ("PHEV", "CN5", True),
        ("HEV", "CN6B", False),
        ("BEV", "NA", True),
        ("FCEV", "NA", True),
        ("GASOLINE", "CN6B", False),
        (None, None, False),
    ],
)
def test_clean_vehicles(fuel: str | None, stage: str | None, clean: bool) -> None:
    assert clean_vehicle(fuel_type=fuel, emission_stage=stage) is clean


def test_gas_of_stage_six_counts_only_when_the_parameter_says_so() -> None:
    assert clean_vehicle(fuel_type="LNG", emission_stage="CN6B", gas_counts=True)
    assert not clean_vehicle(fuel_type="LNG", emission_stage="CN5", gas_counts=True)
    assert not clean_vehicle(fuel_type="HEV", emission_stage="CN6B", gas_counts=True)


def test_electric_vehicles_have_no_emission_stage_and_others_have_one() -> None:
    assert stage_fits(fuel_type="BEV", emission_stage="NA") and stage_fits(
        fuel_type="DIESEL", emission_stage="CN5"
    )
    assert not stage_fits(fuel_type="BEV", emission_stage="CN6A")
    assert not stage_fits(fuel_type="PHEV", emission_stage="NA")
    assert stage_fits(fuel_type=None, emission_stage="NA")


def test_the_table_of_distances_answers_both_directions() -> None:
    there = distance.road_distance(book=DISTANCES, start="310115", end="330803")
    back = distance.road_distance(book=DISTANCES, start="330803", end="310115")
    assert there == back and there is not None and (there.km, there.kind) == ("425.0", "table")
    assert distance.table_km(book=DISTANCES, start="370700", end="310113") == Decimal("800.1")
    assert all(row.certainty == "演示" for row in DISTANCES.rows)


def test_a_missing_distance_is_estimated_from_the_points_or_not_known() -> None:
    start, end = (Decimal("121"), Decimal("31")), (Decimal("121"), Decimal("32"))
    found = distance.road_distance(
        book=DISTANCES, start="310101", end="320600", start_point=start, end_point=end
    )
    # one degree of a great circle on a radius of 6371.0088 km is 111.195 km; × 1.3 = 144.55
    assert found is not None and (found.km, found.kind) == ("144.6", "estimated")
    assert distance.road_distance(book=DISTANCES, start="310101", end="320600", start_point=start) is None
    assert distance.road_distance(book=DISTANCES, start=None, end=None) is None


def test_hazards_need_classes_by_form() -> None:
    book = shipped("hw_hazard_classes").at(DAY)
    of = {
        (h, f): goods.classes_for(book=book, hazard=h, form=f)
        for h in ("T", "I", "In")
        for f in ("liquid", "sludge")
    }
    assert of["T", "liquid"] == ("6.1",) and of["In", "sludge"] == ("6.2",)
    assert of["I", "liquid"] == ("3",) and of["I", "sludge"] == ("4.1",)
    assert goods.classes_for(book=book, hazard="I", form="gas") == ("2.1",)
    assert goods.classes_for(book=book, hazard="R", form="solid") == ("4.2", "4.3", "5.1", "5.2")
    assert goods.classes_for(book=book, hazard="I", form="other") == ()


def test_a_province_refuses_by_code_category_and_mode() -> None:
    spec = spec_of("province_rules")
    rows = [
        {"id": "1", "province": "330000", "rule_type": "limit", "modes": "D1", "text": "限制填埋"},
        {"id": "2", "province": "330000", "rule_type": "prohibit", "codes": "HW18", "text": "不接收飞灰"},
    ]
    book = Book("province_rules", [spec.entry(row) for row in rows]).at(DAY)

    def met(code: str, mode: str, province: str = "330000") -> list[str]:
        found = provinces.refusals(
            book=book, province=province, code=code, category=f"HW{code[-2:]}", mode=mode
        )
        return [row.key for row in found]

    assert met("772-002-18", "D1") == ["2", "1"]
    assert met("772-002-18", "R5") == ["2"]
    assert met("398-004-22", "R4") == [] == met("772-002-18", "D1", "340000")
