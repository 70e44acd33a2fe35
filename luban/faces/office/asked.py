"""The filters of a list as its address says them, and back: a bookmark is a view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from luban.kit.refusal import Refused
from luban.stages.review.worklist import ALL, HANDLED, LAMPS, MINE, Wanted

LONGEST = 100
NAMES = ("q", "item", "step", "lamp", "state", "org", "since", "until")


@dataclass(frozen=True)
class Asked:
    """A list as asked for: the filters and where the page starts."""

    wanted: Wanted
    path: str
    after: str = ""
    before: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """The filters that are set, as parts of an address; a scope only where the page has two."""
        said = {name: text_of(getattr(self.wanted, name)) for name in NAMES}
        if self.wanted.scope == HANDLED:
            said = {"scope": HANDLED, **said}
        return {name: value for name, value in said.items() if value}

    def href(self, **more: str) -> str:
        """The same list with some filters changed (an empty value drops one), from its first page."""
        parts = {k: v for k, v in {**self.parts, **more}.items() if v}
        return f"{self.path}?{urlencode(parts)}" if parts else self.path

    @property
    def query(self) -> str:
        """The filters as text, for saving."""
        return urlencode(self.parts)


def asked_of(*, query: QueryDict, path: str, everything: bool) -> Asked:
    """Read a list's address. Raises Refused (400) for a day that is none."""
    scope = ALL if everything else (HANDLED if query.get("scope") == HANDLED else MINE)
    lamp = query.get("lamp", "")
    wanted = Wanted(
        scope=scope,
        q=_word(query, "q"),
        item=_word(query, "item"),
        step=_word(query, "step"),
        lamp=lamp if lamp in LAMPS else "",
        state=_word(query, "state"),
        org=_word(query, "org"),
        since=day_of(query.get("since", "")),
        until=day_of(query.get("until", "")),
    )
    return Asked(wanted, path, query.get("after", ""), query.get("before", ""))


def _word(query: QueryDict, name: str) -> str:
    return (query.get(name) or "").replace("\x00", "").strip()[:LONGEST]


def day_of(text: str) -> date | None:
    """A day of an address, None when there is none. Raises Refused (400)."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("BAD_DAY", "日期请写成 2026-03-16 的样子，并确认这一天存在。", status=400) from None


def text_of(value: object) -> str:
    """A filter as text."""
    return value.isoformat() if isinstance(value, date) else str(value or "")
