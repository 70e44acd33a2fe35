"""An assessment is what the history says: the machine's word, corrections, disposals, a second look."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from luban.kit.acts import ClauseDisposal, DoubtSettled, FailOverridden, Nothing, ScoreCorrection, SecondLook
from luban.kit.assessment import (
    KEY,
    assess,
    correction_allowed,
    current,
    disposal_allowed,
    doubts_settled,
    may_conclude,
)
from luban.kit.process import Desk, Go, Process, Stay, Step
from luban.kit.scores import Dimension, Grading, Points, Scoring, missing
from luban.kit.verdicts import Clauses, Verdict, doubts, fails, passes
from luban.kit.view import Act, Situation

DAY = date(2026, 3, 2)
CLAUSES = Clauses()
SCORING = Scoring(
    dimensions=(Dimension("A", "运输", 20),),
    grade=lambda sheet, params: Grading(
        "low" if sheet.total >= 10 else "high", "", "同意", ("总分",), on_fail="不予同意"
    ),
)


@CLAUSES.clause("C-1", "就近", overridable=True)
def near(form, facts, today):
    yield {"fail": fails, "doubt": doubts}.get(form.near, passes)("远近")


@CLAUSES.clause("C-2", "范围")
def scope(form, facts, today):
    yield {"fail": fails, "doubt": doubts}.get(form.scope, passes)("范围")


@SCORING.factor("A1", "距离", dimension="A", most=10)
def distance(form, facts, today):
    yield Points(form.km, "里程") if form.km is not None else missing("没有里程")


@SCORING.factor("A2", "轨迹", dimension="A", most=10)
def track(form, facts, today):
    yield Points(4, "轨迹")


DESK = Desk("reviewer")
STEP = Step(
    "review",
    "审查",
    DESK,
    actions=(
        Go("assess", "自动审查", assesses=True, stays=True),
        Stay("correct_score", "修正", data=ScoreCorrection),
        Stay("dispose", "处置", data=ClauseDisposal),
        Stay("look", "复核", data=SecondLook),
    ),
)
ITEM = SimpleNamespace(clauses=CLAUSES, scoring=SCORING, process=Process(steps=(STEP,)))


@dataclass
class Params:
    values: dict[str, int] = field(default_factory=lambda: {"score.second_look_points": 10})

    def integer(self, key):
        return self.values[key]


class Story:
    """A history being written."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.view: Any = SimpleNamespace(acts=self.acts, params=Params())

    def assessed(self, **form: Any) -> Story:
        values = SimpleNamespace(**{"near": "", "scope": "", "km": 6, **form})
        said = assess(item=ITEM, form=values, facts=SimpleNamespace(params=Params()), today=DAY)
        return self.said("assess", **{KEY: said})

    def said(self, action: str, **data: Any) -> Story:
        when, n = datetime(2026, 3, 2, 9), len(self.acts) + 1
        self.acts.append(Act(n, when, "a", "甲", "reviewer", action, "", "", "", "", data))
        return self

    @property
    def now(self) -> Any:
        return current(item=ITEM, view=self.view)

    def asked(self, guard: Any, **data: Any) -> Any:
        return guard(Situation(self.view, SimpleNamespace(**data), None, lambda: None, ITEM))


REASON = "定位终端已修复，现场核验轨迹连续"


def test_nothing_is_said_before_the_machine_has_spoken():
    story = Story().said("accept")
    assert story.now is None
    assert story.asked(may_conclude) == "还没有自动审查结果，请先进行自动审查。"


def test_corrections_stand_beside_the_machines_points():
    story = Story().assessed().said("correct_score", factor="A2", points=9, reason=REASON)
    found = story.now
    assert (found.sheet["A2"].auto, found.sheet["A2"].manual, found.sheet.total) == (4, 9, 15)
    story.said("correct_score", factor="A2", reason=REASON)
    assert (story.now.sheet["A2"].manual, story.now.sheet.total) == (None, 10)


def test_a_new_assessment_keeps_corrections_and_says_where_the_machine_moved():
    story = Story().assessed(km=6).said("correct_score", factor="A1", points=8, reason=REASON)
    story.assessed(km=2)
    assert (story.now.version, story.now.sheet["A1"].final, story.now.moved) == (2, 8, ("A1",))
    assert "距离" in story.asked(may_conclude)
    assert story.asked(correction_allowed, factor="A1", points=8, reason=REASON) is None
    story.said("correct_score", factor="A1", points=8, reason=REASON)
    assert story.now.moved == ()


def test_what_is_missing_bars_the_conclusion_until_a_person_gives_points():
    story = Story().assessed(km=None)
    assert "暂定分" in story.asked(may_conclude)
    story.said("correct_score", factor="A1", points=6, reason=REASON).said("look")
    assert story.asked(may_conclude) is None


def test_a_change_of_grade_or_ten_points_asks_for_a_second_look_and_a_later_correction_asks_again():
    story = Story().assessed(km=6)
    assert story.asked(may_conclude) is None
    story.said("correct_score", factor="A1", points=5, reason=REASON)
    assert "复核" in story.asked(may_conclude)
    story.said("look")
    assert story.asked(may_conclude) is None
    story.said("correct_score", factor="A2", points=3, reason=REASON)
    assert "复核" in story.asked(may_conclude)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"factor": "A9", "points": 1, "reason": REASON}, "没有这一评分项"),
        ({"factor": "A1", "points": 11, "reason": REASON}, "距离得分应为0至10的整数。"),
        ({"factor": "A1", "points": 7, "reason": "理由只有九个字呀"}, "不少于10字"),
        ({"factor": "A1", "points": 6, "reason": REASON}, "修正值与当前得分相同。"),
        ({"factor": "A1", "points": None, "reason": REASON}, "修正值与当前得分相同。"),
    ],
)
def test_corrections_that_cannot_be(data, says):
    assert says in Story().assessed().asked(correction_allowed, **data)
    assert Story().assessed().asked(correction_allowed, factor="A1", points=7, reason=REASON) is None


def test_doubts_are_settled_one_by_one():
    story = Story().assessed(near="doubt", scope="doubt")
    assert story.now.overall is Verdict.DOUBT
    assert story.asked(doubts_settled) == "还有存疑条款没有处置：就近、范围。"
    story.said("dispose", clause="C-1", disposal="confirm_pass", reason=REASON)
    story.said("dispose", clause="C-2", disposal="confirm_fail", reason=REASON)
    assert story.asked(doubts_settled) is None
    assert str(story.now.overall) == "fail"


@pytest.mark.parametrize(
    ("form", "data", "says"),
    [
        ({"scope": "fail"}, {"clause": "C-2", "disposal": "override", "reason": REASON * 2}, "不能放行"),
        ({"near": "fail"}, {"clause": "C-1", "disposal": "override", "reason": REASON}, "不少于20字"),
        ({"near": "doubt"}, {"clause": "C-1", "disposal": "override", "reason": REASON * 2}, "不需要"),
        ({"near": "fail"}, {"clause": "C-1", "disposal": "confirm_pass", "reason": REASON}, "不需要"),
        ({}, {"clause": "C-9", "disposal": "confirm_pass", "reason": REASON}, "没有这一审查条款"),
    ],
)
def test_words_to_a_clause_that_cannot_be(form, data, says):
    assert says in Story().assessed(**form).asked(disposal_allowed, **data)


def test_an_overridable_fail_is_overridden_with_a_long_reason():
    story = Story().assessed(near="fail")
    data = {"clause": "C-1", "disposal": "override", "reason": REASON * 2}
    assert story.asked(disposal_allowed, **data) is None
    assert story.said("dispose", **data).now.overall is Verdict.PASS


def test_a_failed_clause_decides_the_suggestion_whatever_the_points_until_it_is_overridden():
    assert Story().assessed(scope="doubt").now.grading.suggestion == "同意"
    story = Story().assessed(near="fail", scope="doubt")
    found = story.now.grading
    assert (found.grade, found.suggestion, found.reasons) == ("low", "不予同意", ("C-1 就近：远近。", "总分"))
    story.said("dispose", clause="C-1", disposal="override", reason=REASON * 2)
    assert (story.now.grading.suggestion, story.now.grading.reasons) == ("同意", ("总分",))
    story.said("dispose", clause="C-2", disposal="confirm_fail", reason=REASON)
    assert story.now.grading.reasons[0].startswith("C-2")


def test_an_act_without_words_of_its_own_says_nothing():
    assert STEP.actions[0].data is Nothing
    assert STEP.actions[1].stays


def test_a_desk_that_only_settles_doubts_overrides_nothing():
    story = Story().assessed(near="fail", scope="doubt")
    where = (story.view, None, lambda: None, ITEM)
    words = {"clause": "C-1", "disposal": "override", "reason": REASON * 2}
    unheard = {**words, "clause": "C-2", "disposal": "whatever"}

    def asked(kind: Any, said: dict[str, str]) -> Any:
        return disposal_allowed(Situation(where[0], kind(**said), *where[1:]))

    assert asked(FailOverridden, words) is None
    assert asked(ClauseDisposal, words) is None
    assert "没有这一处置方式" in asked(DoubtSettled, words)
    assert "没有这一处置方式" in asked(ClauseDisposal, unheard)


def test_a_correction_stays_to_be_confirmed_however_often_the_machine_runs():
    story = Story().assessed(km=6).said("correct_score", factor="A1", points=8, reason=REASON)
    story.assessed(km=2).assessed(km=2)
    assert story.now.moved == ("A1",)
