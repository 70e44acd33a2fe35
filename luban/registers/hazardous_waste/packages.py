"""Packaging of hazardous waste: what may hold a liquid, what is closed. Pure. Source: 危险废物跨省转移业务说明 §12.5."""

from __future__ import annotations

from collections.abc import Sequence

from luban.kit.book import BookOnDay, Entry

LIQUID = {"yes": "是", "no": "否", "solid_only": "非液", "by_hand": "人工"}
CLOSED = {"yes": "是", "no": "否", "by_hand": "人工"}
NOT_FOR_LIQUID = frozenset({"no", "solid_only"})


def unfit_for_liquid(*, book: BookOnDay, packaging: Sequence[str]) -> tuple[str, ...]:
    """Names of the chosen packagings that must not hold a liquid (P-14), in order."""
    return tuple(row["name"] for row in _chosen(book, packaging) if row["liquid_ok"] in NOT_FOR_LIQUID)


def closed(*, book: BookOnDay, packaging: Sequence[str]) -> bool:
    """Whether some chosen packaging is a closed container (P-15)."""
    return any(row["closed"] == "yes" for row in _chosen(book, packaging))


def by_hand(*, book: BookOnDay, packaging: Sequence[str]) -> bool:
    """Whether a person must look: some chosen packaging is not described by the table (PK99)."""
    return any("by_hand" in (row["liquid_ok"], row["closed"]) for row in _chosen(book, packaging))


def _chosen(book: BookOnDay, packaging: Sequence[str]) -> tuple[Entry, ...]:
    return tuple(row for code in packaging if (row := book.get(code)) is not None)
