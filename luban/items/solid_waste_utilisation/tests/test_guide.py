"""The eight questions lead where the boundary table says (一般固体废物 0.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from luban.cases.shipped import shipped_context
from luban.items.solid_waste_utilisation.guide import GUIDE, METHOD, YEAR
from luban.items.solid_waste_utilisation.item import ITEM
from luban.items.solid_waste_utilisation.notice import NOTICE
from luban.kit.reading import read_form
from luban.stages.trial.book import put_at

DAY = date(2026, 3, 2)
THROUGH: dict[str, Any] = {
    "Q1": "general",
    "Q2": "utilisation",
    "Q3": "320000",
    "Q4": "producer",
    "Q5": ["industrial"],
    "Q6": ["road", "ship"],
    "Q7": "this",
    "Q8": "UM02",
}


def params(day: date) -> Any:
    """Parameters of a day."""
    return shipped_context(today=day).params(day, ITEM.code)


def test_general_waste_to_be_used_elsewhere_is_filed_and_presets_the_form() -> None:
    state = GUIDE.state(THROUGH, day=DAY, params=params(DAY))
    assert state.ready
    assert dict(state.sets) == {
        "end_use.end_use_type": "utilisation",
        "receiver.receiver_province_code": "320000",
        "generator.applicant_type": "producer",
        "source.filing_year": 2026,
        "end_use.utilisation_method": "UM02",
    }
    assert any("M14" in hint for hint in state.hints)


@pytest.mark.parametrize(
    ("question", "answer", "stopped", "leads_to"),
    [
        ("Q1", "hazardous", "", "hazwaste_transfer_out"),
        ("Q1", "unknown", "请先完成属性鉴别。", ""),
        ("Q2", "storage", "", "solid_waste_disposal"),
        ("Q2", "disposal", "", "solid_waste_disposal"),
        ("Q3", "310000", "市内转移不适用。", ""),
        ("Q3", "abroad", "不适用，出口另有规定。", ""),
    ],
)
def test_other_cases_are_sent_elsewhere(question: str, answer: str, stopped: str, leads_to: str) -> None:
    state = GUIDE.state({**THROUGH, question: answer}, day=DAY)
    assert (state.stopped, state.leads_to, state.ready) == (stopped, leads_to, False)


def test_next_year_can_be_chosen_from_the_first_of_december() -> None:
    answers = {**THROUGH, "Q7": "next"}
    early, late = date(2026, 11, 30), date(2026, 12, 1)
    assert GUIDE.state(answers, day=early, params=params(early)).next is YEAR
    opened = GUIDE.state(answers, day=late, params=params(late))
    assert opened.ready and opened.sets["source.filing_year"] == 2027


def test_each_question_is_asked_in_turn() -> None:
    given: dict[str, Any] = {}
    for question in GUIDE.questions:
        assert GUIDE.state(given, day=DAY).next is question
        given[question.code] = THROUGH[question.code]


def test_everything_the_guide_sets_is_a_field_of_the_form() -> None:
    tree: dict[str, Any] = {}
    for question in GUIDE.questions:
        for option in question.options:
            for path, value in option.presets(DAY).items():
                put_at(tree, path, value)
    assert read_form(ITEM.form, tree).unknown == ()


def test_methods_asked_are_those_of_the_dictionary() -> None:
    terms = shipped_context(today=DAY).terms(DAY).where(dictionary="utilisation_method")
    assert [(o.value, o.label) for o in METHOD.options] == [(e["code"], e["name"]) for e in terms]


@pytest.mark.parametrize(("day", "law"), [(DAY, "第二十二条第二款"), (date(2026, 9, 1), "生态环境法典")])
def test_notice_cites_the_law_of_the_day_and_no_amounts(day: date, law: str) -> None:
    words = "".join(NOTICE.printed(laws=shipped_context(today=day).laws, day=day))
    assert law in words
    assert "万元" not in words
    assert params(day).integer(NOTICE.seconds.key) == 10
