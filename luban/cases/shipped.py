"""The registers as they ship, as an act's context: what `luban try` and assembly stand on. Free of Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from luban.cases.context import Context
from luban.kit.book import Book, BookError, BookSpec, Entry
from luban.kit.parameters import UnknownParameter
from luban.kit.view import Office
from luban.people.organisations import bureaus
from luban.registers.book.shipped import (
    all_specs,
    calendar_of,
    laws_of,
    parameters_of,
    shipped_books,
)


@cache
def offices() -> dict[str, Office]:
    """The organisations the house knows from the start and that are enabled, as they sign."""
    return {b.code: Office(b.code, b.name, b.adcode, b.seal_code) for b in bureaus() if b.enabled}


def shipped_context(*, today: date, books: Mapping[str, Book] | None = None) -> Context:
    """A context of shipped registers (or the given ones), without providers."""
    books = dict(books) if books is not None else shipped_books()
    return Context(
        laws=laws_of(books, today=today),
        calendar=calendar_of(books, today=today),
        parameters=parameters_of(books),
        books=books,
        offices=offices(),
    )


def dictionaries() -> frozenset[str]:
    """The names of all dictionaries that ship."""
    return frozenset(row.key.split("|")[0] for row in shipped_books()["dictionary"].rows)


def overlaid(book: Book, rows: Iterable[Mapping[str, Any]]) -> Book:
    """A register with rows laid over it, given as cells by column code. Raises BookError."""
    spec: BookSpec = all_specs()[book.name]
    edited = [spec.entry({k: _cell(v) for k, v in row.items()}) for row in _known(spec, rows)]
    return Book(book.name, book.rows, (*book.edited, *edited))


def _known(spec: BookSpec, rows: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    known = {c.code for c in spec.all_columns()}
    for row in rows:
        unknown = set(row) - known
        if unknown:
            raise BookError(f"{spec.title}: {', '.join(sorted(unknown))}", [])
        yield row


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return ";".join(str(v) for v in value)
    return "" if value is None else str(value)


def with_parameters(book: Book, given: Mapping[str, Any], *, item: str, day: date) -> Book:
    """The parameter register with other values for one item. Raises UnknownParameter for a new key."""
    edited = []
    for key, value in given.items():
        row = book.at(day).get(f"{key}|{item}") or book.at(day).get(f"{key}|")
        if row is None:
            raise UnknownParameter(key, item, day)
        own = {**row.data, "item": item, "value": _cell(value)}
        edited.append(Entry(key=f"{key}|{item}", data=own, source="trial"))
    return Book(book.name, book.rows, (*book.edited, *edited))
