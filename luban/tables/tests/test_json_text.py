"""What is written reads as what Django's encoder would have written."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from luban.kit.clock import ZONE
from luban.tables.json_text import understood, written

_PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
)
_LEAVES = (
    _PLAIN
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
)
_KEYS = st.text() | st.integers()
VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner) | st.tuples(inner), max_leaves=20
)


def by_django(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


@given(VALUES)
def test_it_reads_as_django_would_have_written_it(value: Any) -> None:
    assert json.loads(written(value)) == by_django(value)


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=ZONE),
        datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        date(2026, 3, 2),
        Decimal("1.500"),
        timedelta(days=1, seconds=2),
        uuid.UUID("5f7d1c26-8f0b-4a52-9a51-0f8a7e9a2b64"),
        SafeString("<b>粉煤灰</b>"),
        {1: "一", "b": ("x", None)},
        "\ud800",
    ],
    ids=repr,
)
def test_what_forms_and_acts_hold(value: Any) -> None:
    assert json.loads(written(value)) == by_django(value)


@given(st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_what_was_written_is_understood(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert understood(text) == json.loads(text)


def test_other_things_are_refused() -> None:
    with pytest.raises(TypeError):
        written({"x": object()})
