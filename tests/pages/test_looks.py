"""Every page of the house, opened in Chromium by somebody it is for, at 1440 and at 390 px."""

from __future__ import annotations

import re

import pytest

from luban.people.access import Route
from tests.matrix.world import World
from tests.pages.looking import Eyes
from tests.pages.places import all_routes, opened

pytestmark = [pytest.mark.full, pytest.mark.browser]


@pytest.mark.parametrize("route", [pytest.param(r, id=r.path or "home") for r in all_routes()])
def test_a_page_is_fit_to_be_seen(route: Route, world: World, eyes: Eyes) -> None:
    found = opened(route=route, world=world)
    if found is None:
        return
    visitor, address = found
    with eyes.at(address, visitor=visitor) as page:
        wrong = eyes.findings(page, f"page-{re.sub(r'[^a-z0-9]+', '-', route.path).strip('-') or 'home'}")
    assert not wrong, "\n".join(wrong)
