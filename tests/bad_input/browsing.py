"""A person's browser as these tests need it: signed in, remembering what a form page holds about itself."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from luban.kit.clock import clock
from luban.people.models import Account
from luban.people.signing import SEEN_KEY

HTMX = {"HX-Request": "true"}
HIDDEN = re.compile(r'name="([\w.]*_(?:shape|values|says|revision|slots))" value="([^"]*)"')


def browser_of(username: str, *, csrf: bool = False) -> Client:
    """A browser in which `username` is signed in; `csrf`: it must send the form's token, as a real one must."""
    client = Client(enforce_csrf_checks=csrf, raise_request_exception=False)
    client.force_login(Account.objects.get(username=username))
    keep_alive(client)
    return client


def keep_alive(client: Client) -> None:
    """Note that the person was seen just now."""
    session = client.session
    session[SEEN_KEY] = clock.now().timestamp()
    session.save()


def words(answer: Any) -> str:
    """The text of an answer."""
    return str(answer.content.decode())


def hidden(client: Client, address: str) -> dict[str, str]:
    """What a form page holds about itself."""
    return dict(HIDDEN.findall(words(client.get(address))))


def save(client: Client, draft: str, values: dict[str, Any], *, section: str = "") -> Any:
    """Type into the form page of a draft, freshly opened, and let it save itself."""
    held = hidden(client, f"/fill/{draft}/")
    named = section or next(iter(values)).partition(".")[0]
    return client.post(f"/fill/{draft}/save/", {**held, **values, "_sections": named}, headers=HTMX)


def says_what_to_do(answer: Any, *statuses: int) -> str:
    """Assert one of the statuses and a Chinese sentence; the answer's text."""
    assert answer.status_code in statuses, (answer.status_code, words(answer)[:400])
    is_data = answer["Content-Type"] == "application/json"
    text = str(answer.json()["message"]) if is_data else words(answer)
    assert re.search("[一-鿿]{4}", text), text[:400]
    return text
