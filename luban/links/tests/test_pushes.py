"""The national system pushes replies to the running house: as agreed, late, twice, out of order, wrongly signed."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from luban.links.inbox.models import Message
from luban.links.mee_hazwaste import client as mee
from luban.links.registry import deliver
from luban.links.tests.test_hazwaste import letter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(sandbox: Any, live_server: Any) -> Any:
    """Have the national system reply to a letter it holds, towards the live server."""

    def say(number: str, **told: Any) -> Any:
        letters = {"letter_no": number, "url": f"{live_server.url}/inbox/mee_hazwaste/reply/", **told}
        return httpx.post(f"{sandbox.url}/_say/mee_hazwaste/reply", json=letters, trust_env=False, timeout=30)

    return say


def number(n: int) -> str:
    """A letter of that number, sent."""
    letter_no = f"沪环危转商〔2026〕{n:04}号"
    deliver(
        link="mee_hazwaste", name="consultation_letter", body=letter(letter_no=letter_no), key=f"push-{n}"
    )
    return letter_no


def kept() -> list[tuple[str, int]]:
    return list(Message.objects.order_by("id").values_list("subject", "version"))


def statuses(answer: httpx.Response) -> list[int]:
    return [one["status"] for one in answer.json()["sent"]]


def test_a_reply_is_pushed_and_can_be_asked_for_as_well(sandbox: Any, post: Any) -> None:
    one = number(201)
    assert statuses(post(one, conclusion="partial")) == [200]
    assert kept() == [(one, 1)]
    found = mee.reply_to(letter_no=one, case_no="WZC-310115-20260701-0001")
    assert found is not None and found.conclusion == "partial"
    assert [row["approved_t"] for row in found.approved()] == ["150.0000"] * 3
    assert found.told()["province"] == "330000"


def test_pushed_twice_it_is_kept_once(sandbox: Any, post: Any) -> None:
    one = number(202)
    sandbox.switch("mee_hazwaste", "duplicate", times=1)
    assert statuses(post(one)) == [200, 200]
    assert statuses(post(one)) == [200]
    assert kept() == [(one, 1)]


def test_wrongly_signed_it_is_refused_and_remains_to_be_asked_for(sandbox: Any, post: Any) -> None:
    one = number(203)
    sandbox.switch("mee_hazwaste", "bad_push", times=1)
    assert statuses(post(one)) == [401]
    assert kept() == []
    assert mee.reply_to(letter_no=one) is not None


def test_late_it_can_be_asked_for_meanwhile(sandbox: Any, post: Any) -> None:
    one = number(204)
    sandbox.switch("mee_hazwaste", "late_push", seconds=1, times=1)
    started = time.monotonic()
    assert statuses(post(one)) == [200]
    assert time.monotonic() - started >= 1
    assert kept() == [(one, 1)]


def test_a_correction_that_overtakes_is_kept_beside_what_it_corrects(sandbox: Any, post: Any) -> None:
    one = number(205)
    assert statuses(post(one, version=2, reply_no="浙环函〔2026〕99号")) == [200]
    assert statuses(post(one, version=1)) == [200]
    assert kept() == [(one, 2), (one, 1)]
    latest = mee.reply_to(letter_no=one)
    assert latest is not None and latest.version == 2


def test_the_letter_must_be_known_over_there(post: Any) -> None:
    answer = post("沪环危转商〔2026〕9999号")
    assert answer.status_code == 400 and "没有商请函" in answer.json()["message"]
    assert post(number(206), conclusion="perhaps").status_code == 400
    assert post(number(207), version="x").status_code == 400
