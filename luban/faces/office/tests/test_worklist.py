"""Officials find their cases: their own desk first, filters that are addresses, never a stranger's."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from luban.cases.models import Case
from luban.faces.office.asked import asked_of
from luban.faces.office.models import Preference
from luban.people import access
from luban.people.actor import Actor
from luban.stages.review.worklist import Wanted, page

MOST_QUERIES = 15
As = Callable[[str], Client]


def words(answer: object) -> str:
    return answer.content.decode()


@pytest.mark.django_db
def test_a_new_case_lies_on_the_right_desk_and_on_no_other(as_: As, filed: Callable[[], Case]) -> None:
    case = filed()
    assert case.number in words(as_("pudong_reviewer").get("/office/"))
    assert case.number not in words(as_("pudong_leader").get("/office/"))
    assert case.number not in words(as_("baoshan_reviewer").get("/office/cases/"))
    assert case.number in words(as_("city_leader").get("/office/cases/"))


@pytest.mark.django_db
def test_the_desk_says_how_many_and_how_much_time_is_left(as_: As, filed: Callable[[], Case]) -> None:
    filed()
    shown = words(as_("pudong_reviewer").get("/office/"))
    assert '<span class="lb-count">1</span>' in shown
    assert "剩 " in shown or "今日到期" in shown
    assert "接收" in shown


@pytest.mark.django_db
def test_search_finds_by_number_firm_and_content(as_: As, filed: Callable[[], Case]) -> None:
    case, client = filed(), as_("pudong_reviewer")
    for q in (case.number, "示例塑新", case.headline[:4], case.number[-4:]):
        assert case.number in words(client.get("/office/cases/", {"q": q})), q
    nothing = words(client.get("/office/cases/", {"q": "没有这样的单位"}))
    assert "没有符合条件的办件" in nothing
    assert "清除筛选" in nothing


@pytest.mark.parametrize(
    "given",
    [
        {"q": "塑料", "item": "x", "step": "x:y", "state": "accepted", "since": "2026-01-01"},
        {"lamp": "over", "until": "2026-03-02", "org": "310115"},
    ],
)
def test_filters_and_addresses_are_the_same_thing(given: dict[str, str]) -> None:
    first = asked_of(query=QueryDict(urlencode(given)), path="/office/cases/", everything=True)
    again = asked_of(query=QueryDict(first.query), path="/office/cases/", everything=True)
    assert again.wanted == first.wanted
    assert first.parts == given


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["?since=gestern", "?after=nonsense", "?before=a|b|c"])
def test_mangled_addresses_are_refused_in_words(as_: As, address: str) -> None:
    answer = as_("pudong_reviewer").get(f"/office/cases/{address}")
    assert answer.status_code == 400
    assert "请" in words(answer)


@pytest.mark.django_db
def test_pages_go_forward_and_back_without_losing_a_case(filed: Callable[[], Case]) -> None:
    made = {filed().number for _ in range(5)}
    reader = Actor("city_leader", "x", "city_leader", "310000", "", "310000")
    seen: list[list[str]] = []
    cursor = ""
    while True:
        got = page(actor=reader, wanted=Wanted(scope="all"), after=cursor, size=2)
        seen.append([row.number for row in got.rows])
        if not got.after:
            break
        cursor = got.after
    assert [len(s) for s in seen] == [2, 2, 1]
    assert {n for s in seen for n in s} == made
    back = page(actor=reader, wanted=Wanted(scope="all"), before=got.before, size=2)
    assert [row.number for row in back.rows] == seen[1]


@pytest.mark.django_db
def test_what_i_handled_is_found_while_it_is_elsewhere(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    case = acted(filed(), "accept")
    case = acted(case, "submit_review", source_verdict="pass", process_verdict="pass", end_verdict="pass")
    assert case.number in words(as_("pudong_reviewer").get("/office/?scope=handled"))
    assert case.number not in words(as_("pudong_reviewer2").get("/office/?scope=handled"))


@pytest.mark.django_db
def test_a_view_is_saved_shown_and_forgotten(as_: As, filed: Callable[[], Case]) -> None:
    filed()
    client = as_("pudong_reviewer")
    saved = client.post(
        "/office/views/new/",
        {"title": "快到期", "query": "lamp=soon&evil=1", "path": "https://example.com/"},
    )
    assert saved.headers["Location"] == "/office/?lamp=soon"
    assert "快到期" in words(client.get("/office/"))
    assert client.post("/office/views/new/", {"title": " ", "query": ""}).status_code == 422
    client.post("/office/views/delete/", {"title": "快到期", "path": "/office/"})
    assert Preference.objects.get().views == []


@pytest.mark.django_db
def test_settings_change_how_pages_look(as_: As) -> None:
    client = as_("pudong_reviewer")
    client.post("/office/settings/", {"density": "cozy"})
    shown = words(client.get("/office/"))
    assert 'data-density="cozy"' in shown
    assert 'data-keys="off"' in shown


@pytest.mark.django_db
def test_firms_and_visitors_see_nothing_of_the_office(as_: As, client: Client) -> None:
    for route in access.routes():
        if route.path.startswith("office/") and "signin" not in route.path:
            assert route.access is not None, route.path
            assert not route.access.is_public, route.path
    assert as_("suxin").get("/office/").status_code == 404
    assert client.get("/office/").status_code == 302


@pytest.mark.django_db
def test_operators_are_told_that_they_handle_no_cases(as_: As) -> None:
    client = as_("auditor")
    assert "您的角色不办理业务件" in words(client.get("/office/"))
    assert client.get("/office/cases/").status_code == 403


@pytest.mark.django_db
def test_lists_stay_within_their_queries(as_: As, filed: Callable[[], Case]) -> None:
    for _ in range(3):
        filed()
    addresses = [
        reverse(f"office:{name}")
        for name in ("home", "cases", "drafts", "registers", "licences", "figures", "deliveries", "exports")
    ]
    client = as_("city_window")
    reviewer = as_("pudong_reviewer")
    for address in addresses:
        for one in (client, reviewer):
            one.get(address)
            with CaptureQueriesContext(connection) as seen:
                answer = one.get(address)
            assert answer.status_code in (200, 403), (address, answer.status_code)
            assert len(seen) <= MOST_QUERIES, (address, [q["sql"] for q in seen])
