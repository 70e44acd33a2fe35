"""What a person who scans a QR code is told, day by day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.registers.licences.parts import LicenceFact, is_token, new_token
from luban.registers.licences.status import status_on

FILED = LicenceFact(
    number="GFBA-310115-2026-0001",
    holder="91310115MA1TL1A06J",
    valid_from=date(2026, 3, 16),
    valid_to=date(2026, 12, 31),
    status_on=date(2026, 3, 6),
)
REVOKED = replace(FILED, status="revoked", status_on=date(2026, 8, 12))


@pytest.mark.parametrize(
    ("day", "title", "tone"),
    [
        (date(2026, 3, 10), "尚未生效", "blue"),
        (date(2026, 3, 16), "有效", "green"),
        (date(2026, 12, 31), "有效", "green"),
        (date(2027, 1, 1), "已到期", "orange"),
    ],
)
def test_term_with_its_last_day_included(day, title, tone):
    standing = status_on(FILED, day)
    assert (standing.title, standing.tone) == (title, tone)


def test_words_of_the_brief():
    assert status_on(REVOKED, date(2026, 8, 12)).sentence == "该电子批复证照已失效（已于2026年8月12日撤销）"
    cancelled = replace(REVOKED, status="cancelled")
    assert status_on(cancelled, date(2026, 9, 1)).sentence == "该电子批复证照已失效（已于2026年8月12日注销）"
    assert status_on(FILED, date(2027, 1, 1)).sentence == "该电子批复证照已失效（有效期至2026年12月31日）"
    assert status_on(None, date(2026, 1, 1)).title == "查无此证"


def test_revoked_goes_before_expired_and_before_not_yet():
    assert status_on(REVOKED, date(2027, 5, 1)).code == "revoked"
    early = replace(FILED, status="revoked", status_on=date(2026, 3, 10))
    assert status_on(early, date(2026, 3, 11)).code == "revoked"


def test_the_day_before_a_revocation_was_still_valid():
    assert status_on(REVOKED, date(2026, 8, 11)).code == "valid"


@pytest.mark.parametrize(
    ("status", "tone"), [("withdrawn", "red"), ("superseded", "orange"), ("suspended", "orange")]
)
def test_other_ends(status, tone):
    standing = status_on(replace(REVOKED, status=status, replaced_by="next"), date(2026, 8, 12))
    assert (standing.code, standing.tone) == (status, tone)
    assert standing.current == ("next" if status == "superseded" else "")
    assert not standing.good


def test_used_up():
    used = replace(FILED, quantity={"qty_t": "120.000", "used_t": "120.000"})
    assert status_on(used, date(2026, 6, 1)).code == "used_up"
    assert status_on(replace(used, valid_to=date(2026, 5, 1)), date(2026, 6, 1)).code == "expired"


def test_open_ended_licence_never_expires():
    assert status_on(replace(FILED, valid_to=None), date(2099, 1, 1)).code == "valid"


@given(st.integers(min_value=-400, max_value=400), st.sampled_from(["issued", "revoked", "suspended"]))
def test_valid_exactly_inside_the_term_and_before_any_change(offset, status):
    day = FILED.valid_from + timedelta(days=offset)
    licence = replace(FILED, status=status, status_on=date(2026, 8, 12))
    inside = FILED.valid_from <= day <= date(2026, 12, 31)
    changed = status != "issued" and day >= date(2026, 8, 12)
    assert status_on(licence, day).good == (inside and not changed)


def test_tokens_are_long_random_and_recognised():
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(is_token(token) and len(token) == 22 for token in tokens)
    assert not is_token("0" * 21) and not is_token("０" * 22) and not is_token("a" * 21 + "'")


def test_an_unknown_state_is_an_error():
    with pytest.raises(ValueError, match="not a state"):
        replace(FILED, status="lost")
