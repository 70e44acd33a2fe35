"""What a partner is told about an event: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.cases.nodes import STANDARD
from luban.kit.item import Item
from luban.kit.sharing import Tell
from luban.kit.view import CaseView


def tell_of(*, item: Item, link: str, name: str, part: str = "") -> Tell:
    """The declaration behind a message. Raises LookupError when the item no longer says it."""
    for tell in (*STANDARD, *item.sharing):
        if (tell.link, tell.name, tell.part) == (link, name, part):
            return tell
    raise LookupError(f"{item.code} tells {link} nothing called {name}")


def message(*, item: Item, link: str, name: str, view: CaseView, part: str = "") -> Mapping[str, Any] | None:
    """The body of a message about the view's last event; None when its condition does not hold."""
    tell = tell_of(item=item, link=link, name=name, part=part)
    if tell.when is not None and not tell.when(view):
        return None
    return tell.body(view)
