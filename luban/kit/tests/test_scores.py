"""Scores: the lowest row counts, missing is not zero, corrections stand beside the machine's points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.kit.book import BookOnDay, Entry
from luban.kit.scores import Bands, Dimension, Grading, Points, Scoring, missing

TODAY = date(2026, 3, 2)


def grade(sheet, params):
    return Grading("low" if sheet.total >= 8 and not sheet.below else "high", "", "")


SCORING = Scoring(
    dimensions=(Dimension("A", "运输", 10, floor="floor.a"), Dimension("D", "加分", 3, bonus=True)),
    grade=grade,
)


@SCORING.factor("A1", "距离", dimension="A", most=10)
def by_row(form, facts, today):
    for value in form:
        yield missing("没有里程") if value is None else Points(value, f"{value}分")


@SCORING.factor("D1", "加分", dimension="D", most=5, allowed=(0, 5))
def extra(form, facts, today):
    yield Points(5, "有")


@dataclass
class Facts:
    floor: int = 0

    @property
    def params(self):
        return self

    def integer(self, key):
        assert key == "floor.a"
        return self.floor


def sheet(*form, floor=0):
    return SCORING.sheet(form, Facts(floor), TODAY)


def test_the_lowest_row_counts_and_every_row_is_shown():
    found = sheet(7, 4, 9)
    assert found["A1"].auto == 4
    assert [row.points for row in found["A1"].rows] == [7, 4, 9]
    assert (found.base, found.bonus, found.total) == (4, 3, 7)


def test_a_dimension_is_capped_and_the_bonus_lies_on_top():
    assert sheet(10).subtotals == {"A": 10, "D": 3}
    assert sheet(10).total == 13


def test_what_is_missing_is_not_zero_and_goes_before_any_points():
    found = sheet(7, None)
    assert found["A1"].auto is None
    assert found.provisional
    assert [one.code for one in found.missing] == ["A1"]
    assert sheet().provisional


def test_a_person_may_give_the_missing_points_and_take_them_back():
    corrected = SCORING.corrected(sheet(None), code="A1", points=6, reason="现场核验", params=Facts())
    assert not corrected.provisional
    assert (corrected["A1"].auto, corrected["A1"].manual, corrected.total) == (None, 6, 9)
    assert SCORING.corrected(corrected, code="A1", points=None, reason="", params=Facts()).provisional


def test_a_dimension_below_its_floor_is_named_and_changes_the_grade():
    assert sheet(6, floor=6).grading.grade == "low"
    assert sheet(6, floor=7).below == ("A",)
    assert sheet(6, floor=7).grading.grade == "high"


@pytest.mark.parametrize(
    ("code", "points", "says"),
    [("A1", 11, "距离得分应为0至10的整数。"), ("A1", 10, ""), ("D1", 3, "加分只能为0或5。"), ("D1", 5, "")],
)
def test_points_a_factor_cannot_have_are_refused(code, points, says):
    assert SCORING[code].fault(points) == says


def band(seq, points, **bounds):
    row = {"item": "i", "factor": "F", "seq": seq, "points": points, "text": f"{points}分", "codes": ()}
    empty = dict.fromkeys(("above", "from_value", "up_to", "below"))
    return Entry(key=f"i|F|{seq}", data=row | empty | bounds)


def bands(*rows):
    return Bands("i", BookOnDay("score_bands", TODAY, rows, {r.key: r for r in rows}))


DISTANCE = bands(
    band(1, 10, up_to=Decimal(200)),
    band(2, 8, above=Decimal(200), up_to=Decimal(400)),
    band(3, 0, above=Decimal(400)),
)


@pytest.mark.parametrize(("km", "points"), [("200", 10), ("200.1", 8), ("400", 8), ("400.1", 0)])
def test_bands_are_open_below_and_closed_above(km, points):
    found = DISTANCE.of("F", value=Decimal(km))
    assert found.points == points


def test_the_row_that_decided_is_named():
    assert DISTANCE.of("F", value=300).id == "i|F|2"


def test_a_gap_is_a_fault_of_the_table():
    with pytest.raises(LookupError, match="i F"):
        bands(band(1, 1, below=Decimal(0))).of("F", value=1)


def test_codes_and_bounds_together():
    table = bands(band(1, 4, codes=("pays",), up_to=Decimal(1000)), band(2, 6, codes=("free",)))
    assert table.of("F", value=Decimal(900), code="pays").points == 4
    assert table.of("F", code="free").points == 6


def test_of_something_with_several_codes_the_first_row_that_names_one_decides():
    table = bands(band(1, 0, codes=("R",)), band(2, 4, codes=("I",)), band(3, 8, codes=("T",)))
    assert table.of("F", code={"T", "I"}).points == 4
    assert table.of("F", code=("T",)).points == 8
    with pytest.raises(LookupError):
        table.of("F", code=())


@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), max_size=6), st.integers(0, 10))
def test_totals_stay_within_their_bounds(values, floor):
    found = sheet(*values, floor=floor)
    assert 0 <= found.base <= 10
    assert 0 <= found.bonus <= 3
    assert found.provisional == (not values or None in values)
