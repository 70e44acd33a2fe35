"""Status words: the platform's states all have one, none is a bare colour, and no two vocabularies disagree."""

import pytest

from luban.kit.process import STATES
from luban.ui.words import WORDS, case_status, status

LICENCE_STATES = [
    "issued",
    "suspended",
    "superseded",
    "withdrawn",
    "revoked",
    "cancelled",
    "unknown",
    "expired",
    "used_up",
    "not_yet",
    "valid",
]
COLOURS = {"", "is-wait", "is-need", "is-review", "is-pause", "is-done", "is-bad", "is-void"}


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_case_has_a_word(state):
    assert case_status(state=state).word


@pytest.mark.parametrize("state", LICENCE_STATES)
def test_every_state_the_verification_page_can_show_has_a_word(state):
    assert status(of="licence", code=state).word


def test_a_colour_never_stands_without_word_and_icon():
    for words in WORDS.values():
        for mark in words.values():
            assert mark.word
            assert mark.icon
            assert mark.css in COLOURS


def test_what_must_not_be_used_any_more_is_struck_through():
    assert {status(of="licence", code=c).css for c in ("revoked", "cancelled", "withdrawn")} == {"is-void"}


def test_returned_is_never_said_to_an_applicant():
    assert all("退回" not in mark.word for mark in WORDS["case"].values())


def test_clocks_standing_still_show_only_after_acceptance():
    assert case_status(state="accepted", paused=True).word == "已停表"
    assert case_status(state="correcting", paused=True).word == "待补正"


def test_an_unknown_code_names_its_vocabulary():
    with pytest.raises(KeyError, match="licence"):
        status(of="licence", code="nonsense")


def test_a_word_can_carry_a_count():
    mark = status(of="rule", code="doubt", word="存疑 3")
    assert (mark.word, mark.css) == ("存疑 3", "is-need")
