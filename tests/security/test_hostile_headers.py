"""Nonsense in headers and cookies: an answer in words, never a failure, never something of it in the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from config.discovery import discover
from luban.kit.clock import clock
from tests.matrix.markup import injected

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/",
    "/items/",
    "/signin/",
    "/office/signin/",
    "/v/",
    "/v/AbCdEfGhIjKlMnOpQrStUv/",
    "/office/",
    "/cases/",
    "/none/",
)
EVIL = "\"'><b7><script>alert(7)</script>"
HEADERS = {
    "referer": ("https://evil.example/" + EVIL, "javascript:alert(7)"),
    "x_forwarded_for": (EVIL, "1.2.3.4, " * 500, "::ffff:127.0.0.1%lo"),
    "x_forwarded_host": ("evil.example",),
    "x_forwarded_proto": ("javascript",),
    "user_agent": (EVIL, "x" * 8000),
    "accept_language": (EVIL, "zz-" * 2000, "zh;q=nan"),
    "accept": (EVIL, "application/json;" * 500),
    "cookie": ("luban_session=" + EVIL, "luban_session=../../etc/passwd", "=;;=;" * 200, "lb_size=<b7>"),
    "x_http_method_override": ("DELETE",),
    "range": ("bytes=0-,-1",),
    "if_modified_since": ("yesterday",),
    "if_none_match": (EVIL,),
    "hx_request": ("true",),
    "hx_current_url": (EVIL,),
    "x_request_id": (EVIL, "x" * 500),
    "content_length": ("-1", "abc", "9" * 30),
}


@pytest.fixture(autouse=True)
def _a_day() -> Iterator[None]:
    discover()
    with clock.at("2026-03-02T10:00"):
        yield


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_hostile_header_harms_nothing(name: str) -> None:
    key = "CONTENT_LENGTH" if name == "content_length" else f"HTTP_{name.upper()}"
    for value in HEADERS[name]:
        for address in ADDRESSES:
            answer = Client(raise_request_exception=False).get(address, **{key: value})
            where = f"{address} {name}: {value[:40]!r}"
            assert answer.status_code < 500, where
            assert "evil.example" not in answer.headers.get("Location", ""), where
            assert not any("\n" in v or "<b7" in v for v in answer.headers.values()), where
            if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
                assert injected(answer.content.decode()) == [], where


def test_a_foreign_host_is_refused_in_words_and_sent_nowhere() -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1@evil.example", "[::1", "a" * 300):
        answer = Client(raise_request_exception=False).get("/", headers={"host": host})
        assert answer.status_code == 400, host
        assert "evil" not in answer.content.decode()
        assert "无法识别" in answer.content.decode()
