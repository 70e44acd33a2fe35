"""The seven questions lead where the boundary table says, and the hints of 2A.7 stand where its thresholds lie."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from luban.cases.shipped import shipped_context
from luban.items.solid_waste_disposal.form import ApprovalForm
from luban.items.solid_waste_disposal.guide import BY_POST, GUIDE, ONLINE, SIGN_FIRST
from luban.items.solid_waste_disposal.item import ITEM
from luban.items.solid_waste_disposal.nearby import lights, overall
from luban.items.solid_waste_disposal.notice import NOTICE
from luban.kit.reading import read_form
from luban.stages.trial import read_cases
from luban.stages.trial.book import put_at

DAY = date(2026, 3, 2)
SAMPLE = read_cases(Path(__file__).with_name("cases.yaml"))[0]
THROUGH: dict[str, Any] = {
    "Q1": "general",
    "Q2": "disposal",
    "Q3": "330000",
    "Q4": "collector",
    "Q5": ["industrial"],
    "Q6": ["road"],
    "Q7": "yes",
}


def params(day: date = DAY) -> Any:
    """Parameters of a day."""
    return shipped_context(today=day).params(day, ITEM.code)


def test_general_waste_to_be_disposed_of_elsewhere_presets_the_form() -> None:
    state = GUIDE.state(THROUGH, day=DAY)
    assert state.ready
    assert dict(state.sets) == {
        "end_use.end_use_type": "disposal",
        "receiver.receiver_province_code": "330000",
        "generator.applicant_type": "collector",
    }
    assert ONLINE in state.hints


@pytest.mark.parametrize(
    ("question", "answer", "stopped", "leads_to"),
    [
        ("Q1", "hazardous", "", "hazwaste_transfer_out"),
        ("Q1", "unknown", "请先完成属性鉴别。", ""),
        ("Q2", "utilisation", "", "solid_waste_utilisation"),
        ("Q3", "310000", "市内转移不适用。", ""),
        ("Q3", "abroad", "不适用，出口另有规定。", ""),
    ],
)
def test_other_cases_are_sent_elsewhere(question: str, answer: str, stopped: str, leads_to: str) -> None:
    state = GUIDE.state({**THROUGH, question: answer}, day=DAY)
    assert (state.stopped, state.leads_to, state.ready) == (stopped, leads_to, False)


def test_without_contracts_one_may_go_on_and_is_told() -> None:
    state = GUIDE.state({**THROUGH, "Q3": "other", "Q7": "no"}, day=DAY)
    assert state.ready and SIGN_FIRST in state.hints and BY_POST in state.hints


def test_everything_the_guide_sets_is_a_field_of_the_form() -> None:
    tree: dict[str, Any] = {}
    for question in GUIDE.questions:
        for option in question.options:
            for path, value in option.presets(DAY).items():
                put_at(tree, path, value)
    assert read_form(ITEM.form, tree).unknown == ()


@pytest.mark.parametrize(("day", "law"), [(DAY, "第二十二条第一款"), (date(2026, 9, 1), "生态环境法典")])
def test_notice_cites_the_law_of_the_day_and_no_amounts(day: date, law: str) -> None:
    words = "".join(NOTICE.printed(laws=shipped_context(today=day).laws, day=day))
    assert law in words
    assert "万元" not in words
    assert params(day).integer(NOTICE.seconds.key) == 15


def found(**change: Any) -> dict[str, str]:
    """The lights of the sample with changes (dots written as __)."""
    form = read_form(ApprovalForm, SAMPLE.form).form
    for path, value in change.items():
        section, name = path.split("__")
        setattr(getattr(form, section), name, value)
    return dict(lights(form, params=params(), committed_here=Decimal(0)))


def test_the_sample_is_near_and_asks_for_attention() -> None:
    assert found() == {
        "distance": "green",
        "transit": "green",
        "capacity": "green",
        "necessity": "yellow",
    }
    assert overall(found()) == "attention"


@pytest.mark.parametrize(
    ("change", "light", "colour"),
    [
        ({"route__route_distance_km": Decimal("300.0")}, "distance", "green"),
        ({"route__route_distance_km": Decimal("300.1")}, "distance", "yellow"),
        ({"route__route_distance_km": Decimal("600.1")}, "distance", "red"),
        ({"route__transit_province_codes": ["320000"]}, "transit", "yellow"),
        ({"route__transit_province_codes": ["320000", "340000"]}, "transit", "red"),
        ({"receiver__receiver_committed_t": Decimal("15400.000")}, "capacity", "green"),
        ({"receiver__receiver_committed_t": Decimal("15400.001")}, "capacity", "yellow"),
        ({"receiver__receiver_committed_t": Decimal("18400.001")}, "capacity", "red"),
        ({"end_use__necessity_reason": "no_local"}, "necessity", "green"),
        ({"end_use__necessity_reason": "group"}, "necessity", "red"),
    ],
)
def test_each_threshold_turns_its_light(change: dict[str, Any], light: str, colour: str) -> None:
    assert found(**change)[light] == colour


def test_any_red_light_asks_for_a_close_look_and_none_for_nothing() -> None:
    assert overall(found(end_use__necessity_reason="other")) == "key"
    assert overall(found(end_use__necessity_reason="maintenance")) == "usual"
