"""What registers fill in when a key is named: blanks and what gives way, never what a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.fields import Code, Codes, Day, Text, Tonnes3, field, many, table
from luban.kit.form import Form, Row, Section, section
from luban.kit.prefill import Prefill
from luban.stages.fill.offered import complete_offered, named_sources
from luban.stages.fill.prefill import Filled

DAY, FIRM = date(2026, 3, 2), Applicant("91310115MA1TL1A06J")


class Line(Row):
    """A waste of the plan."""

    code: Code = field("代码", prefill=("plans.code", "previous"))
    name: Text = field("名称", prefill=("plans.name", "previous"))
    uses: Codes = many("用途", prefill=("plans.uses",))
    carrier: Text = field("运输单位", derived=True, prefill=("plans.carrier",))


class Partner(Section):
    """Another firm."""

    code: Code = field("代码", prefill=("partners.code", "previous"))
    licence: Text = field("证号", prefill=("partners.licence", "previous"))
    to: Day = field("有效期止", locked=True, prefill=("partners.to",))
    room: Tonnes3 = field("余量", prefill=("registry.room", "partners.room"))


class Plan(Section):
    """The plan."""

    number: Code = field("计划编号", prefill=("plans.number",))
    lines: list[Line] = table("废物")
    place: Text = field("所在地", prefill=("partners.place",))


class SomeForm(Form):
    """An application."""

    partner: Partner = section("对方", of=Partner, key="s1")
    plan: Plan = section("计划", of=Plan, key="s2")


PARTNERS: dict[str, dict[str, Any]] = {
    "P1": {"code": "P1", "licence": "L1", "to": date(2027, 1, 1), "room": Decimal("12.5"), "place": "甲地"},
    "P2": {"code": "P2", "to": date(2028, 1, 1), "place": "乙地"},
}
ASKED: list[Mapping[str, Any]] = []


def _partner(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    assert (applicant, day) == (FIRM, DAY)
    ASKED.append(given)
    return PARTNERS.get(str(given.get("code")), {})


def _plan(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    if given.get("number") == "N1" and given.get("code") == "W1":
        return {"code": "W1", "name": "污泥", "uses": ["A", "B"], "carrier": "运输甲"}
    return {"number": "N1"}


OFFERS = {
    "partners": Prefill("对方库", _partner, keys=("code",)),
    "plans": Prefill("计划", _plan, keys=("number", "code"), begins=True),
    "unknown": Prefill("无关", _plan, keys=("code",)),
}


def typed(filled: Filled, *changed: str, began: bool = False) -> Filled:
    return complete_offered(
        form=SomeForm,
        filled=filled,
        offers=OFFERS,
        applicant=FIRM,
        day=DAY,
        changed=None if began else changed,
    )


def test_a_typed_key_fills_the_blanks_of_every_section_and_says_from_where() -> None:
    assert named_sources(SomeForm) >= {"partners", "plans", "previous", "registry"}
    found = typed(Filled({"partner": {"code": "P1"}}, {"partner.code": "self"}), "partner.code")
    assert found.payload["partner"] == {"code": "P1", "licence": "L1", "to": "2027-01-01", "room": "12.5"}
    assert found.payload["plan"] == {"place": "甲地"}
    assert found.sources["partner.to"] == found.sources["plan.place"] == "partners"
    assert found.sources["partner.code"] == "self"


def test_another_key_replaces_what_the_old_one_said_and_leaves_what_was_typed() -> None:
    first = typed(Filled({"partner": {"code": "P1"}}, {"partner.code": "self"}), "partner.code")
    first.payload["partner"] |= {"code": "P2", "room": "3"}
    first.sources["partner.room"] = "self"
    found = typed(first, "partner.code", "partner.room")
    assert found.payload["partner"] == {"code": "P2", "licence": None, "to": "2028-01-01", "room": "3"}
    assert "partner.licence" not in found.sources and found.payload["plan"]["place"] == "乙地"
    found.payload["partner"]["code"] = "P9"
    gone = typed(found, "partner.code")
    assert gone.payload["partner"] == {"code": "P9", "licence": None, "to": None, "room": "3"}


def test_what_came_from_elsewhere_stays_unless_the_field_names_the_register_first() -> None:
    payload = {"partner": {"code": "P1", "licence": "旧证", "room": "9"}}
    sources = {"partner.code": "previous", "partner.licence": "previous", "partner.room": "registry"}
    found = typed(Filled(payload, sources), began=True)
    assert found.payload["partner"]["licence"] == "L1" and found.sources["partner.licence"] == "partners"
    assert found.payload["partner"]["room"] == "9"
    unknown = typed(Filled({"partner": {"code": "P9", "licence": "旧证"}}, sources), began=True)
    assert unknown.payload["partner"]["licence"] == "旧证"
    changed = typed(unknown, "partner.code")
    assert changed.payload["partner"]["licence"] is None


def test_a_change_of_something_else_asks_nobody() -> None:
    ASKED.clear()
    before = Filled({"partner": {"code": "P1", "licence": "手填"}}, {"partner.licence": "self"})
    assert typed(before, "partner.licence") == before and not ASKED


def test_the_key_of_a_row_fills_that_row_with_what_the_form_says_around_it() -> None:
    rows = [{"code": "W1"}, {"code": "W1", "name": "手填"}, {"code": "W2"}]
    payload = {"plan": {"number": "N1", "lines": rows}}
    sources = {"plan.number": "plans", "plan.lines[1].name": "self"}
    found = typed(Filled(payload, sources), "plan.lines[0].code", "plan.lines[1].code")
    first, second, third = found.payload["plan"]["lines"]
    assert first == {"code": "W1", "name": "污泥", "uses": ["A", "B"], "carrier": "运输甲"}
    assert second["name"] == "手填" and second["carrier"] == "运输甲" and third == {"code": "W2"}
    assert found.sources["plan.lines[0].uses"] == "plans"
    first["code"] = "W2"
    assert typed(found, "plan.lines[0].code").payload["plan"]["lines"][0] == {
        "code": "W2",
        "name": None,
        "uses": None,
        "carrier": None,
    }


class Answer(Row):
    """A question a register asks."""

    question: Text = field("问题", locked=True, prefill=("asks.question",))
    answer: Text = field("回答")


class Thing(Row):
    """A thing with questions of its own."""

    code: Code = field("代码", prefill=("plans.code", "previous", "asks.code"))
    hint: Text = field("提示", prefill=("asks.hint",))
    answers: list[Answer] = table("问题", locked=True, prefill=("asks.questions",))


class Things(Section):
    """Things, and who asks."""

    who: Code = field("提问人", prefill=("asks.who",))
    things: list[Thing] = table("事物")


class AskedForm(Form):
    """An application with questions."""

    things: Things = section("事物", of=Things, key="s1")


def _asks(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    known = {"W1": ("甲", "乙"), "W2": ("乙", "丙")}.get(str(given.get("code")), ())
    return {
        "hint": given.get("who"),
        "code": "别的",
        "questions": [{"question": f"{given.get('who')}{one}"} for one in known],
    }


ASKS = {"asks": Prefill("提问", _asks, keys=("code", "who"), reads=("code", "who"))}


def asked(filled: Filled, *changed: str) -> Filled:
    return complete_offered(
        form=AskedForm, filled=filled, offers=ASKS, applicant=FIRM, day=DAY, changed=changed
    )


def _rows(filled: Filled) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = filled.payload["things"]["things"][0]["answers"]
    return rows


def test_a_source_gives_the_rows_of_a_table_and_answers_stay_with_their_question() -> None:
    payload = {"things": {"who": "A", "things": [{"code": "W1"}]}}
    found = asked(Filled(payload, {"things.things[0].code": "previous"}), "things.things[0].code")
    assert _rows(found) == [{"question": "A甲"}, {"question": "A乙"}]
    assert found.sources["things.things[0].answers[0].question"] == "asks"
    _rows(found)[1]["answer"] = "答乙"
    found.sources["things.things[0].answers[1].answer"] = "self"
    found.payload["things"]["things"][0]["code"] = "W2"
    other = asked(found, "things.things[0].code")
    assert _rows(other) == [{"question": "A乙", "answer": "答乙"}, {"question": "A丙"}]
    assert other.sources["things.things[0].answers[0].answer"] == "self"
    other.payload["things"]["things"][0]["code"] = "W9"
    none = asked(other, "things.things[0].code")
    assert _rows(none) == []
    assert not any("answers" in path for path in none.sources)


def test_a_key_around_a_row_asks_for_the_row_anew_and_what_is_only_read_is_never_answered() -> None:
    payload = {"things": {"who": "A", "things": [{"code": "W1"}, {}]}}
    sources = {"things.things[0].code": "previous", "things.who": "previous"}
    found = asked(Filled(payload, sources), "things.who")
    first = found.payload["things"]["things"][0]
    assert (first["code"], first["hint"]) == ("W1", "A")
    assert found.payload["things"]["who"] == "A" and found.sources["things.who"] == "previous"
    found.payload["things"]["who"] = "B"
    anew = asked(found, "things.who")
    assert anew.payload["things"]["things"][0]["hint"] == "B"
    assert [row["question"] for row in _rows(anew)] == ["B甲", "B乙"]
