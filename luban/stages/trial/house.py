"""A house without walls: shipped registers, what the case file adds to them, organisations by code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from luban.cases.context import Context
from luban.cases.shipped import overlaid, shipped_context, with_parameters
from luban.kit.book import Book, BookError
from luban.kit.facts import needs_of
from luban.kit.item import Item
from luban.kit.parameters import UnknownParameter
from luban.registers.book.shipped import shipped_books
from luban.stages.trial.book import CaseEntry, TrialFault
from luban.stages.trial.registers import Memory, given_to

RESERVED = ("params", "numbers", "books", "offices_closed")


def context_for(*, item: Item, entry: CaseEntry, registers: Mapping[str, Memory]) -> Context:
    """The context of one trial. Raises TrialFault for facts, registers or parameters nobody knows."""
    needs = needs_of(item.facts)
    unknown = set(entry.facts) - set(needs) - set(RESERVED) - set(given_to(item=item))
    if unknown:
        known = ", ".join((*RESERVED, *given_to(item=item), *needs))
        raise TrialFault(f"case {entry.name}: unknown facts {', '.join(sorted(unknown))}; known: {known}")
    try:
        books = _books(item, entry)
    except (KeyError, BookError, UnknownParameter) as fault:
        raise TrialFault(f"case {entry.name}: {fault}") from fault
    base = shipped_context(today=entry.today, books=books)
    closed = set(entry.facts.get("offices_closed", ()))
    offered = {name: fact for memory in registers.values() for name, fact in memory.providers().items()}
    return replace(
        base,
        offices={code: office for code, office in base.offices.items() if code not in closed},
        providers={**offered, **_given(item, entry)},
    )


def _books(item: Item, entry: CaseEntry) -> dict[str, Book]:
    books = shipped_books()
    for name, rows in _book_rows(item, entry).items():
        books[name] = overlaid(books[name], rows)
    if given := entry.facts.get("params"):
        books["parameters"] = with_parameters(books["parameters"], given, item=item.code, day=entry.today)
    return books


def _book_rows(item: Item, entry: CaseEntry) -> dict[str, list[Mapping[str, Any]]]:
    rows = dict(entry.facts.get("books", {}))
    for name, need in needs_of(item.facts).items():
        if need.provider.startswith("book.") and name in entry.facts:
            rows[need.provider.removeprefix("book.")] = entry.facts[name]
    return rows


def _given(item: Item, entry: CaseEntry) -> dict[str, Callable[..., Any]]:
    """Needs the case file answers itself, typed as the item declares them."""
    hints = get_type_hints(item.facts)
    found = {}
    for name, need in needs_of(item.facts).items():
        if name in entry.facts and not need.provider.startswith("book."):
            try:
                value = TypeAdapter(hints[name]).validate_python(entry.facts[name])
            except ValidationError as fault:
                raise TrialFault(f"case {entry.name}: fact {name}: {fault}") from fault
            found[need.provider] = _constant(value)
    return found


def _constant(value: Any) -> Callable[..., Any]:
    def provider(**_: Any) -> Any:
        return value

    return provider
