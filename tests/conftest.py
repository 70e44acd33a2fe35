"""Fixtures for tests that look at the whole house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.discovery import admit, discover
from luban import items
from luban.kit import registry
from luban.kit.item import Item


@pytest.fixture(scope="session", autouse=True)
def _items_stand() -> None:
    discover()


@pytest.fixture
def drop_in() -> Iterator[Callable[[str], Item]]:
    """Drops items of tests/dropin into the house, by the names of their folders, for one test."""
    folder = str(Path(__file__).parent / "dropin")
    dropped: list[str] = []
    items.__path__.append(folder)

    def drop(name: str) -> Item:
        admit(f"luban.items.{name}.item")
        dropped.append(name)
        return registry.get(name)

    try:
        yield drop
    finally:
        for name in dropped:
            registry.forget(name)
        items.__path__.remove(folder)


@pytest.fixture
def dropped_in(drop_in: Callable[[str], Item]) -> Item:
    """The worked example, an item whose folder is dropped into the house for one test."""
    return drop_in("soil_sampling_report")
