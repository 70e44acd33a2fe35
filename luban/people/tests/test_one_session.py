"""One session an account, how long it lasts, leaving everywhere; and proving again who one is before something is sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from luban.kit.clock import clock
from luban.people import demo, totp
from luban.people.access import access
from luban.people.models import Account
from luban.people.proof import proving, require_fresh_proof
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC, ROLES
from luban.people.session_rules import PROOF_KEY, WAY_KEY
from luban.people.trail import read_trail

pytestmark = pytest.mark.django_db
EVERYBODY = frozenset(ROLES) - PUBLIC
done: list[list[str]] = []


@access(face="office", roles=EVERYBODY, scope="open")
def page(request: ActorRequest) -> HttpResponse:
    return HttpResponse("page")


@access(face="office", roles=EVERYBODY, scope="open")
@proving
def seal(request: ActorRequest) -> HttpResponse:
    require_fresh_proof(request)
    done.append(request.POST.getlist("case"))
    return HttpResponse("sealed")


urlpatterns = [
    path("", include("luban.faces.signin.urls")),
    path("office/page/", page),
    path("office/seal/", seal),
]
handler403 = "config.errors.permission_denied"


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.ROOT_URLCONF = __name__
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LUBAN_DEMO = True
    settings.LUBAN_PROOF_MINUTES = 30
    demo.load()
    done.clear()


def signed_in(username: str = "pudong_leader") -> Client:
    client = Client()
    told = {"username": username, "password": demo.demo_password()}
    assert client.post("/office/signin/", told).status_code == 302
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_signing_in_elsewhere_ends_the_older_session_and_says_so():
    older = signed_in()
    newer = signed_in()
    assert newer.get("/office/page/").content == b"page"
    typed = older.post("/office/page/", {"opinion": "typed"}, headers={"HX-Request": "true"})
    assert typed.status_code == 401
    assert "您的账号已在别处登录" in typed.json()["message"]
    assert "本页内容还在" in typed.json()["message"]
    assert "X-Lb-Signin" in typed.headers
    assert "已在别处登录" in text(older.get("/office/signin/"))
    assert "已在别处登录" not in text(older.get("/office/signin/"))


def test_a_plain_form_of_the_older_session_is_told_how_to_keep_what_was_typed():
    older = signed_in()
    signed_in()
    answer = older.post("/office/page/", {"opinion": "typed"})
    assert answer.status_code == 401
    assert "已在别处登录" in text(answer)
    assert "后退" in text(answer)


def test_a_kind_may_have_several_sessions_where_the_setting_says_so(settings):
    settings.LUBAN_ONE_SESSION = ["enterprise"]
    older, newer = signed_in(), signed_in()
    assert older.get("/office/page/").content == newer.get("/office/page/").content == b"page"


def test_leaving_everywhere_ends_every_session(settings):
    settings.LUBAN_ONE_SESSION = []
    older, newer = signed_in(), signed_in()
    assert "退出所有会话" in text(newer.get("/account/"))
    newer.post("/account/leave-all/")
    assert older.get("/office/page/").status_code == 302
    assert newer.get("/office/page/").status_code == 302
    assert read_trail(action="signout.everywhere")


def test_a_session_lasts_twelve_hours_however_busy():
    client, start = signed_in(), clock.now()
    for minutes in range(20, 12 * 60, 20):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/office/page/").status_code == 200
    with clock.at(start + timedelta(hours=12, minutes=1)):
        assert client.get("/office/page/").status_code == 302
        assert "最长时限" in text(client.get("/office/signin/"))


def test_the_account_page_says_when_and_from_where(client: Client):
    client = signed_in()
    words = text(client.get("/account/"))
    assert "127.0.0.1" in words
    assert "账号密码" in words


def test_recognising_a_visitor_still_costs_two_statements(django_assert_num_queries):
    client = signed_in()
    with django_assert_num_queries(2):
        client.get("/office/page/")


def later(client: Client, minutes: int) -> None:
    """Let the last proof be that old."""
    session = client.session
    session[PROOF_KEY] = (clock.now() - timedelta(minutes=minutes)).timestamp()
    session.save()


def test_a_fresh_proof_seals_at_once():
    client = signed_in()
    assert client.post("/office/seal/", {"case": "1"}).content == b"sealed"


def test_an_old_proof_is_asked_for_anew_and_nothing_typed_is_lost():
    client = signed_in()
    later(client, 31)
    asked = client.post("/office/seal/?tab=2", {"case": ["1", "2"], "opinion": "“同意”"})
    assert (asked.status_code, done) == (428, [])
    assert 'name="case" value="2"' in text(asked)
    assert "“同意”" in text(asked)
    assert 'action="/office/seal/?tab=2"' in text(asked)
    again = {"case": ["1", "2"], "proof_try": "1", "proof_password": demo.demo_password()}
    assert client.post("/office/seal/", again).content == b"sealed"
    assert done == [["1", "2"]]
    assert read_trail(action="proof")
    assert client.post("/office/seal/", {"case": "3"}).content == b"sealed"


def test_a_wrong_proof_seals_nothing_and_counts_towards_the_lock():
    client = signed_in()
    later(client, 31)
    for _ in range(4):
        wrong = client.post("/office/seal/", {"case": "1", "proof_try": "1", "proof_password": "wrong"})
        assert wrong.status_code == 400
        assert "账号或密码不正确" in text(wrong)
    locked = client.post("/office/seal/", {"case": "1", "proof_try": "1", "proof_password": "wrong"})
    assert (locked.status_code, done) == (429, [])
    right = {"case": "1", "proof_try": "1", "proof_password": demo.demo_password()}
    assert client.post("/office/seal/", right).status_code == 429


def test_with_no_minutes_every_sealing_asks(settings):
    settings.LUBAN_PROOF_MINUTES = 0
    client = signed_in()
    assert client.post("/office/seal/", {"case": "1"}).status_code == 428
    proof = {"case": "1", "proof_try": "1", "proof_password": demo.demo_password()}
    assert client.post("/office/seal/", proof).content == b"sealed"
    assert client.post("/office/seal/", {"case": "2"}).status_code == 428


def test_who_came_by_a_platform_proves_it_there_and_not_by_a_word():
    client = signed_in()
    later(client, 31)
    session = client.session
    session[WAY_KEY] = "oidc:egov"
    session.save()
    asked = client.post("/office/seal/", {"case": "1"})
    assert "/signin/oidc/egov/?purpose=proof" in text(asked)
    word = {"case": "1", "proof_try": "1", "proof_password": demo.demo_password()}
    assert (client.post("/office/seal/", word).status_code, done) == (428, [])


def test_an_administrator_proves_it_with_both_halves():
    account = Account.objects.get(username="sys_admin")
    client = signed_in("sys_admin")
    client.post("/office/signin/second/", {"code": totp.code_now(account=account)})
    later(client, 31)
    half = {"case": "1", "proof_try": "1", "proof_password": demo.demo_password()}
    assert (client.post("/office/seal/", half).status_code, done) == (400, [])
    with clock.at(clock.now() + timedelta(seconds=30)):
        whole = {**half, "proof_code": totp.code_now(account=account)}
        assert client.post("/office/seal/", whole).content == b"sealed"
