"""Every page of the house with somebody it is for: read from the house's own addresses, so that a new page is here by itself.

An address is a page when it answers a GET with a whole HTML document; what answers with a file, a part of a page, a
redirect or 405 is none. An address nobody may open, or one that carries a value tests/matrix/pages.py does not know,
is a mistake, and asking for it fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from luban.people.access import APPLICATION, Route, routes
from tests.matrix.accounts import COLLEAGUE, VISITORS, Visitor
from tests.matrix.asking import Answered, ask, client_of
from tests.matrix.pages import Page, address_of, may_touch, page_of
from tests.matrix.world import World

NO_PAGE = {301, 302, 303, 405}
ANOTHER_DAY = {409, 415}
"""The address is right and the visitor too, only there is nothing to do or to show in this world."""
HIS = {"office/exports/<uuid:run_id>/": Visitor(COLLEAGUE, "district_window", "310115", mine=True)}
"""What belongs to one person alone."""


def all_routes() -> list[Route]:
    """Every address of the house."""
    return list(routes())


def visitors_for(*, route: Route, page: Page) -> Iterator[Visitor]:
    """Who may open the address, whoever stands on the side of the world's firm and district first."""
    access = route.access
    assert access is not None, f"/{route.path} has no declaration of who may open it"
    if route.path in HIS:
        yield HIS[route.path]
    elif access.is_public or access.scope == APPLICATION:
        yield VISITORS[0]
    else:
        fitting = [v for v in VISITORS if v.role in access.roles and may_touch(v, page.data)]
        yield from sorted(fitting, key=lambda v: not v.mine)


def opened(*, route: Route, world: World) -> tuple[Visitor, str] | None:
    """Somebody who sees the page, and its address with its query; None when the address is no page."""
    if route.access is not None and route.access.scope == APPLICATION:
        return None  # a program's address
    page = page_of(route, world)
    path = address_of(route, page)
    refused: list[str] = []
    for visitor in visitors_for(route=route, page=page):
        answered = ask(client_of(visitor), "GET", path, page)
        if answered.status == 200:
            query = "&".join(f"{name}={value}" for name, value in page.query.items())
            return (visitor, f"{path}?{query}" if query else path) if is_page(answered) else None
        if answered.status in NO_PAGE | ANOTHER_DAY:
            return None
        refused.append(f"{visitor.username or 'nobody'}: {answered.status}")
    if page.data == "no_one":
        return None
    raise AssertionError(f"/{route.path} opens for none of those it is declared for: {refused}")


def is_page(answered: Answered) -> bool:
    """Whether the answer is a whole HTML document."""
    response: Any = answered.response
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return False
    return bool(response.content.lstrip()[:9].lower() == b"<!doctype")
