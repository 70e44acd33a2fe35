"""What a page costs: at most fifteen SQL statements, whatever it shows and whomever it is for."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luban.people.access import Route
from tests.matrix.asking import client_of
from tests.matrix.world import World
from tests.pages.places import all_routes, opened

MOST = 15
UNCOUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("route", [pytest.param(r, id=r.path or "home") for r in all_routes()])
def test_a_page_costs_at_most_fifteen_statements(route: Route, world: World) -> None:
    found = opened(route=route, world=world)
    if found is None:
        return
    visitor, address = found
    client = client_of(visitor)
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    asked = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(UNCOUNTED)]
    assert len(asked) <= MOST, f"{len(asked)} statements:\n" + "\n".join(sql[:150] for sql in asked)
