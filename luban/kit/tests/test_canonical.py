"""Canonical JSON (waste-chain §2.1): one text per meaning."""

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.kit.canonical import NotCanonical, canonical

SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.text(max_size=12),
    st.dates(),
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False),
)
FORMS = st.recursive(
    st.dictionaries(st.text("abcxyz_", min_size=1, max_size=5), SCALARS, max_size=5),
    lambda inner: st.dictionaries(
        st.text("abcxyz_", min_size=1, max_size=5), st.one_of(inner, st.lists(inner, max_size=3)), max_size=4
    ),
    max_leaves=12,
)


def test_the_sections_of_the_brief() -> None:
    wastes = {"wastes": [{"waste_code": "900-003-S17", "seq": 1, "planned_qty_t": Decimal("120.000")}]}
    expected = (
        '{"total_qty_t":"120.000","wastes":[{"planned_qty_t":"120.000","seq":1,"waste_code":"900-003-S17"}]}'
    )
    assert canonical({**wastes, "total_qty_t": Decimal("120.000")}) == expected
    route = {"transport_mode": "road", "transit_province_codes": []}
    assert canonical(route) == '{"transit_province_codes":[],"transport_mode":"road"}'
    period = {"start_date": date(2026, 3, 16), "end_date": date(2026, 12, 31)}
    assert canonical(period) == '{"end_date":"2026-12-31","start_date":"2026-03-16"}'
    assert canonical({"truth_commitment": True}) == '{"truth_commitment":true}'


def test_empty_answers_do_not_count() -> None:
    assert (
        canonical({"a": None, "b": "", "c": "  \u3000", "d": 0, "e": False, "f": []})
        == '{"d":0,"e":false,"f":[]}'
    )


def test_text_is_composed_trimmed_and_not_escaped() -> None:
    assert canonical({"n": " 上海e\u0301 "}) == '{"n":"上海é"}'
    assert canonical({"n": '引"号\n</script>'}) == '{"n":"引\\"号\\n</script>"}'


def test_numbers_and_instants() -> None:
    assert canonical(Decimal("1E+2")) == '"100"'
    assert canonical(Decimal("-0.00")) == '"0.00"'
    moment = datetime(2026, 3, 6, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    assert canonical({"at": moment}) == '{"at":1772762400123}'
    assert canonical({"at": moment}) == canonical({"at": moment.astimezone(UTC)})
    assert canonical({"at": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)}) == '{"at":-1000}'


def test_lists_keep_their_order() -> None:
    assert canonical([3, 1, 2]) == "[3,1,2]"


@pytest.mark.parametrize(
    "bad",
    [
        1.5,
        {"a": [None]},
        {"a": [" "]},
        {1: "a"},
        datetime(2026, 1, 1),
        {"a": {1, 2}},
        Decimal("NaN"),
        "\ud800",
        b"x",
    ],
)
def test_what_has_no_canonical_form_is_refused(bad: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(bad)


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(NotCanonical, match=r"\$\.wastes\[1\]\.qty"):
        canonical({"wastes": [{}, {"qty": 1.5}]})


@given(FORMS)
def test_order_of_answers_and_form_of_text_do_not_matter(form: dict[str, object]) -> None:
    backwards = dict(reversed(form.items()))
    assert canonical(form) == canonical(backwards)
    assert json.loads(canonical(form)) is not None
    assert canonical(form) == unicodedata.normalize("NFC", canonical(form))


@given(FORMS)
def test_what_was_read_back_has_the_same_text(form: dict[str, object]) -> None:
    text = canonical(form)
    assert canonical(json.loads(text)) == text


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6),
        st.one_of(st.integers(), st.text(st.characters(exclude_categories=["Cs"])), st.booleans()),
        max_size=8,
    )
)
def test_it_is_what_json_itself_writes(values: dict[str, object]) -> None:
    text = canonical(values)
    written = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert text == written
