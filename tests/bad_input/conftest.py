"""The matrix's world to be mishandled in, and browsers for its people."""

from __future__ import annotations

from collections.abc import Callable

import django
import pytest

django.setup()  # this file is read before pytest-django gets to it

from django.test import Client  # noqa: E402

from tests.bad_input.browsing import browser_of  # noqa: E402
from tests.matrix.fixtures import quiet, untouched, world  # noqa: E402

__all__ = ["quiet", "untouched", "world"]


@pytest.fixture
def as_(quiet: None, untouched: None) -> Callable[[str], Client]:
    """A signed-in browser of an account of the world."""
    return browser_of
