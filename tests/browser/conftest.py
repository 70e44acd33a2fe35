"""Persons at desks of their own: `sit(Firm, "suxin")` opens a fresh browser for somebody and signs in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.persons import Person
from tests.browsing import LiveHouse, watched

Sit = Callable[..., Any]


@pytest.fixture
def sit(browser: Browser, live_house: LiveHouse, picture: Callable[[Page, str], None]) -> Iterator[Sit]:
    """`sit(kind, account)`: a person of that kind, signed in, at a 1440 px desk."""
    with ExitStack() as open_desks:

        def at_a_desk(kind: type[Person], account: str) -> Person:
            context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
            page = open_desks.enter_context(watched(context))
            open_desks.callback(picture, page, f"last-{account}")
            return kind(live_house, page, account)

        yield at_a_desk


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """`picture(page, name)`: a picture of the page in LUBAN_PICTURES, where that is set."""
    folder = os.environ.get("LUBAN_PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=name.startswith("last-"))

    return take
