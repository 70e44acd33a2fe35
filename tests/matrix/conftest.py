"""One world for all tests of this folder in a process; every request of a test is undone."""

from __future__ import annotations

import pytest

from tests.matrix.fixtures import quiet, untouched, world

__all__ = ["quiet", "untouched", "world"]


@pytest.fixture(autouse=True)
def _standing(quiet: None, untouched: None) -> None:
    """Every test here stands in the world and says nothing."""
