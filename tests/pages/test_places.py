"""Province, city and county hang on one another over a slow line: what somebody chose is not taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.matrix.accounts import VISITORS
from tests.matrix.world import World
from tests.pages.looking import Eyes

pytestmark = [pytest.mark.full, pytest.mark.browser]
SHANGHAI, JIANGSU, PUDONG = "310000", "320000", "310115"
FIRM = next(v for v in VISITORS if v.username == "suxin")


class Line:
    """The line to the house: `hold` keeps the next question for regions back until `release`."""

    def __init__(self, page: Page) -> None:
        self._page, self._holding = page, False
        self._held: list[Route] = []
        page.route("**/fill/places/**", self._pass)

    def _pass(self, route: Route) -> None:
        if self._holding:
            self._held.append(route)
            self._holding = False
        else:
            route.fallback()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """The next question is held back while the body runs, and answered at its end."""
        self._holding = True
        yield
        assert len(self._held) == 1, "no question for regions was asked"
        asked = self._held.pop()
        asked.fallback()
        self._page.wait_for_timeout(500)  # nothing on the page tells of an answer that must change nothing


def empty_place(page: Page) -> tuple[Locator, Locator, Locator]:
    """The three lists of the form's first place, emptied."""
    lists = page.locator("[data-place]").first.locator("select")
    province, city, county = lists.nth(0), lists.nth(1), lists.nth(2)
    with page.expect_response("**/fill/places/**"):
        province.select_option("")
    expect(county.locator("option")).to_have_count(1)
    return province, city, county


def test_a_late_answer_does_not_take_the_chosen_county_away(world: World, eyes: Eyes) -> None:
    with eyes.at(f"/fill/{world.draft}/", visitor=FIRM) as page:
        line = Line(page)
        province, city, county = empty_place(page)
        province.select_option(SHANGHAI)
        expect(
            county.locator(f"option[value='{PUDONG}']")
        ).to_be_attached()  # its only city was chosen for us
        with line.hold():
            city.select_option(index=1)
            county.select_option(PUDONG)
        expect(county).to_have_value(PUDONG)


def test_the_answer_to_an_earlier_choice_does_not_replace_the_later_one(world: World, eyes: Eyes) -> None:
    with eyes.at(f"/fill/{world.draft}/", visitor=FIRM) as page:
        line = Line(page)
        province, city, county = empty_place(page)
        with line.hold():
            province.select_option(JIANGSU)
            province.select_option(SHANGHAI)
            expect(county.locator(f"option[value='{PUDONG}']")).to_be_attached()
            county.select_option(PUDONG)
        expect(city.locator("option[value^='32']")).to_have_count(0)
        expect(county).to_have_value(PUDONG)
