"""What a page posts and what a draft keeps are the same thing, whatever is typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.kit.conditions import when
from luban.kit.fields import Choice, Codes, Text, Tonnes3, YesNo, field, many, table
from luban.kit.form import Form, Row, Section, form_spec, section
from luban.kit.refusal import Refused
from luban.stages.fill.typed import applicable, merged, payload_from, posted_from, with_derived


class Part(Row):
    label: Text = field("部件")
    tested: YesNo = field("已检")


class Line(Row):
    code: Text = field("代码")
    qty: Tonnes3 = field("数量")
    uses: Codes = many("用途")
    parts: list[Part] = table("部件", max_rows=3)


class Load(Section):
    way: Choice = field("方式")
    safe: YesNo = field("安全")
    harbour: Text = field("码头", shown=when("way", "ship"))
    lines: list[Line] = table("明细", max_rows=4)
    total: Tonnes3 = field("合计", derived=True)


class LoadForm(Form):
    load: Load = section("货物", of=Load)


SPEC = form_spec(LoadForm).section("load")
texts = st.text(max_size=12).map(lambda t: t.replace("\r", "").replace("\0", "")).filter(lambda t: t.strip())
codes = st.lists(st.text("ABC123", min_size=1, max_size=4), max_size=3)
parts = st.fixed_dictionaries({"tested": st.booleans()}, optional={"label": texts})
lines = st.fixed_dictionaries(
    {"uses": codes}, optional={"code": texts, "qty": texts, "parts": st.lists(parts, min_size=1, max_size=3)}
)
loads = st.fixed_dictionaries(
    {"safe": st.booleans()},
    optional={"way": texts, "harbour": texts, "lines": st.lists(lines, min_size=1, max_size=4)},
)


@given(loads)
def test_a_page_posts_back_exactly_what_it_showed(values: dict[str, Any]) -> None:
    posted = posted_from(spec=SPEC, values=values)
    again = payload_from(spec=SPEC, posted=posted)
    for row in again.get("lines", []):
        assert set(row) <= {"code", "qty", "uses", "parts"}
    assert posted_from(spec=SPEC, values=again) == posted
    assert {k: v for k, v in again.items() if k != "lines"} == {
        k: v for k, v in values.items() if k != "lines"
    }


@given(
    st.dictionaries(
        st.text(max_size=30).map(lambda t: f"load.{t}"), st.lists(st.text(max_size=5), max_size=2)
    )
)
def test_any_names_are_read_or_refused_in_chinese(posted: dict[str, list[str]]) -> None:
    try:
        payload_from(spec=SPEC, posted=posted)
    except Refused as refused:
        assert refused.status == 422
        assert "刷新页面" in refused.message or "最多" in refused.message


@pytest.mark.parametrize(
    "name",
    ["load.lines[999999999999].code", "load.lines[²].code", "load.lines", "load.lines[0]", "load.nothing",
     "load.way[0]", "load.lines[0].parts[3].label", "load." + "9" * 5000],
)  # fmt: skip
def test_names_that_make_no_sense_are_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        payload_from(spec=SPEC, posted={name: ["x"]})
    assert refused.value.status == 422


def test_a_tick_box_that_was_not_posted_is_no_and_other_fields_stay() -> None:
    stored = {"way": "road", "safe": True, "lines": [{"code": "A", "uses": ["X"]}, {"code": "B"}]}
    posted = payload_from(spec=SPEC, posted={"load.lines[0].code": ["A2"], "load._search": ["zzz"]})
    assert posted["safe"] is False
    after = merged(specs=SPEC.fields, stored=stored, posted=posted)
    assert after == {"way": "road", "safe": False, "lines": [{"code": "A2"}, {"code": "B"}]}


def test_a_blank_clears_and_the_last_of_several_values_counts() -> None:
    posted = payload_from(spec=SPEC, posted={"load.way": [" "], "load.safe": ["", "true"]})
    assert merged(specs=SPEC.fields, stored={"way": "road"}, posted=posted) == {"safe": True}
    assert payload_from(spec=SPEC, posted={"load.safe": [""]})["safe"] is None


def test_text_no_database_can_hold_is_cleaned() -> None:
    after = merged(specs=SPEC.fields, stored={}, posted={"way": "a\0b\ud800c"})
    assert after == {"way": "abc"}


def test_hidden_answers_and_unknown_names_are_not_filed_but_kept_in_the_draft() -> None:
    payload = {"load": {"way": "road", "harbour": "旧码头", "gone": 1}, "other": {}}
    assert applicable(LoadForm, payload) == {"load": {"way": "road"}}
    shown, _ = with_derived(LoadForm, payload)
    assert shown["load"]["harbour"] == "旧码头"
