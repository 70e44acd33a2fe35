"""Signing in: the right door, wrong passwords, the lock, safe return addresses, demonstration accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from luban.kit.clock import clock
from luban.people import demo
from luban.people.access import SIGNIN_PATHS
from luban.people.models import Account, AuditEntry, SigninGuard
from luban.people.trail import read_trail
from tests.rows import rewrite

pytestmark = pytest.mark.django_db
FIRM, OFFICE = "/signin/", "/office/signin/"


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LUBAN_DEMO = True
    demo.load()


def attempt(client: Client, username: str, password: str, door: str = FIRM, **more):
    return client.post(door, {"username": username, "password": password, **more})


def text(answer):
    return answer.content.decode()


def test_the_addresses_are_the_ones_that_refusals_lead_to():
    assert reverse("signin:firm") == SIGNIN_PATHS["portal"]
    assert reverse("signin:office") == SIGNIN_PATHS["office"]
    assert reverse("signin:signout") == "/signout/"


@pytest.mark.parametrize(
    ("username", "door", "home"), [("suxin", FIRM, "/"), ("pudong_window", OFFICE, "/office/")]
)
def test_the_right_password_leads_home(client, username, door, home):
    answer = attempt(client, username, demo.demo_password(), door)
    assert (answer.status_code, answer["Location"]) == (302, home)
    assert Account.objects.get(username=username).signed_in_at
    assert read_trail(account=username)[0].action == "signin"
    assert client.get(door)["Location"] == home


def test_a_wrong_password_says_how_many_tries_are_left_and_keeps_the_name(client):
    answer = attempt(client, "suxin", "wrong")
    assert answer.status_code == 400
    assert "再错 4 次" in text(answer)
    assert 'value="suxin"' in text(answer)
    assert "wrong" not in text(answer)


def test_a_name_that_does_not_exist_is_answered_alike(client):
    known, unknown = attempt(client, "suxin", "wrong"), attempt(client, "nobody", "wrong")
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_five_wrong_passwords_lock_the_name_for_fifteen_minutes(client):
    for _ in range(4):
        assert attempt(client, "suxin", "wrong").status_code == 400
    fifth = attempt(client, "suxin", "wrong")
    assert fifth.status_code == 429
    assert "15 分钟" in text(fifth)
    start = clock.now()
    with clock.at(start + timedelta(minutes=5)):
        right = attempt(client, "suxin", demo.demo_password())
        assert right.status_code == 429
        assert "请 11 分钟后再试" in text(right) or "请 10 分钟后再试" in text(right)
        assert attempt(client, "redian", demo.demo_password()).status_code == 302
    with clock.at(start + timedelta(minutes=16)):
        assert attempt(client, "suxin", demo.demo_password()).status_code == 302


def test_a_right_password_forgives_the_wrong_ones(client):
    for _ in range(2):
        for _ in range(4):
            attempt(client, "suxin", "wrong")
        assert attempt(client, "suxin", demo.demo_password()).status_code == 302


def test_many_names_from_one_address_lock_the_address(client):
    for number in range(30):
        attempt(client, f"guess{number}", "wrong")
    assert attempt(client, "suxin", demo.demo_password()).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.9.9.9")
    assert attempt(elsewhere, "suxin", demo.demo_password()).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_guessing_in_parallel_does_not_slip_past_the_lock():
    def guess(_):
        try:
            return attempt(Client(), "suxin", "wrong").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(12)))
    assert AuditEntry.objects.filter(action="signin.failed").count() == 5
    assert set(statuses) == {400, 429}
    assert statuses.count(400) == 4


def test_old_guards_are_swept(client):
    start = clock.now()
    attempt(client, "guess", "wrong")
    with clock.at(start + timedelta(hours=2)):
        attempt(client, "suxin", "wrong")
    assert not SigninGuard.objects.filter(subject="account:guess").exists()


def test_each_account_has_its_own_door(client):
    answer = attempt(client, "pudong_window", demo.demo_password(), FIRM)
    assert answer.status_code == 403
    assert "请从“工作人员登录”页面登录" in text(answer)
    assert attempt(client, "suxin", demo.demo_password(), OFFICE).status_code == 403


def test_a_disabled_account_is_told_whom_to_ask(client):
    rewrite(Account.objects.filter(username="suxin"), enabled=False)
    answer = attempt(client, "suxin", demo.demo_password())
    assert answer.status_code == 403
    assert "请联系管理员" in text(answer)


@pytest.mark.parametrize(
    "field", [{"username": ""}, {"password": ""}, {"username": "a\x00b"}, {"username": "x" * 65}]
)
def test_bad_input_is_a_clear_400(client, field):
    answer = client.post(FIRM, {"username": "suxin", "password": "x", **field})
    assert answer.status_code == 400
    assert "aria-invalid" in text(answer)


@pytest.mark.parametrize(
    ("wanted", "door", "username", "led_to"),
    [
        ("/cases/7/?tab=2", FIRM, "suxin", "/cases/7/?tab=2"),
        ("/office/cases/7/", OFFICE, "city_window", "/office/cases/7/"),
        ("/signin/done/", OFFICE, "city_window", "/signin/done/"),
        ("https://evil.example/", FIRM, "suxin", "/"),
        ("//evil.example/", FIRM, "suxin", "/"),
        ("/\\evil.example/", FIRM, "suxin", "/"),
        ("javascript:alert(1)", FIRM, "suxin", "/"),
        ("evil", FIRM, "suxin", "/"),
        ("/office/", FIRM, "suxin", "/"),
        ("/cases/7/", OFFICE, "city_window", "/office/"),
        ("/signin/", FIRM, "suxin", "/"),
    ],
)
def test_the_return_address_stays_in_the_house_and_on_its_side(client, wanted, door, username, led_to):
    assert attempt(client, username, demo.demo_password(), door, next=wanted)["Location"] == led_to


def test_signing_out_ends_the_session_and_needs_a_post(client):
    attempt(client, "city_window", demo.demo_password(), OFFICE)
    assert client.get("/signout/").status_code == 405
    assert client.post("/signout/")["Location"] == OFFICE
    assert client.get(OFFICE).status_code == 200
    assert [line.action for line in read_trail(account="city_window")] == ["signout", "signin"]


def test_coming_back_after_a_break_gives_the_open_page_a_new_token(settings):
    client, cookie = Client(enforce_csrf_checks=True), settings.CSRF_COOKIE_NAME
    client.get(FIRM)
    stale = client.cookies[cookie].value
    form = {"username": "suxin", "password": demo.demo_password(), "next": "/signin/done/"}
    assert client.post(FIRM, form | {"csrfmiddlewaretoken": stale}).status_code == 302
    assert "刚才填写的内容都在" in text(client.get("/signin/done/"))
    fresh = client.cookies[cookie].value
    assert client.post("/signout/", headers={"X-CSRFToken": stale}).status_code == 403
    assert client.post("/signout/", headers={"X-CSRFToken": fresh}).status_code == 302


def test_the_demonstration_fills_the_form_with_one_click(client):
    page = text(client.get(OFFICE))
    assert "?demo=pudong_reviewer&amp;next=" in page
    assert "suxin" not in page
    filled = text(client.get(OFFICE, {"demo": "pudong_reviewer"}))
    assert 'value="pudong_reviewer"' in filled
    assert f'value="{demo.demo_password()}"' in filled


def test_without_the_demonstration_no_account_is_shown_or_let_in(client, settings):
    password = demo.demo_password()
    settings.LUBAN_DEMO = False
    page = text(client.get(FIRM, {"demo": "suxin"}))
    assert "演示账号" not in page
    assert password not in page
    assert attempt(client, "suxin", password).status_code == 403
    with pytest.raises(demo.DemoOffError, match="演示环境"):
        demo.load()


def test_the_demo_password_follows_the_environment(client, monkeypatch):
    monkeypatch.setenv("LUBAN_DEMO_PASSWORD", "另一个 password")
    demo.load()
    assert attempt(client, "suxin", "另一个 password").status_code == 302


def test_the_audit_trail_refuses_to_change(client):
    attempt(client, "suxin", demo.demo_password())
    for statement in (
        "update people_auditentry set account = 'another'",
        "delete from people_auditentry",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    entry = AuditEntry.objects.first()
    assert entry is not None
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
