"""Resolve an item's declared facts: registers answer by name, each need in one call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.cases.context import Context
from luban.kit.facts import Applicant, Facts, SealState, needs_of
from luban.kit.form import Form, value_at
from luban.kit.item import Item
from luban.kit.materials import Materials


class NoProvider(LookupError):
    """An item needs a fact no register offers."""


def resolve(
    *,
    item: Item,
    form: Form,
    context: Context,
    day: date,
    applicant: Applicant,
    materials: Materials,
    seal: SealState,
    sources: dict[str, str] | None = None,
    number: str = "",
    submitted_on: date | None = None,
    given: Mapping[str, Any] | None = None,
) -> Any:
    """The item's facts for this form on this day; needs in `given` (by field name) are known already and are not asked
    about again. Raises NoProvider for a need nothing answers."""
    found: dict[str, Any] = dict(given or {})
    for name, need in needs_of(item.facts).items():
        if name in found:
            continue
        if need.provider.startswith("book."):
            book = context.books.get(need.provider.removeprefix("book."))
            if book is None:
                raise NoProvider(f"item {item.code} needs {need.provider}, and there is no such register")
            found[name] = book.at(day)
            continue
        provider = context.providers.get(need.provider)
        if provider is None:
            raise NoProvider(f"item {item.code} needs {need.provider}, which no register offers")
        keys = {key: value_at(form, path) for key, path in need.keys.items()}
        found[name] = provider(day=day, applicant=applicant, number=number, **keys)
    base: type[Facts] = item.facts
    return base(
        item=item.code,
        params=context.params(day, item.code),
        applicant=applicant,
        materials=materials,
        seal=seal,
        terms=context.terms(day),
        sources=sources or {},
        number=number,
        submitted_on=submitted_on,
        **found,
    )
