"""Before the form: found by everyday words, read for as long as the server says, one question at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from luban.cases.models import Draft
from luban.faces.portal.families import search
from luban.kit.clock import Clock, clock
from luban.kit.item import Item

ANSWERS = {
    "Q1": "general",
    "Q2": "utilisation",
    "Q3": "320000",
    "Q4": "producer",
    "Q5": ["industrial"],
    "Q6": ["road"],
    "Q7": "this",
    "Q8": "UM02",
}
MOST_QUERIES = 15


def page(item: Item) -> str:
    return reverse("portal:item", args=[item.code])


def later(now: Clock, seconds: int) -> None:
    now.set(clock.now() + timedelta(seconds=seconds))


def say(client: Client, item: Item, code: str, values: str | list[str]) -> int:
    return client.post(f"{page(item)}answer/", {"question": code, "answer": values}).status_code


def read(client: Client, item: Item, now: Clock) -> None:
    client.get(page(item))
    later(now, 60)
    assert client.post(f"{page(item)}notice/", {"read": "1"}).status_code == 302


@pytest.mark.parametrize("words", ["把废塑料转到江苏利用", "固体废物备案", "一般固废"])
def test_an_item_is_found_by_the_words_people_use(words: str, item: Item) -> None:
    assert item in search(words)


def test_words_of_nothing_we_offer_find_nothing() -> None:
    assert search("zzqq") == ()


@pytest.mark.django_db
def test_visitors_see_home_hall_and_item_without_signing_in(client: Client, item: Item) -> None:
    for address in ("/", reverse("portal:catalogue"), page(item)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert item.title in answer.content.decode()
    assert "登录后开始填写" not in client.get(page(item)).content.decode()


@pytest.mark.django_db
def test_an_unknown_item_and_one_no_firm_begins_are_not_there(client: Client) -> None:
    for code in ("nothing", "solid_waste_revocation"):
        assert client.get(reverse("portal:item", args=[code])).status_code == 404


@pytest.mark.django_db
def test_the_server_keeps_the_countdown(client: Client, item: Item, now: Clock) -> None:
    assert client.post(f"{page(item)}notice/", {"read": "1"}).status_code == 409
    first = client.get(page(item)).content.decode()
    assert 'data-countdown="' in first
    later(now, 1)
    early = client.post(f"{page(item)}notice/", {"read": "1"})
    assert early.status_code == 409
    assert "请阅读完办理须知（剩余" in early.content.decode()
    later(now, 60)
    assert client.post(f"{page(item)}notice/").status_code == 422
    assert client.post(f"{page(item)}notice/", {"read": "1"}).status_code == 302
    assert "您已读过现行须知" in client.get(page(item)).content.decode()


@pytest.mark.django_db
def test_the_guide_asks_one_question_and_lets_answers_be_changed(client: Client, item: Item) -> None:
    asked = client.get(page(item)).content.decode()
    assert asked.count("lb-qnow") == 1
    for code, value in ANSWERS.items():
        assert say(client, item, code, value) == 302
    done = client.get(page(item)).content.decode()
    assert f"可以申请：{item.title}" in done
    assert "lb-qnow" not in done
    assert done.count('class="lb-qa"') == len(ANSWERS)
    changing = client.get(f"{page(item)}?edit=Q2").content.decode()
    assert changing.count("lb-qnow") == 1
    assert "转移后作什么" in changing
    say(client, item, "Q2", "disposal")
    elsewhere = client.get(page(item)).content.decode()
    assert "可以申请" not in elsewhere
    assert "一般固体废物跨省级行政区域贮存、处置审批" in elsewhere
    assert "尚未在本平台开通" not in elsewhere


@pytest.mark.django_db
def test_an_answer_that_stops_says_why_and_nonsense_is_refused(client: Client, item: Item) -> None:
    say(client, item, "Q1", "unknown")
    assert "请先完成属性鉴别。" in client.get(page(item)).content.decode()
    assert say(client, item, "Q1", "no such option") == 422
    assert say(client, item, "Q99", "x") == 422
    say(client, item, "Q1", "general")
    assert say(client, item, "Q7", "next") == 422  # not before 1 December


@pytest.mark.django_db
def test_a_draft_begins_only_with_notice_read_and_guide_done(
    firm: Client, other_firm: Client, item: Item, now: Clock
) -> None:
    for code, value in ANSWERS.items():
        say(firm, item, code, value)
    firm.get(page(item))
    assert firm.post(f"{page(item)}start/").status_code == 409
    read(firm, item, now)
    begun = firm.post(f"{page(item)}start/")
    draft = Draft.objects.get()
    assert begun.headers["Location"] == reverse("portal:fill", args=[str(draft.pk)])
    assert draft.answers["Q8"] == "UM02"
    listed = firm.get(reverse("portal:drafts")).content.decode()
    assert item.title in listed
    assert "继续填写" in firm.get("/").content.decode()
    thrown = f"/drafts/{draft.pk}/discard/"
    assert other_firm.post(thrown).status_code == 404
    assert firm.post(thrown).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_officials_and_visitors_cannot_start(official: Client, client: Client, item: Item) -> None:
    assert official.post(f"{page(item)}start/").status_code == 403
    assert client.post(f"{page(item)}start/").status_code == 401


@pytest.mark.django_db
def test_pages_before_the_form_stay_within_their_queries(firm: Client, item: Item, now: Clock) -> None:
    read(firm, item, now)
    for address in ("/", reverse("portal:catalogue"), page(item), reverse("portal:drafts")):
        firm.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert firm.get(address).status_code == 200
        assert len(seen) <= MOST_QUERIES, address
