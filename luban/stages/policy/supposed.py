"""Registers as they would be: changed rows laid over them on every day, whatever their own days. Pure.

A case keeps the registers of the day it was accepted. To ask what a change would have made of it, the changed row has
to hold on that day, although as a proposal it may only take effect in the future.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from luban.kit.book import Book, BookSpec, Entry


@dataclass(frozen=True)
class DraftRow:
    """A changed, new or ended (`removes`) row of a register, as text cells by column code."""

    register: str
    key: str
    cells: Mapping[str, str]
    removes: bool = False


class Supposed(Book):
    """A register in which some rows say something else on every day."""

    def __init__(self, book: Book, changed: Iterable[Entry]) -> None:
        super().__init__(book.name, book.rows, book.edited)
        self._changed = {entry.key: entry for entry in changed}

    def _live(self, day: date) -> dict[str, Entry]:
        laid = {**super()._live(day), **self._changed}
        return {key: entry for key, entry in laid.items() if not entry.removed}


def supposed(
    *, books: Mapping[str, Book], specs: Mapping[str, BookSpec], rows: Iterable[DraftRow]
) -> dict[str, Book]:
    """All registers with the rows laid over. Raises BookError for a row whose cells cannot be read."""
    changed: dict[str, list[Entry]] = {}
    for row in rows:
        changed.setdefault(row.register, []).append(_entry(specs[row.register], row))
    return {name: Supposed(book, changed[name]) if name in changed else book for name, book in books.items()}


def _entry(spec: BookSpec, row: DraftRow) -> Entry:
    read = spec.entry({**row.cells, "from": "", "to": ""})
    return replace(read, removed=row.removes)
