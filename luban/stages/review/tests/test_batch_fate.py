"""Where a sealed letter stands, said from what happened to it."""

from __future__ import annotations

from datetime import date

import pytest

from luban.stages.review.batch_fate import Delivery, Fate, letter_stands

TODAY, DUE = date(2026, 7, 15), date(2026, 7, 22)
ACCEPTED = Delivery("delivered", answer={"data": {"reference": "SQ-1"}})
DELIVERED = Delivery("delivered", answer={"data": {"state": "delivered"}})


def stands(**more: object) -> str:
    said = {"withdrawn": False, "answer": "", "due": DUE, "today": TODAY, "told": DELIVERED, **more}
    return letter_stands(**said)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (None, "signed"),
        (Delivery("pending"), "signed"),
        (Delivery("sending"), "sending"),
        (Delivery("retrying", "无法连接对方系统。"), "sending"),
        (Delivery("rejected", "对方拒收"), "sending"),
        (ACCEPTED, "sent"),
        (DELIVERED, "delivered"),
    ],
)
def test_a_letter_is_sent_when_the_partner_took_it_and_delivered_when_it_says_so(
    told: Delivery | None, code: str
) -> None:
    assert stands(told=told) == code


def test_an_unanswered_letter_is_overdue_the_day_after_the_last_day() -> None:
    assert stands(today=DUE) == "delivered"
    assert stands(today=date(2026, 7, 23)) == "overdue"
    assert stands(today=date(2026, 7, 23), due=None) == "delivered"


def test_an_answer_speaks_louder_than_the_clock_and_a_withdrawal_louder_than_an_answer() -> None:
    late = date(2026, 8, 1)
    assert stands(today=late, answer="replied_partial") == "replied_partial"
    assert stands(today=late, answer="replied_partial", withdrawn=True) == "withdrawn"


def test_what_is_stuck_is_not_waited_for() -> None:
    assert Fate("signing").moving
    assert not Fate("signing", "无法连接对方系统。").moving
    assert not Fate("delivered").moving
