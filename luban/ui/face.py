"""A face: the frame around every page of one kind of visitor (enterprise, official, phone).

A face package builds its `Face` once per request and sets it as `request.face`; `luban.ui.context.ui`
hands it to the layout templates. Nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class NavItem:
    """One link of a navigation. `badge` is a short text such as "3" or "99+"; `alarm` paints it red."""

    title: str
    href: str
    current: bool = False
    badge: str = ""
    icon: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class Link:
    """A text that leads somewhere; `icon` is a name from `icons.txt`."""

    text: str
    href: str
    icon: str = ""


@dataclass(frozen=True)
class DeskGroup:
    """A heading of the office's left column and the lists under it."""

    title: str
    desks: tuple[NavItem, ...]


@dataclass(frozen=True)
class Who:
    """The person signed in as the header shows them: `first` in bold (the firm), `second` beside or below."""

    first: str
    second: str
    organisation: str = ""


@dataclass(frozen=True)
class Face:
    """What the layouts need to know about the visitor's side of the house."""

    code: str = "portal"
    home_url: str = "/"
    nav: tuple[NavItem, ...] = ()
    desks: tuple[DeskGroup, ...] = ()
    who: Who | None = None
    search_url: str = ""
    messages_url: str = ""
    message_count: str = ""
    sign_in_url: str = ""
    sign_out_url: str = "/signout/"
    account_links: tuple[Link, ...] = ()
    footer_links: tuple[Link, ...] = ()
    density: str = ""
    keys: bool = True


def mark_current(*, items: Sequence[NavItem], path: str, home: str = "/") -> tuple[NavItem, ...]:
    """The items with exactly one marked current: the longest `href` that `path` starts with.

    An item already marked by its face wins; the home of the face matches only itself.
    """
    if any(item.current for item in items):
        return tuple(items)
    fits = [
        i.href
        for i in items
        if path == i.href or (i.href not in ("/", home) and path.startswith(_folder(i.href)))
    ]
    best = max(fits, key=len, default=None)
    return tuple(replace(item, current=item.href == best) for item in items)


def _folder(href: str) -> str:
    return href if href.endswith("/") else f"{href}/"


def masked_name(name: str) -> str:
    """A person's name as screens show it: 林晓 → 林**; a compound surname keeps one character too."""
    return f"{name[0]}**" if name else ""
