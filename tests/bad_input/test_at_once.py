"""The same thing sent twice at the same moment, and two persons at one thing: it happens once, and each is told.

Two threads, two browsers, one barrier. (Two officials deciding one case stand in the office's own tests.)
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from luban.cases import house
from luban.cases.models import Case, Draft, Event, File
from luban.kit.clock import clock
from luban.links.outbox.models import Effect
from luban.registers.book.models import Change
from tests.bad_input.browsing import browser_of, says_what_to_do, words
from tests.faults.applications import REVIEWER, ready_draft
from tests.matrix.fixtures import NOW
from tests.matrix.world import REVOCATION, World, build, pdf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("at_once")]


@pytest.fixture
def house_of(transactional_db: None, quiet: None) -> Iterator[World]:
    """The matrix's world, committed, so that threads see it."""
    house.forget()
    with clock.at(NOW):
        yield build()
    house.forget()


def at_once(*asks: Callable[[], Any]) -> list[Any]:
    """The answers to requests sent in the same moment, in the order given."""
    start, answers = threading.Barrier(len(asks)), [None] * len(asks)

    def send(n: int, ask: Callable[[], Any]) -> None:
        start.wait()
        try:
            with clock.at(NOW):
                answers[n] = ask()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=one) for one in enumerate(asks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def twice(username: str, address: str, *posted: dict[str, Any]) -> list[Any]:
    """What two browsers of one person are answered who press the button in the same moment."""

    def ask(client: Client, data: dict[str, Any]) -> Callable[[], Any]:
        return lambda: client.post(address, data)

    both = posted if len(posted) == 2 else posted * 2
    return at_once(*(ask(browser_of(username), dict(data)) for data in both))


def codes(answers: list[Any]) -> Counter[int]:
    """The status codes and how often each came."""
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("ids", [("one", "one"), ("one", "two")], ids=["same request", "two requests"])
def test_an_application_sent_twice_at_once_is_filed_once(house_of: World, ids: tuple[str, str]) -> None:
    before, effects = Case.objects.count(), Effect.objects.count()
    address = f"/fill/{ready_draft(7)}/submit/"
    answers = twice("suxin", address, *({"request_id": i, "acknowledged": "1"} for i in ids))
    assert codes(answers) == {302: 2}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Case.objects.count() == before + 1
    case = Case.objects.get(number=answers[0]["Location"].split("/")[2])
    assert [e.action for e in Event.objects.filter(case=case)] == ["submit"]
    once = Effect.objects.filter(case=str(case.pk)).count()
    assert once > 0
    assert Effect.objects.count() == effects + once


def test_withdrawn_and_accepted_at_once_is_one_of_both(house_of: World) -> None:
    world = house_of
    firm, official = browser_of("suxin"), browser_of("pudong_reviewer")
    acts = {"request_id": "w", "action": "withdraw"}, {"request_id": "a", "action": "accept", "seq": "1"}
    answers = at_once(
        lambda: firm.post(f"/cases/{world.number}/act/", acts[0]),
        lambda: official.post(f"/office/cases/{world.number}/act/", acts[1]),
    )
    events = [e.action for e in Event.objects.filter(case__number=world.number).order_by("seq")]
    assert events in (["submit", "withdraw"], ["submit", "accept"], ["submit", "accept", "withdraw"]), events
    for answer, action in zip(answers, ("withdraw", "accept"), strict=True):
        if action in events:
            assert answer.status_code == 302
        else:
            says_what_to_do(answer, 409)


def test_a_bureaus_own_case_handed_in_twice_at_once_is_one(house_of: World) -> None:
    world, before = house_of, Case.objects.count()
    ready_revocation(world)
    answers = twice(
        "pudong_reviewer",
        f"/office/fill/{world.office_draft}/submit/",
        {"request_id": "r", "acknowledged": "1"},
    )
    assert codes(answers) == {302: 2}, words(answers[0])[:3000]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Case.objects.count() == before + 1


def ready_revocation(world: World) -> None:
    """Fill in what the district's draft still lacks."""
    official, page = browser_of("pudong_reviewer"), f"/office/fill/{world.office_draft}/"
    answer = official.post(
        f"{page}save/",
        {
            "_sections": "grounds,district",
            "_revision": "99",
            "grounds.reason_code": "R1",
            "grounds.facts": "企业来函说明不再转移，请求撤销备案，已向企业核实无在途转移。",
            "grounds.statement_heard": "true",
            "grounds.statement": "企业对撤销无异议。",
            "district.opinion": "建议撤销。",
        },
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200, words(answer)


def test_a_holder_who_asks_twice_at_once_has_asked_once(house_of: World) -> None:
    world = house_of
    Draft.objects.filter(pk=world.office_draft).delete()
    answers = twice("suxin", f"/licences/{world.token}/propose/", {"item": REVOCATION})
    assert codes(answers) == {302: 1, 409: 1}
    says_what_to_do(next(a for a in answers if a.status_code == 409), 409)
    assert Draft.objects.filter(item=REVOCATION, submitted_as="").count() == 1


def test_the_last_place_for_a_file_is_given_once(house_of: World) -> None:
    page = f"/fill/{house_of.draft}/materials/M04/"
    answers = twice("suxin", page, *({"file": SimpleUploadedFile("营业执照.pdf", pdf(n))} for n in (1, 2)))
    assert codes(answers) == {200: 1, 422: 1}
    assert File.objects.filter(draft_id=house_of.draft, code="M04").count() == 1


def test_a_correction_opened_twice_at_once_is_one_draft(house_of: World) -> None:
    world = house_of
    correction = {"items": [{"path": "receiver.receiver_name", "problem": "与营业执照不一致。"}]}
    key = str(Case.objects.get(number=world.number).pk)
    house.take(case_id=key, action="correct", by=REVIEWER, data=correction, request_id="c")
    firms = [browser_of("suxin"), browser_of("suxin_agent")]
    answers = at_once(*(lambda f=f: f.get(f"/cases/{world.number}/correct/") for f in firms))
    assert codes(answers) == {302: 2}
    assert len({answer["Location"] for answer in answers}) == 1


def test_a_proposal_approved_and_sent_back_at_once_is_one_of_both(house_of: World) -> None:
    world = house_of
    page = f"/office/registers/{world.register}/remove/"
    posted = {"key": world.register_key, "reason": "测试同时复核"}
    proposed = browser_of("city_register").post(page, posted)
    assert proposed.status_code == 302, words(proposed)[:500]
    change = Change.objects.get()
    answers = twice(
        "city_register2",
        "/office/registers/waiting/settle/",
        {"change": str(change.pk), "act": "approve"},
        {"change": str(change.pk), "act": "reject", "reason": "测试同时退回"},
    )
    assert codes(answers) == {302: 1, 409: 1}
    says_what_to_do(next(a for a in answers if a.status_code == 409), 409)


def test_a_stuck_delivery_sent_again_twice_at_once_goes_out_once(house_of: World) -> None:
    answers = twice(
        "pudong_window",
        f"/office/deliveries/{house_of.effect}/",
        {"act": "resend", "reason": "对方已恢复"},
    )
    assert codes(answers) == {302: 1, 409: 1}
    assert len(Effect.objects.get(pk=house_of.effect).notes) == 1
