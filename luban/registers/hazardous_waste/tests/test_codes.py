"""Codes and hazards as the brief has them (§7.1, §12.1, §12.2, §14 facts 1 and 7)."""

from datetime import date

import pytest

from luban.kit.book import Book, BookOnDay
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.hazardous_waste import codes
from luban.registers.hazardous_waste.parts import CatalogueWaste

DAY = date(2026, 7, 1)
BOOK = shipped("hw_codes").at(DAY)
CATEGORIES = shipped("hw_categories").at(DAY)


def waste(hazards: str, code: str = "900-047-49") -> CatalogueWaste:
    listed, joint = codes.parsed(hazards)
    return CatalogueWaste(code=code, category="HW49", name="", hazards=listed, joint=joint)


def test_there_are_forty_six_categories_and_four_numbers_stand_empty() -> None:
    assert len(CATEGORIES.rows) == 46
    assert not {"HW41", "HW42", "HW43", "HW44"} & {row.key for row in CATEGORIES.rows}


def test_all_rows_of_the_brief_ship_and_agree_with_their_categories() -> None:
    assert len(BOOK.rows) == 208
    assert all(codes.agrees(code=row.key, category=row["category"]) for row in BOOK.rows)
    assert all(row["category"] in CATEGORIES for row in BOOK.rows)
    doubtful = {row.key for row in BOOK.rows if row.certainty == "待核"}
    assert doubtful == {"267-001-15", "772-003-18", "321-024-48", "321-026-48"}


@pytest.mark.parametrize("code", ["841-001-01", "900-000-49", "398-004-22"])
def test_good_codes(code: str) -> None:
    assert codes.is_hazardous_code(code)


@pytest.mark.parametrize("code", ["900-003-S17", "90-004-22", "900-039-49\n", "９00-039-49", "", None])
def test_bad_codes(code: str | None) -> None:
    assert not codes.is_hazardous_code(code)
    assert codes.waste(book=BOOK, code=code) is None


def test_a_code_of_another_category_does_not_agree() -> None:
    assert codes.agrees(code="398-004-22", category="HW22")
    assert not codes.agrees(code="398-004-22", category="HW17")
    assert not codes.agrees(code="398-004-22", category=None)
    with pytest.raises(ValueError, match="格式不符"):
        codes.category_of("398-004")


def test_the_catalogue_says_hazards_worth_and_industry() -> None:
    copper = codes.waste(book=BOOK, code="398-004-22")
    assert copper is not None and copper.valuable and copper.expression == "T"
    batteries = codes.waste(book=BOOK, code="900-052-31")
    assert batteries is not None and batteries.expression == "T,C" and batteries.valuable
    wrappings = codes.waste(book=BOOK, code="900-041-49")
    assert wrappings is not None and wrappings.expression == "T/In" and not wrappings.valuable
    assert codes.waste(book=BOOK, code="123-456-49") is None


@pytest.mark.parametrize("categories", [CATEGORIES, None])
def test_identified_waste_is_answered_for_every_category_there_is(categories: object) -> None:
    found = codes.waste(book=BOOK, code="900-000-49", categories=categories)
    assert found is not None and found.category == "HW49" and codes.is_identified(found.code)
    assert codes.waste(book=BOOK, code="900-000-41", categories=categories) is None
    answered = [f"900-000-{n:02d}" for n in range(1, 51)]
    assert sum(codes.waste(book=BOOK, code=c, categories=categories) is not None for c in answered) == 46


def test_no_shipped_code_is_replaced_yet() -> None:
    assert not any(codes.successors(book=BOOK, code=row.key) for row in BOOK.rows)
    assert codes.successors(book=BOOK, code="000-000-00") == ()


def test_an_old_code_leads_to_its_successors_and_is_no_waste_any_more() -> None:
    old = {"code": "900-001-08", "category": "HW08", "name": "旧码", "joint": ",", "valuable": "否"}
    spec_row = {**old, "enabled": "否", "replaced_by": "900-249-08;900-214-08"}
    book = _laid_over(spec_row)
    assert codes.successors(book=book, code="900-001-08") == ("900-249-08", "900-214-08")
    assert codes.waste(book=book, code="900-001-08") is None
    assert codes.successors(book=book, code="900-249-08") == ()


def _laid_over(row: dict[str, str]) -> BookOnDay:

    return Book("hw_codes", shipped("hw_codes").rows, (spec_of("hw_codes").entry(row),)).at(DAY)


def test_in_is_not_i_and_expressions_are_split() -> None:
    assert codes.parsed("T/In") == (("T", "In"), "/")
    assert codes.parsed("T,I,R") == (("T", "I", "R"), ",")
    assert codes.parsed("In") == (("In",), ",")
    with pytest.raises(ValueError, match="无法识别"):
        codes.parsed("T,X")


def test_hazards_that_count_are_all_listed_with_a_comma_and_those_declared_with_a_slash() -> None:
    assert codes.effective_hazards(waste=waste("T,I,R"), declared=["T"]) == ("T", "I", "R")
    assert codes.effective_hazards(waste=waste("T,I"), declared=["T", "C"]) == ("T", "I", "C")
    assert codes.effective_hazards(waste=waste("T/In"), declared=["T"]) == ("T",)
    assert codes.effective_hazards(waste=waste("T/In"), declared=["In", "T"]) == ("In", "T")


def test_the_leading_hazard_is_the_first_of_a_comma_and_each_declared_of_a_slash() -> None:
    assert codes.leading_hazards(waste=waste("C,T"), declared=["T", "C"]) == ("C",)
    assert codes.leading_hazards(waste=waste("T/C/I/R"), declared=["C", "I"]) == ("C", "I")


@pytest.mark.parametrize(
    ("listed", "declared", "fits"),
    [
        ("T,I", ["T"], True),
        ("T,I", ["I"], False),
        ("T,I", [], False),
        ("T,I", ["T", "C"], True),
        ("T/In", ["In"], True),
        ("T/In", [], False),
        ("T/In", ["I"], False),
    ],
)
def test_what_is_declared_must_fit_the_catalogue(listed: str, declared: list[str], fits: bool) -> None:
    assert codes.declaration_fits(waste=waste(listed), declared=declared) is fits


def test_hazards_beyond_the_catalogue_are_named_for_a_comma_only() -> None:
    assert codes.beyond_catalogue(waste=waste("T,I"), declared=["T", "C", "R"]) == ("C", "R")
    assert codes.beyond_catalogue(waste=waste("T,I"), declared=["T", "I"]) == ()
    assert codes.beyond_catalogue(waste=waste("T/In"), declared=["T", "C"]) == ()


def test_an_identified_waste_must_declare_a_hazard_and_may_declare_any() -> None:
    found = codes.waste(book=BOOK, code="900-000-49", categories=CATEGORIES)
    assert found is not None
    assert not codes.declaration_fits(waste=found, declared=[])
    assert codes.declaration_fits(waste=found, declared=["C", "In"])
    assert codes.effective_hazards(waste=found, declared=["C"]) == ("C",)
