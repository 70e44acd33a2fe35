"""Codes of rows: silent while nothing changes, and the column is named when something does."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.trust.keys import SoftwareKeys
from luban.trust.row_mac import JsonText, check_row, encode, row_mac

GROUPS = (("number", "state", "on", "at", "facts"), ("more",))
ROW: dict[str, Any] = {
    "number": "GFB-310115-20260302-0001",
    "state": "accepted",
    "on": date(2026, 3, 2),
    "at": datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8))),
    "facts": {"b": 1, "a": ["甲", None, True]},
    "more": None,
}


@pytest.fixture
def keys(tmp_path: Path) -> SoftwareKeys:
    return SoftwareKeys(tmp_path / "keys")


def looked_at(mac: str, keys: SoftwareKeys, **changed: Any) -> Any:
    return check_row(table="t", groups=GROUPS, values={**ROW, **changed}, mac=mac, keys=keys)


def test_a_row_read_back_has_the_code_it_was_written_with(keys: SoftwareKeys) -> None:
    mac = row_mac(table="t", groups=GROUPS, values=ROW, keys=keys)
    as_read = {
        "on": date(2026, 3, 2),
        "at": ROW["at"].astimezone(UTC),
        "facts": {"a": ["甲", None, True], "b": 1},
    }
    assert looked_at(mac, keys, **as_read) is None
    key = uuid.uuid4()
    assert (
        looked_at(
            row_mac(table="t", groups=GROUPS, values={**ROW, "number": key}, keys=keys), keys, number=str(key)
        )
        is None
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "GFB-310115-20260302-0002"),
        ("state", "closed_granted"),
        ("on", date(2026, 3, 3)),
        ("at", datetime(2026, 3, 2, 2, 0, 0, 123457, tzinfo=UTC)),
        ("facts", {"b": 2, "a": ["甲", None, True]}),
        ("more", ""),
    ],
)
def test_the_column_that_was_touched_is_named(keys: SoftwareKeys, column: str, value: Any) -> None:
    mac = row_mac(table="t", groups=GROUPS, values=ROW, keys=keys)
    assert looked_at(mac, keys, **{column: value}).columns == (column,)


def test_an_intruder_who_mends_the_tags_is_found_all_the_same(keys: SoftwareKeys, tmp_path: Path) -> None:
    others = SoftwareKeys(tmp_path / "other")
    forged = row_mac(table="t", groups=GROUPS, values={**ROW, "state": "closed"}, keys=others)
    touched = looked_at(forged, keys, state="closed")
    assert touched is not None
    assert touched.columns == ()
    assert looked_at("", keys).blank
    assert looked_at("9.h1.00.00", keys) is not None
    assert looked_at("1.h77.00.00", keys) is not None


def test_a_code_moved_to_another_table_or_shortened_does_not_fit(keys: SoftwareKeys) -> None:
    mac = row_mac(table="u", groups=GROUPS, values=ROW, keys=keys)
    assert looked_at(mac, keys) is not None
    own = row_mac(table="t", groups=GROUPS, values=ROW, keys=keys)
    assert looked_at("1" + own[1:], keys) is not None


def test_rows_from_before_a_new_column_stay_valid_and_do_not_cover_it(keys: SoftwareKeys) -> None:
    old = row_mac(table="t", groups=GROUPS[:1], values=ROW, keys=keys)
    assert looked_at(old, keys, more="later") is None
    assert looked_at(old, keys, state="x").columns == ("state",)


def test_a_new_hmac_key_leaves_old_codes_valid(keys: SoftwareKeys) -> None:
    old = row_mac(table="t", groups=GROUPS, values=ROW, keys=keys)
    assert keys.rotate_hmac() == "h2"
    new = row_mac(table="t", groups=GROUPS, values=ROW, keys=keys)
    assert new.split(".")[1] == "h2" != old.split(".")[1]
    assert looked_at(old, keys) is None is looked_at(new, keys)
    assert keys.hmac_kids == ("h2", "h1")


NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(st.characters(exclude_categories=["Cs"]))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    ),
    max_leaves=20,
)


def as_postgresql(value: Any) -> str:
    """The value as jsonb writes it out: blanks after `,` and `:`, numbers never with an exponent."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {as_postgresql(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_postgresql, value)) + "]"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return json.dumps(value, ensure_ascii=False)


@given(JSON)
def test_json_read_as_text_is_encoded_as_its_value(value: Any) -> None:
    text = as_postgresql(value)
    assert encode(JsonText(text)) == encode(json.loads(text))


def test_json_nested_deeper_than_anybody_writes_is_encoded_all_the_same() -> None:
    text = '{"a": ' + "[" * 300 + "]" * 300 + "}"
    assert encode(JsonText(text)) == encode(json.loads(text))
