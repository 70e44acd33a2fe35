"""The world of the permission matrix stands behind the pages that are looked at here; nothing a test does stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser

from tests.browser.conftest import Take, picture
from tests.matrix.fixtures import quiet, untouched, world
from tests.pages.looking import Eyes

__all__ = ["picture", "quiet", "untouched", "world"]


@pytest.fixture(autouse=True)
def _standing(quiet: None, untouched: None) -> None:
    """Every test here stands in the world, and nobody has asked for anything yet."""
    cache.clear()


@pytest.fixture
def eyes(browser: Browser, picture: Take) -> Iterator[Eyes]:
    """Eyes that open pages in Chromium; with LUBAN_PICTURES they keep what they saw."""
    yield Eyes(browser, picture)
