"""Persons at desks of their own: `sit(Firm, "suxin")` opens a fresh browser for somebody and signs in.

With LUBAN_PICTURES=<folder> the tests leave pictures of what they see there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.persons import Person
from tests.browsing import watched
from tests.housing import House

Sit = Callable[..., Any]
Take = Callable[..., None]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def sit(browser: Browser, live_house: House, picture: Take) -> Iterator[Sit]:
    """`sit(kind, account)`: a person of that kind, signed in, at a 1440 px desk."""
    with ExitStack() as open_desks:

        def at_a_desk(kind: type[Person], account: str) -> Person:
            context = browser.new_context(locale="zh-CN", viewport=DESK)
            page = open_desks.enter_context(watched(context))
            return kind(live_house, page, account)

        yield at_a_desk


@pytest.fixture
def picture() -> Take:
    """`picture(page, name)`: the whole page at 1440 px in LUBAN_PICTURES, where that is set; `phone`: at 390 px too."""
    folder = os.environ.get("LUBAN_PICTURES")

    def take(page: Page, name: str, *, phone: bool = False) -> None:
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        for size, end in ((DESK, ""), (PHONE, "-390"))[: 2 if phone else 1]:
            page.set_viewport_size(size)
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=str(Path(folder) / f"{name}{end}.png"), full_page=True)
        page.set_viewport_size(DESK)

    return take
