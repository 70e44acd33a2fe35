"""Nonsense in every value an address, a query or a form of the house carries: an answer in words, never a failure.

The names come from the views' own source, so that a new parameter is tried without anybody writing it here. What was
sent never comes back as markup, never becomes a header, never leads to another house.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from luban.people.access import APPLICATION, Route, routes
from tests.matrix.accounts import VISITORS, Visitor
from tests.matrix.asking import Answered, ask, client_of
from tests.matrix.markup import injected
from tests.matrix.pages import Page, address_of, may_touch, page_of
from tests.matrix.world import World

SCRIPT = "\"'><script>alert(7)</script><b7>"
VALUES = (
    f"{SCRIPT}' OR 1=1;--{{{{7*7}}}}%(x)s\u202egnp.exe\u200b\ufeff\ufffe\U0001f9ff",
    "a\x00b",
    "长" * 1000,
    "-1",
    "9" * 18,
    "9" * 4400,
    "²",
    "NaN",
    "../../../etc/passwd",
    "x\r\nSet-Cookie: x7=1",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31|00000000-0000-0000-0000-000000000000",
    "0001-01-01T00:00:00+14:00|ffffffff-ffff-ffff-ffff-ffffffffffff",
    "waste.wastes[9999].x[²]..",
    "javascript:alert(7)",
    '"><b7 onmouseover=alert(7)>',
    "' autofocus onfocus=alert(7) x='",
    "</script></title></textarea><b7>",
    "'; DROP TABLE cases_case; --",
    "%0d%0aSet-Cookie: x7=1",
    "\u2028<b7>\uff1cscript\uff1ealert(7)",
    "${7*7}{%25 x %25}",
    "//evil.example/",
    "https://evil.example/office/",
)
RAW = ("%00", "%ff%fe", "%ed%a0%80", "%c0%af", "%2e%2e%2f")
"""Octets no text consists of."""
THIN = 1 if os.environ.get("LUBAN_EVERY_NONSENSE") else 6
"""A sixth of the values for each name, others for the next name; LUBAN_EVERY_NONSENSE=1 tries all of them (3 minutes)."""
ASKED = re.compile(r"(?:GET|query)\.get(?:list)?\(\s*\"(\w+)\"|_word\(query, \"(\w+)\"")
POSTED = re.compile(r"POST(?:\.get(?:list)?\(\s*|\[)\"(\w+)\"|posted\.get\(\"(\w+)\"")
Request = tuple[str, str, str, Page]
"""What is tried, method, address, what is sent along."""
SPREAD = {"book": "typed", "places": "chosen"}
"""Views that take a value under whatever name it comes."""


def visitor_for(route: Route, page: Page) -> Visitor:
    """Somebody who may open the page."""
    access = route.access
    assert access is not None
    if access.is_public or access.scope == APPLICATION:
        return VISITORS[0]
    fitting = [v for v in VISITORS if v.role in access.roles]
    return next((v for v in fitting if may_touch(v, page.data)), fitting[0])


def names_in(route: Route, pattern: re.Pattern[str]) -> list[str]:
    """The names of values which the view's module reads."""
    source = inspect.getsource(sys.modules[route.view.rpartition(".")[0]])
    if "asked_of" in source:
        source += inspect.getsource(sys.modules["luban.faces.office.asked"])
    return sorted({a or b for a, b in pattern.findall(source)})


def wrong(answered: Answered) -> str:
    """What is wrong with the answer to nonsense, '' when nothing is."""
    response: Any = answered.response
    if answered.status >= 500:
        return f"{answered.status}, a failure"
    location = response.headers.get("Location", "")
    if location.startswith(("//", "http", "javascript")):
        return f"leads out of the house: {location[:80]}"
    if "x7" in response.cookies or "\n" in "".join(response.headers.values()):
        return "what was sent became a header"
    if not response.headers.get("Content-Type", "").startswith("text/html") or response.streaming:
        return ""
    text = response.content.decode()
    found = injected(text)
    if found:
        return f"what was sent came back as markup: {found[:3]}"
    if answered.status >= 400 and answered.status != 405 and not re.search("[一-鿿]", text):
        return f"{answered.status} without a word of Chinese"
    return ""


class Knocking:
    """Nonsense sent to one face in one way, each visitor in one browser."""

    def __init__(self, world: World) -> None:
        self.world, self._turn = world, 0
        self._clients: dict[str, tuple[Client, dict[str, str]]] = {}

    def findings(self, face: str, way: str) -> Iterator[str]:
        """Every failure."""
        for route in routes():
            if not route.view.startswith(f"luban.faces.{face}."):
                continue
            page = page_of(route, self.world)
            visitor = visitor_for(route, page)
            for what, method, address, row in getattr(self, way)(route, page):
                answered = ask(self._client(visitor), method, address, row)
                if answered.status == 405 and way != "in_address":
                    break  # nothing is read that way here
                problem = wrong(answered)
                if problem:
                    yield f"{method} /{route.path} {what[:80]}: {problem}"

    def _client(self, visitor: Visitor) -> Client:
        if visitor.username not in self._clients:
            made = client_of(visitor)
            self._clients[visitor.username] = made, {n: m.value for n, m in made.cookies.items()}
        client, held = self._clients[visitor.username]
        client.cookies.clear()
        client.cookies.load(held)
        return client

    def _some(self, values: tuple[str, ...]) -> tuple[str, ...]:
        self._turn += 1
        return values[self._turn % THIN :: THIN]

    def in_address(self, route: Route, page: Page) -> Iterator[Request]:
        """Nonsense for a value in the path."""
        for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path):
            for value in self._some((*(quote(v, safe="") for v in VALUES), *RAW)):
                address = address_of(route, page, {name: value})
                yield f"{name}={value}", "GET", address, page
                yield f"{name}={value}", "POST", address, replace(page, posted=_plain(page))

    def in_query(self, route: Route, page: Page) -> Iterator[Request]:
        """Nonsense for a value in the query."""
        address, view = address_of(route, page), route.view.rpartition(".")[2]
        for name in (*names_in(route, ASKED), *([SPREAD[view]] if view in SPREAD else [])):
            for value in self._some(VALUES):
                yield f"?{name}={value!r}", "GET", address, replace(page, query={**page.query, name: value})

    def in_form(self, route: Route, page: Page) -> Iterator[Request]:
        """Nonsense for a value of a form."""
        address = address_of(route, page)
        for name in names_in(route, POSTED):
            for value in self._some(VALUES):
                posted = {**_plain(page), name: value}
                yield f"{name}: {value!r}", "POST", address, replace(page, posted=posted)


def _plain(page: Page) -> dict[str, Any]:
    """What is posted without the file, which can be sent once only."""
    return {name: value for name, value in page.posted.items() if name != "file"}


FACES = ("office", "portal", "signin", "api", "mobile", "screen")
WAYS = [
    pytest.param(face, way, marks=pytest.mark.xdist_group(f"matrix{n % 2}"))
    for n, (way, face) in enumerate(
        (way, face) for way in ("in_address", "in_query", "in_form") for face in FACES
    )
]


@pytest.mark.parametrize(("face", "way"), WAYS)
def test_nonsense_is_answered_in_words(face: str, way: str, world: World) -> None:
    found = list(Knocking(world).findings(face, way))
    assert not found, "\n".join(found)


def test_markup_that_was_planted_is_found_and_text_is_not() -> None:
    assert injected("<p>&lt;b7&gt; alert(7)</p>") == []
    assert injected('<input value="&quot;&gt;&lt;b7&gt; onfocus=alert(7)">') == []
    for planted in (
        "<p><b7></p>",
        '<input value="" onfocus=alert(7)>',
        '<a href="java\nscript:alert(7)">x</a>',
        '<form action="//evil.example/"></form>',
        "<script>alert(7)</script>",
    ):
        assert injected(planted), planted


def test_every_face_of_the_house_is_tried() -> None:
    assert {r.view.split(".")[2] for r in routes() if r.view.startswith("luban.faces.")} == set(FACES)
