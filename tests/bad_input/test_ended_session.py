"""The session ends while somebody is typing: they are told how to keep the page, sign in beside it, and go on.

Whatever was pressed is not done; after signing in again the same press does it, once. The page left open sends the
form token of the session that ended, so its scripts must take the new one from the cookie.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luban.cases.models import Case, Draft, Event, File
from luban.kit.clock import clock
from luban.people import demo
from luban.people.models import Account
from tests.bad_input.browsing import HTMX, browser_of, hidden, says_what_to_do, words
from tests.faults.applications import ready_draft
from tests.matrix.world import World, pdf
from tests.rows import rewrite

pytestmark = pytest.mark.xdist_group("bad_pages")
As = Callable[[str], Client]
LATER = "2026-03-02T10:45"
"""Three quarters of an hour after the page was opened; half an hour ends a session."""


def again(client: Client, username: str) -> None:
    """Sign in on a second page, as one does."""
    door = "/signin/" if username == "suxin" else "/office/signin/"
    answer = client.post(door, {"username": username, "password": demo.demo_password()})
    assert answer.status_code == 302, words(answer)[:500]


def asks_to_sign_in(answer: Any, *, script: bool) -> None:
    """Assert that the answer says the session is over and how to go on."""
    assert answer.status_code == 401
    assert "/signin/" in answer["X-Lb-Signin"]
    said = answer.json()["message"] if script else words(answer)
    assert "重新登录" in said
    assert "本页" in said


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "script"])
def test_what_was_typed_is_saved_after_signing_in_again(
    headers: dict[str, str], as_: As, world: World
) -> None:
    firm, page = as_("suxin"), f"/fill/{world.draft}/"
    typed = {**hidden(firm, page), "source.origin_site_name": "隔了很久才填的", "_sections": "source"}
    before = Draft.objects.get(pk=world.draft)
    with clock.at(LATER):
        asks_to_sign_in(firm.post(f"{page}save/", typed, headers=headers), script=bool(headers))
        assert Draft.objects.get(pk=world.draft).payload == before.payload
        again(firm, "suxin")
        assert firm.post(f"{page}save/", typed, headers=headers).status_code in (200, 302)
        assert "隔了很久才填的" in words(firm.get(page))


def test_a_paper_is_handed_in_after_signing_in_again(as_: As, world: World) -> None:
    firm, page = as_("suxin"), f"/fill/{world.draft}/materials/M05/"
    with clock.at(LATER):
        for headers in ({}, HTMX):
            sent = {"file": SimpleUploadedFile("许可.pdf", pdf(2))}
            asks_to_sign_in(firm.post(page, sent, headers=headers), script=bool(headers))
        assert not File.objects.filter(draft_id=world.draft, code="M05").exists()
        again(firm, "suxin")
        sent = {"file": SimpleUploadedFile("许可.pdf", pdf(2))}
        assert firm.post(page, sent, headers=HTMX).status_code == 200
    assert File.objects.filter(draft_id=world.draft, code="M05").count() == 1


def test_the_last_button_files_once_after_signing_in_again(as_: As, world: World) -> None:
    firm, draft, cases = as_("suxin"), ready_draft(11), Case.objects.count()
    posted = {"request_id": "s", "acknowledged": "1"}
    with clock.at(LATER):
        asks_to_sign_in(firm.post(f"/fill/{draft}/submit/", posted), script=False)
        assert Case.objects.count() == cases
        again(firm, "suxin")
        first, second = (firm.post(f"/fill/{draft}/submit/", posted) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == cases + 1


@pytest.mark.parametrize(
    ("username", "address", "posted"),
    [
        ("suxin", "/cases/{number}/act/", {"action": "withdraw", "request_id": "s"}),
        (
            "pudong_reviewer",
            "/office/cases/{number}/act/",
            {
                "action": "refuse",
                "request_id": "s",
                "seq": "1",
                "refuse.reason": "材料不属实，详见现场记录。",
            },
        ),
    ],
)
def test_an_act_is_taken_once_after_signing_in_again(
    username: str, address: str, posted: dict[str, str], as_: As, world: World
) -> None:
    client, where = as_(username), address.format(number=world.number)
    with clock.at(LATER):
        asks_to_sign_in(client.post(where, posted), script=False)
        assert Event.objects.filter(case__number=world.number).count() == 1
        again(client, username)
        assert [client.post(where, posted).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(case__number=world.number).count() == 2


def test_a_page_asked_for_is_reached_after_signing_in_again(as_: As, world: World) -> None:
    official, page = as_("pudong_reviewer"), f"/office/cases/{world.number}/?rows=3"
    with clock.at(LATER):
        sent_to = official.get(page)
        assert sent_to.status_code == 302
        form = official.get(sent_to["Location"])
        led_to = re.search(r'name="next" value="([^"]*)"', words(form))
        assert led_to
        answer = official.post(
            sent_to["Location"],
            {"username": "pudong_reviewer", "password": demo.demo_password(), "next": led_to[1]},
        )
        assert answer["Location"] == page


def test_the_token_of_the_ended_session_is_refused_in_words_and_the_new_one_taken(world: World) -> None:
    firm = browser_of("suxin", csrf=True)
    page = f"/fill/{world.draft}/"
    opened = words(firm.get(page))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', opened)
    assert token
    held = hidden(firm, page)
    typed = {**held, "source.origin_site_name": "令牌换过之后", "_sections": "source"}
    firm.force_login(Account.objects.get(username="suxin"))
    firm.cookies.pop("luban_csrf")
    firm.get("/signin/")
    refused = firm.post(f"{page}save/", {**typed, "csrfmiddlewaretoken": token[1]}, headers=HTMX)
    assert "返回上一页" in says_what_to_do(refused, 403)
    fresh = firm.cookies["luban_csrf"].value
    taken = firm.post(f"{page}save/", typed, headers={**HTMX, "X-CSRFToken": fresh})
    assert taken.status_code == 200, words(taken)[:300]


def test_without_any_token_nothing_is_done(world: World) -> None:
    official = browser_of("pudong_reviewer", csrf=True)
    posted = {"action": "accept", "request_id": "x", "seq": str(world.seq)}
    says_what_to_do(official.post(f"/office/cases/{world.number}/act/", posted), 403)
    assert Event.objects.filter(case__number=world.number).count() == 1


@pytest.mark.parametrize("username", ["suxin", "pudong_reviewer"])
def test_an_account_closed_in_mid_work_is_out_and_told(username: str, as_: As, world: World) -> None:
    client = as_(username)
    rewrite(Account.objects.filter(username=username), enabled=False)
    where = f"/fill/{world.draft}/save/" if username == "suxin" else f"/office/cases/{world.number}/act/"
    asks_to_sign_in(client.post(where, {}, headers=HTMX), script=True)
    door = "/signin/" if username == "suxin" else "/office/signin/"
    answer = client.post(door, {"username": username, "password": demo.demo_password()})
    assert "停用" in says_what_to_do(answer, 403)
