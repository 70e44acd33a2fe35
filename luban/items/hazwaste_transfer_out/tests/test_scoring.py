"""The score sheet (7.6): samples 1–3 to the point, the steps of each factor at their edges, what is missing, grades."""

from __future__ import annotations

import pytest

from luban.items.hazwaste_transfer_out.scoring import SCORING, grade
from luban.items.hazwaste_transfer_out.tests.applications import PLATES, params
from luban.items.hazwaste_transfer_out.tests.samples import (
    ACCEPTED,
    sample_1,
    sample_2,
    sample_3,
    tracks,
)
from luban.kit.assessment import Assessment
from luban.kit.book import BookOnDay
from luban.kit.scores import Scored
from luban.kit.verdicts import Judged, Verdict


@pytest.mark.parametrize(
    ("sample", "expected", "sums", "grading"),
    [
        (
            sample_1,
            (6, 6, 8, 2, 10, 12, 8, 8, 12, 8, 8, 0, 3, 2),
            (22, 30, 36, 88, 5, 93),
            ("低风险", "同意转移"),
        ),
        (
            sample_2,
            (0, 2, 8, 6, 3, 6, 0, 1, 6, 4, 5, 0, 0, 0),
            (16, 9, 16, 41, 0, 41),
            ("高风险", "不予同意"),
        ),
        (
            sample_3,
            (4, 6, 4, 6, 5, 12, 6, 10, 12, 6, 10, 5, 3, 0),
            (20, 23, 38, 81, 8, 89),
            ("低风险", "同意转移"),
        ),
    ],
    ids=["sample 1", "sample 2", "sample 3"],
)
def test_the_samples_of_the_brief_come_out_to_the_point(sample, expected, sums, grading):
    sheet = SCORING.sheet(*sample())
    assert tuple(one.auto for one in sheet.factors) == expected
    found = (*(sheet.subtotals[d] for d in "ABC"), sheet.base, sheet.bonus, sheet.total)
    assert found == sums
    assert (sheet.grading.title, sheet.grading.suggestion) == grading
    assert not sheet.provisional


def test_every_number_says_why_from_what_and_by_which_band():
    for sample in (sample_1, sample_2, sample_3):
        for one in SCORING.sheet(*sample()).factors:
            assert one.band.startswith(f"hazwaste_transfer_out|{one.code}|")
            assert one.why.endswith("。")
            assert one.inputs
    sheet = SCORING.sheet(*sample_1())
    assert sheet["A1"].why == "公路里程425.0千米（超过400千米、不超过800千米）。"
    assert "9800+已批未收2100+本次420=12320吨，核准20000吨，占用率61.60%" in sheet["C2"].why
    assert [row.points for row in sheet["C4"].rows] == [8, 10]


def test_the_second_sample_names_the_dimension_below_its_floor():
    sheet = SCORING.sheet(*sample_2())
    assert sheet.below == ("B",)
    assert "利用处置风险9分，低于下限12分，分级至多为中风险。" in sheet.grading.reasons


def test_the_correction_of_the_first_sample():
    form, facts, day = sample_1(tracks=tracks(PLATES, lost=PLATES[:1]))
    sheet = SCORING.sheet(form, facts, day)
    assert (sheet["A2"].auto, sheet.base, sheet.total) == (2, 84, 89)
    assert "不可用：沪A10001" in sheet["A2"].why
    reason = "定位终端已修复，现场核验轨迹连续"
    sheet = SCORING.corrected(sheet, code="A2", points=6, reason=reason, params=facts.params)
    assert (sheet["A2"].auto, sheet["A2"].final, sheet.base, sheet.total) == (2, 6, 88, 93)


def full(**changed):
    """A sheet with the most points of every factor but those given."""
    scored = tuple(
        Scored(one.code, one.title, one.dimension, one.most, changed.get(one.code, one.most), "")
        for one in SCORING
    )
    return SCORING.summed(scored, params=params(ACCEPTED))


def test_all_points_make_a_hundred_and_ten_and_a_failed_clause_still_decides():
    sheet = full()
    assert (sheet.base, sheet.bonus, sheet.total, sheet.grading.suggestion) == (100, 10, 110, "同意转移")
    failed = Judged("CR-07", "就近原则", Verdict.FAIL, "长三角区域具备相应能力。")
    found = Assessment((failed,), (), sheet, 1, ACCEPTED, (110, "low")).grading
    assert (found.grade, found.suggestion) == ("low", "不予同意")
    assert found.reasons[0].startswith("CR-07")


@pytest.mark.parametrize(
    ("changed", "total", "expected"),
    [
        ({"D1": 0, "D2": 0, "D3": 0, "A1": 0, "A4": 0, "C3": 4}, 80, "low"),
        ({"D1": 0, "D2": 0, "D3": 0, "B1": 0, "B2": 11, "B3": 0, "A4": 5}, 80, "medium"),
        ({"D1": 0, "D2": 0, "D3": 0, "A1": 0, "A4": 0, "C3": 3}, 79, "medium"),
        ({"D1": 0, "D2": 0, "D3": 0, "B1": 0, "B2": 12, "B3": 0, "C1": 0, "C2": 0}, 60, "medium"),
        ({"D1": 0, "D2": 0, "D3": 0, "B1": 0, "B2": 12, "B3": 0, "C1": 0, "C2": 0, "A4": 5}, 59, "high"),
    ],
)
def test_grades_at_their_lines(changed, total, expected):
    sheet = full(**changed)
    assert (sheet.total, sheet.grading.grade) == (total, expected)


def test_the_grade_of_a_sheet_follows_dated_parameters():
    given = params(ACCEPTED).with_values({"hwt.score.low": "111"})
    assert grade(full(), given).grade == "medium"


@pytest.mark.parametrize(
    ("factor", "given", "says"),
    [
        ("A1", 11, "运输距离得分应为0至10的整数。"),
        ("D1", 3, "长三角无此类处置能力只能为0或5。"),
        ("D2", 5, "白名单只能为0或3。"),
        ("D3", 2, ""),
    ],
)
def test_points_a_person_may_give(factor, given, says):
    assert SCORING[factor].fault(given) == says


def test_a_table_with_a_gap_makes_factors_missing_and_never_zero():
    empty = BookOnDay("score_bands", ACCEPTED, (), {})
    sheet = SCORING.sheet(*sample_1(score_bands=empty))
    assert len(sheet.missing) == len(SCORING)
    assert sheet.provisional
