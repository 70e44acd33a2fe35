"""Going back: pages that were left behind still stand in the browser, and whatever is pressed there ends well.

After a submission every button of the form leads to the case or says why not; after an act, a discarded draft, a
removed file, an expired upload link likewise. Nothing that was filed changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luban.cases.models import Case, CaseVersion, Draft, Event, File
from luban.kit.clock import clock
from luban.people.models import Account
from luban.stages.fill import phone
from tests.bad_input.browsing import HTMX, browser_of, hidden, keep_alive, says_what_to_do, words
from tests.faults.applications import FIRM, ready_draft
from tests.matrix.world import World, pdf

pytestmark = pytest.mark.xdist_group("bad_pages")
As = Callable[[str], Client]


@pytest.fixture
def left_behind(as_: As, world: World) -> dict[str, str]:
    """A draft whose form page was opened and then submitted: its id, its case, what the open page holds."""
    firm, draft = as_("suxin"), ready_draft(9)
    held = hidden(firm, f"/fill/{draft}/")
    link = phone.link(draft_id=draft, actor=FIRM, code="M02", binding=None).url
    sent = firm.post(f"/fill/{draft}/submit/", {"request_id": "first", "acknowledged": "1"})
    assert sent.status_code == 302
    file = str(File.objects.filter(draft_id=draft).order_by("code").first().pk)
    number = sent["Location"].split("/")[2]
    return {**held, "draft": draft, "number": number, "file": file, "link": link.split("testserver")[-1]}


def filed(number: str) -> tuple[Any, ...]:
    case = Case.objects.get(number=number)
    version = CaseVersion.objects.get(case=case)
    return case.seq, case.head, case.state, version.payload, version.materials


PAGES = ("", "?check=1", "sign/")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_submitted_draft_leads_to_its_case(page: str, left_behind: dict[str, str]) -> None:
    answer = browser_of("suxin").get(f"/fill/{left_behind['draft']}/{page}")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{left_behind['number']}/")


BUTTONS: dict[str, tuple[str, dict[str, Any]]] = {
    "save": ("save/", {"source.origin_site_name": "改过的", "_sections": "source"}),
    "add a row": ("rows/", {"_op": "add", "_path": "waste.wastes"}),
    "fetch again": ("again/", {}),
    "upload": ("materials/M02/", {"file": None}),
    "remove a file": ("files/{file}/remove/", {}),
    "seal": ("sign/online/", {}),
    "upload the stamped scan": ("sign/upload/", {"file": None}),
}


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "script"])
def test_every_button_of_the_page_left_behind_says_it_was_submitted(
    button: str, headers: dict[str, str], left_behind: dict[str, str]
) -> None:
    before = filed(left_behind["number"])
    where, posted = BUTTONS[button]
    address = f"/fill/{left_behind['draft']}/{where.format_map(left_behind)}"
    given = {name: left_behind[name] for name in left_behind if "_" in name}
    sent = {n: v if v is not None else SimpleUploadedFile("补传.pdf", pdf()) for n, v in posted.items()}
    answer = browser_of("suxin").post(address, {**given, **sent}, headers=headers)
    if answer.status_code == 302:
        assert answer["Location"] == f"/cases/{left_behind['number']}/"
    else:
        assert left_behind["number"] in says_what_to_do(answer, 409)
    assert filed(left_behind["number"]) == before
    assert File.objects.filter(draft_id=left_behind["draft"]).exists()


def test_submitting_from_the_page_left_behind_ends_at_the_same_case(left_behind: dict[str, str]) -> None:
    cases = Case.objects.count()
    for request_id in ("first", "second", ""):
        posted = {"request_id": request_id, "acknowledged": "1"}
        answer = browser_of("suxin").post(f"/fill/{left_behind['draft']}/submit/", posted)
        assert answer["Location"] == f"/cases/{left_behind['number']}/"
    assert Case.objects.count() == cases


def test_a_submitted_draft_is_not_thrown_away(left_behind: dict[str, str]) -> None:
    answer = browser_of("suxin").post(f"/drafts/{left_behind['draft']}/discard/")
    assert left_behind["number"] in says_what_to_do(answer, 409)
    assert Draft.objects.filter(pk=left_behind["draft"]).exists()


def test_the_phone_left_open_is_told_that_it_is_over(left_behind: dict[str, str], world: World) -> None:
    client = browser_of("suxin")
    address = "/m/up/" + left_behind["link"].rstrip("/").rsplit("/", 1)[-1] + "/"
    says_what_to_do(client.get(address), 409, 410)
    for headers in ({}, HTMX):
        sent = {"file": SimpleUploadedFile("补传.pdf", pdf())}
        says_what_to_do(client.post(address, sent, headers=headers), 409, 410)
    with clock.at("2026-03-02T10:16"):
        old = f"/m/up/{world.phone}/"
        assert "过期" in says_what_to_do(client.get(old), 410)
        sent = {"file": SimpleUploadedFile("补传.pdf", pdf())}
        assert "过期" in says_what_to_do(client.post(old, sent, headers=HTMX), 410)


def test_a_draft_thrown_away_is_said_to_be_gone_on_every_button(as_: As, world: World) -> None:
    firm = as_("suxin")
    held = hidden(firm, f"/fill/{world.draft}/")
    assert firm.post(f"/drafts/{world.draft}/discard/").status_code == 302
    says_what_to_do(firm.post(f"/drafts/{world.draft}/discard/"), 404)
    for where, posted in BUTTONS.values():
        given = {n: v for n, v in {**held, **posted}.items() if v is not None}
        address = f"/fill/{world.draft}/{where.format(file=world.file)}"
        if where.startswith(("materials", "sign/upload")):
            given["file"] = SimpleUploadedFile("补传.pdf", pdf())
        says_what_to_do(firm.post(address, given, headers=HTMX), 404)
    says_what_to_do(firm.get(f"/fill/{world.draft}/"), 404)


def test_withdrawing_from_a_page_left_behind_withdraws_once(as_: As, world: World) -> None:
    firm, page = as_("suxin"), f"/cases/{world.number}/"
    for request_id, statuses in (("a", (302,)), ("a", (302,)), ("b", (409,))):
        answer = firm.post(f"{page}act/", {"action": "withdraw", "request_id": request_id})
        assert answer.status_code in statuses
    says_what_to_do(firm.post(f"{page}act/", {"action": "withdraw", "request_id": "c"}), 409)
    says_what_to_do(firm.get(f"{page}correct/"), 409)
    assert [e.action for e in Event.objects.filter(case__number=world.number)] == ["submit", "withdraw"]


def test_an_official_who_goes_back_after_deciding_decides_nothing_more(as_: As, world: World) -> None:
    official, page = as_("pudong_reviewer"), f"/office/cases/{world.number}/act/"
    decided = {"action": "accept", "request_id": "x", "seq": str(world.seq)}
    assert official.post(page, decided).status_code == 302
    assert official.post(page, decided).status_code == 302
    refused = {
        "action": "refuse",
        "request_id": "y",
        "seq": str(world.seq),
        "refuse.reason": "改主意，不予接收",
    }
    text = says_what_to_do(official.post(page, refused), 409)
    assert "改主意，不予接收" in text
    batch = {"case": [world.number], "action": "accept", "confirm": "1", "request_id": "z"}
    says_what_to_do(official.post("/office/batch/", batch), 409)
    assert [e.action for e in Event.objects.filter(case__number=world.number)] == ["submit", "accept"]


def test_signed_out_elsewhere_the_page_left_behind_asks_to_sign_in(as_: As, world: World) -> None:
    firm = as_("suxin")
    held = hidden(firm, f"/fill/{world.draft}/")
    cookies = {name: morsel.value for name, morsel in firm.cookies.items()}
    firm.post("/signout/")
    firm.cookies.load(cookies)
    answer = firm.post(f"/fill/{world.draft}/save/", held, headers=HTMX)
    assert answer.status_code == 401
    assert answer["X-Lb-Signin"].startswith("/signin/")
    firm.force_login(Account.objects.get(username="suxin"))
    keep_alive(firm)
    assert firm.post(f"/fill/{world.draft}/save/", held, headers=HTMX).status_code == 200, words(answer)
