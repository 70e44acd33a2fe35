"""Every page, file, redirect and error carries the headers that protect it, and errors tell nothing about the house."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path

from config import security, urls
from config.discovery import discover
from luban.kit.clock import clock
from luban.people import demo
from luban.people.access import access, routes
from luban.people.models import Account
from luban.people.roles import PUBLIC
from luban.people.signing import SEEN_KEY

pytestmark = pytest.mark.django_db
LOOSE = re.compile(r"unsafe-|\*|https?:|'nonce|'strict-dynamic")
PEOPLE = ("", "suxin", "pudong_reviewer", "city_register", "security_admin", "auditor")
TELLING = re.compile(
    r"Traceback|File \"|/srv/|site-packages|django|psycopg|Python|SELECT |postgres", re.IGNORECASE
)


@pytest.fixture(autouse=True)
def _a_day() -> Iterator[None]:
    discover()
    with clock.at("2026-03-02T10:00"):
        yield


def client_of(name: str) -> Client:
    client = Client(raise_request_exception=False)
    if name:
        client.force_login(Account.objects.get(username=name))
        session = client.session
        session[SEEN_KEY] = clock.now().timestamp()
        session.save()
    return client


def missing(answer: Any) -> list[str]:
    """The headers an answer lacks or weakens."""
    said = answer.headers
    lacking = [name for name in security.HEADERS if not said.get(name)]
    if LOOSE.search(said.get("Content-Security-Policy", "").replace("data:", "").replace("blob:", "")):
        lacking.append("a policy without holes")
    return lacking


def test_every_page_that_needs_no_key_carries_the_headers() -> None:
    demo.load()
    plain = [f"/{r.path}" for r in routes() if "<" not in r.path]
    wrong, opened = [], set()
    for name in PEOPLE:
        client = client_of(name)
        held = {n: m.value for n, m in client.cookies.items()}
        for address in plain:
            client.cookies = SimpleCookie(held)
            answer = client.get(address)
            if answer.status_code == 200:
                opened.add(address)
            lacking = missing(answer)
            if lacking:
                wrong.append(f"{name} {address} {answer.status_code}: {lacking}")
    assert not wrong, "\n".join(wrong)
    assert len(opened) > 25


def secretive(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the password of the database is /srv/hunter2")


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    view = access(face="public", roles=PUBLIC, scope="open")(secretive)
    monkeypatch.setattr(urls, "urlpatterns", [path("boom/", view), *urls.urlpatterns])
    clear_url_caches()
    yield
    monkeypatch.undo()
    clear_url_caches()


def errors(client: Client) -> Iterator[tuple[int, Any]]:
    """One answer of every kind of refusal."""
    yield 400, client.get("/", headers={"host": "evil.example"})
    yield 403, Client(enforce_csrf_checks=True).post("/signin/", {"username": "x"})
    yield 404, client.get("/nothing/here/")
    yield 404, client.get("/v/AbCdEfGhIjKlMnOpQrStUv/")
    yield 404, client.get("/static/none.css")
    yield 404, client.get("/a%00b/")
    yield 405, client.post("/v/platform.pem")
    yield 411, client.post("/v/x/", b"", content_type="text/plain", headers={"transfer-encoding": "chunked"})
    yield 413, client.get("/", CONTENT_LENGTH=str(10**12))
    yield 500, client.get("/boom/")
    yield 302, client.get("/office/")
    yield 401, client.get("/office/", headers={"hx-request": "true"})
    yield 200, client.get("/static/ui/css/base.css")
    yield 200, client.get("/healthz")
    yield 404, client.get("/api/none")


@pytest.mark.usefixtures("planted")
def test_every_error_carries_the_headers_and_tells_nothing() -> None:
    for status, answer in errors(Client(raise_request_exception=False)):
        assert answer.status_code == status
        assert missing(answer) == [], f"{status}: {missing(answer)}"
        if status >= 400 and status != 405:
            text = answer.content.decode()
            assert not TELLING.search(text), f"{status}: {TELLING.search(text)}"
            assert "hunter2" not in text and "nothing/here" not in text
            assert re.search(r"[一-鿿]|\\u[4-9]", text)


def test_behind_https_the_browser_is_bound_to_it_and_cookies_stay_there(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    demo.load()
    client = Client()
    moved = client.get("/signin/")
    assert moved.status_code == 301 and moved.headers["Location"].startswith("https://")
    assert missing(moved) == []
    said = client.post(
        "/signin/",
        {"username": "suxin", "password": demo.demo_password()},
        headers={"x-forwarded-proto": "https"},
    )
    assert said.headers["Strict-Transport-Security"] == "max-age=31536000"
    session = said.cookies["luban_session"]
    assert session["secure"] and session["httponly"] and session["samesite"] == "Lax"
    page = client.get("/v/", headers={"x-forwarded-proto": "https"})
    assert page.status_code == 200


def test_the_settings_of_production_turn_all_of_that_on() -> None:
    program = (
        "from config import settings as s;"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SECURE_SSL_REDIRECT;"
        "assert s.SECURE_HSTS_SECONDS >= 31536000 and s.SESSION_COOKIE_HTTPONLY and not s.DEBUG"
    )
    env = {**os.environ, "LUBAN_SECURE": "1", "LUBAN_SECRET_KEY": "x" * 50}
    assert subprocess.run([sys.executable, "-c", program], env=env).returncode == 0
