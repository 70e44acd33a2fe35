"""What may be chosen for a field, and what its codes are called: dictionaries, registers, regions, fixed options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from luban.cases.context import Context
from luban.kit.book import BookOnDay, Entry
from luban.kit.fields import FieldMeta
from luban.registers.dictionary import terms as dictionary
from luban.registers.divisions import places as regions

MOST_OFFERS = 50
NAMES = ("name", "title", "description")


@dataclass(frozen=True)
class Offer:
    """A row of a register as offered while typing: its key and what it means."""

    value: str
    text: str


@dataclass(frozen=True)
class Choices:
    """The registers on a day, asked for words."""

    context: Context
    day: date

    @cached_property
    def _terms(self) -> BookOnDay:
        return self.context.terms(self.day)

    @cached_property
    def places(self) -> BookOnDay:
        """The regions on the day."""
        return self.context.places(self.day)

    def of(self, meta: FieldMeta) -> tuple[tuple[str, str], ...]:
        """(code, name) of everything a field allows, in order; empty when it is not bounded."""
        if meta.options:
            return meta.options
        if meta.dictionary:
            return tuple(dictionary.choices(self._terms, meta.dictionary).items())
        return ()

    def word(self, meta: FieldMeta, code: str) -> str:
        """What a code is called; the code itself when nobody knows."""
        if meta.options:
            return dict(meta.options).get(code, code)
        if meta.dictionary:
            return dictionary.label(self._terms, meta.dictionary, code)
        entry = self._books(meta.book).get(code) if meta.book in self.context.books else None
        name = _name(entry) if entry else ""
        return f"{code} {name}" if name and name != code else code

    def region(self, adcode: str) -> str:
        """The full name of a region; the code itself when nobody knows."""
        return regions.full_name(self.places, adcode) or adcode

    def regions_below(self, adcode: str) -> tuple[tuple[str, str], ...]:
        """(code, name) of the regions right below one; provinces for "" (those outside the items' reach left out)."""
        return tuple(
            (e.key, str(e["name"]))
            for e in regions.children(self.places, adcode)
            if e.key not in regions.OUTSIDE
        )

    def offers(self, *, book: str, typed: str) -> tuple[Offer, ...]:
        """Rows of a register whose key begins with what was typed, or whose name holds it."""
        if book not in self.context.books:
            return ()
        wanted = typed.strip().upper()
        found = (
            Offer(e.key, _name(e))
            for e in self._books(book).rows
            if e.data.get("enabled", True) and (wanted in e.key.upper() or wanted in _name(e).upper())
        )
        return tuple(_first(found, MOST_OFFERS))

    def _books(self, code: str) -> BookOnDay:
        return self.context.books[code].at(self.day)


def _first(offers: Iterator[Offer], most: int) -> Iterator[Offer]:
    for _, offer in zip(range(most), offers, strict=False):
        yield offer


def _name(entry: Entry) -> str:
    return next((str(entry.data[c]) for c in NAMES if entry.data.get(c)), "")
