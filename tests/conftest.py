"""Fixtures for tests that look at the whole house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.discovery import admit, discover
from luban import items
from luban.kit import registry
from luban.kit.item import Item

DROPIN = "soil_sampling_report"


@pytest.fixture(scope="session", autouse=True)
def _items_stand() -> None:
    discover()


@pytest.fixture
def dropped_in() -> Iterator[Item]:
    """An item whose folder is dropped into the house for one test."""
    folder = str(Path(__file__).parent / "dropin")
    items.__path__.append(folder)
    try:
        admit(f"luban.items.{DROPIN}.item")
        yield registry.get(DROPIN)
    finally:
        registry.forget(DROPIN)
        items.__path__.remove(folder)
