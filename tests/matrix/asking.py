"""Knocking at every address as everybody, and comparing the answer with what was declared: findings are sentences."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from luban.kit.clock import clock
from luban.people.access import APPLICATION, Route
from luban.people.models import Account
from luban.people.signing import SEEN_KEY
from tests.matrix.accounts import Visitor
from tests.matrix.pages import NOBODYS, Page, address_of, may_touch, page_of, refusals
from tests.matrix.world import World

METHODS = ("GET", "POST")
WRITES = ("INSERT", "UPDATE", "DELETE")
KEPT = ("django_session", "people_auditentry", "people_pacecount")
"""What a refused request may still write: that somebody was here, and how often."""
UNSIGNED = (401, 405, 413, 415)
"""How a partner's address answers a request that no partner signed."""


@dataclass(frozen=True)
class Answered:
    """An answer and the statements that wrote something on the way."""

    response: HttpResponse
    wrote: tuple[str, ...]

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status_code


def client_of(visitor: Visitor) -> Client:
    """A browser in which the visitor is signed in."""
    client = Client(raise_request_exception=False)
    if visitor.username:
        client.force_login(Account.objects.get(username=visitor.username))
        session = client.session
        session[SEEN_KEY] = clock.now().timestamp()
        session.save()
    return client


def ask(client: Client, method: str, address: str, page: Page, **more: Any) -> Answered:
    """Send a well-formed request and undo what it did."""
    cache.clear()
    data: Any = {**page.query} if method == "GET" else {**page.posted, **page.query}
    if method == "POST" and page.query:
        address = f"{address}?{'&'.join(f'{k}={v}' for k, v in page.query.items())}"
    wrote: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(WRITES):
            wrote.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        send = client.get if method == "GET" else client.post
        answer: Any = send(address, data, **more)
        transaction.set_rollback(True)
    return Answered(answer, tuple(wrote))


def findings(visitor: Visitor, routes: Iterable[Route], world: World) -> Iterator[str]:
    """Every address that answers this visitor otherwise than declared."""
    client = client_of(visitor)
    held = {name: morsel.value for name, morsel in client.cookies.items()}
    for route in routes:
        if route.access is None:
            yield f"/{route.path} has no declaration of who may open it"
            continue
        page = page_of(route, world)
        address = address_of(route, page)
        for method in METHODS:
            client.cookies = SimpleCookie(held)  # signing out, say, takes the session along
            answered = ask(client, method, address, page)
            wrong = _wrong(visitor, route, page, answered) or _leaks(visitor, page, answered, world)
            if wrong:
                yield f"{visitor.username or 'nobody'} {method} {address}: {answered.status}, {wrong}"


def _wrong(visitor: Visitor, route: Route, page: Page, answered: Answered) -> str:
    """What is wrong with an answer, '' when nothing is."""
    access, status = route.access, answered.status
    assert access is not None
    if status >= 500:
        return "a failure"
    if access.scope == APPLICATION:
        return "" if status in UNSIGNED else "only a request signed by a partner comes in"
    if access.is_public:
        return "refused though public" if status in (401, 403) or to_signin(answered) else ""
    if not visitor.username:
        asked = to_signin(answered) or (status == 401 and "X-Lb-Signin" in answered.response.headers)
        return "" if asked else "a visitor must be asked to sign in"
    if visitor.role in access.roles and status == 405:
        return ""
    if visitor.role in access.roles and may_touch(visitor, page.data):
        return "refused though declared" if status in (401, 403, 404) or to_signin(answered) else ""
    in_role = visitor.role in access.roles
    return _not_refused(answered, refusals(visitor, page.data if in_role else NOBODYS))


def _not_refused(answered: Answered, wanted: frozenset[int]) -> str:
    if answered.status not in wanted:
        return f"must be refused with {sorted(wanted)}"
    written = [sql[:80] for sql in answered.wrote if not any(table in sql for table in KEPT)]
    return f"refused, yet wrote: {written}" if written else ""


def _leaks(visitor: Visitor, page: Page, answered: Answered, world: World) -> str:
    """What a stranger finds of the world in a page that is open to it."""
    if visitor.mine or page.public:
        return ""
    text = text_of(answered.response)
    found = [word for word in (world.number, world.granted, world.licence, world.draft) if word in text]
    own_address = [word for word in found if word in page.values.values()]
    return f"shows {found} to a stranger" if found != own_address else ""


def text_of(response: Any) -> str:
    """Everything an answer says; a spreadsheet unpacked."""
    content = response.getvalue() if response.streaming else response.content
    if content[:2] != b"PK":
        return str(content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def to_signin(answered: Answered) -> bool:
    """Whether the answer leads to a sign-in page."""
    return "/signin/?" in answered.response.headers.get("Location", "")
