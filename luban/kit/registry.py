"""The registry discovery fills: every item that stands in the house, by code."""

from __future__ import annotations

from typing import Any

from luban.kit.item import Item

_ITEMS: dict[str, Item] = {}
_BUNDLES: dict[str, Any] = {}


class UnknownItem(LookupError):
    """No item of this code stands in the house."""


def register(item: Item) -> None:
    """Add an item; a second one of the same code or case-number prefix is an error."""
    if item.code in _ITEMS and _ITEMS[item.code] is not item:
        raise ValueError(f"item {item.code} stands twice")
    clash = next((i for i in _ITEMS.values() if i.prefix == item.prefix and i.code != item.code), None)
    if clash is not None:
        raise ValueError(f"items {item.code} and {clash.code} both number their cases {item.prefix}")
    _ITEMS[item.code] = item


def register_bundle(bundle: Any) -> None:
    """Add a bundle of items (集成办); it brings a `code`."""
    if _BUNDLES.setdefault(bundle.code, bundle) is not bundle:
        raise ValueError(f"bundle {bundle.code} stands twice")


def forget(code: str) -> None:
    """Take an item out again (tests that drop one in)."""
    _ITEMS.pop(code, None)


def get(code: str) -> Item:
    """The item of that code. Raises UnknownItem."""
    try:
        return _ITEMS[code]
    except KeyError:
        raise UnknownItem(code) from None


def all_items() -> tuple[Item, ...]:
    """Every item, in the order of discovery."""
    return tuple(_ITEMS.values())
