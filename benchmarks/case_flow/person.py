"""Somebody with an open session: signs in once, then asks and posts over one kept connection, as a browser does.

Of the cookies only the session and the CSRF token are kept: the words an act leaves for the next page are taken to have
been shown, since the page that follows an act is not part of a case's measure.
"""

from __future__ import annotations

import http.client
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode

PASSWORD = os.environ.get("LUBAN_DEMO_PASSWORD") or "Luban-demo-2026"
KEPT = ("luban_session", "luban_csrf")
TIMEOUT = 60.0


class Unexpected(RuntimeError):
    """The house answered otherwise than a case goes; the message holds the answer's words."""


@dataclass(frozen=True)
class Answer:
    """An answer: its status, where it leads, its text, and the seconds from asking to its last byte."""

    status: int
    location: str
    text: str
    seconds: float


class Person:
    """One account signed in over its own connection to the web process at `port`."""

    def __init__(self, *, port: int, account: str, door: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._cookies: dict[str, str] = {}
        self.get(door)
        words = {"username": account, "password": PASSWORD}
        self.post(door, words, status=302)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str, *, status: int = 200) -> Answer:
        """A page. Raises Unexpected when its status is another one."""
        return self._ask("GET", path, None, status)

    def post(self, path: str, words: Mapping[str, str], *, status: int = 302) -> Answer:
        """Send a form. Raises Unexpected when the status is another one."""
        told = {**words, "csrfmiddlewaretoken": self._cookies.get("luban_csrf", "")}
        return self._ask("POST", path, urlencode(told), status)

    def _ask(self, method: str, path: str, body: str | None, status: int) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        given = self._sent(method, path, body, headers)
        content = given.read()
        seconds = time.perf_counter() - began
        for line in given.headers.get_all("Set-Cookie") or ():
            self._cookies |= {n: m.value for n, m in SimpleCookie(line).items() if n in KEPT}
        answer = Answer(
            given.status, given.headers.get("Location") or "", content.decode(errors="replace"), seconds
        )
        if answer.status != status:
            raise Unexpected(f"{method} {path}: {answer.status} instead of {status}: {_plain(answer.text)}")
        return answer

    def _sent(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Ask; over a new connection when the house has closed the kept one for being idle, as browsers do."""
        try:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            self._connection.close()
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()


def _plain(text: str) -> str:
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", words)[:600]
