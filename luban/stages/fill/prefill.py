"""Prefill (智能预填): what is known already is not asked again. Pure.

The form names the sources of each field, best first: the firm's registration (`data_hub.*`), its discharge permit
(`permits_national.*`), the account (`account.*`), the day (`today.*`), the firm's last filed case (`previous`, the same
path), and what registers keep of the firm itself (the `PREFILL` of their `offers`, see `kit.prefill`; a table may name
one for all its rows); while typing also what registers keep of a thing named (`offered`), the library of carriers
(`carriers.*`) and the register of licences (`licence.*`). `known` asks them; `fill` takes for each blank the best source
that has an answer, and writes down where each value came from.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.form import FieldSpec, Form, form_spec, value_at
from luban.stages.fill.typed import blank, set_at

PREVIOUS, LICENCE, CARRIERS = "previous", "licence", "carriers"
FIRST_TIME = ("data_hub", "permits_national", "account", "today")
_IDENTITY = frozenset({"citizen_id"})


@dataclass(frozen=True)
class Known:
    """What the sources answered: values by source and name, the last filed payload, and who did not answer."""

    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    previous: Mapping[str, Any] = field(default_factory=dict)
    down: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A payload as far as it is known, and where each value came from."""

    payload: dict[str, Any]
    sources: dict[str, str]


def plain(value: Any) -> Any:
    """A value as a draft keeps it: days and decimals as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return list(value) if isinstance(value, tuple) else value


def fill(*, form: type[Form], known: Known, over: Filled | None = None) -> Filled:
    """Fill every blank from its best source that has an answer. `over` (what is there already) is kept. Pure."""
    payload = copy.deepcopy(over.payload) if over else {}
    sources = dict(over.sources) if over else {}
    for section in form_spec(form).sections:
        values = payload.setdefault(section.name, {})
        for spec in section.fields:
            path = f"{section.name}.{spec.name}"
            if spec.meta.derived or not blank(values.get(spec.name)):
                continue
            if spec.is_table:
                _fill_rows(spec, path, values, sources, known)
                continue
            for source, value in _answers(spec, path, known):
                values[spec.name], sources[path] = value, source
                break
    return Filled(payload, sources)


def _answers(spec: FieldSpec, path: str, known: Known) -> Iterator[tuple[str, Any]]:
    for declared in spec.meta.prefill:
        source, _, name = declared.partition(".")
        if source == PREVIOUS:
            value = value_at(known.previous, path) if copies(spec) else None
        else:
            value = known.values.get(source, {}).get(name)
        if not blank(value):
            yield "computed" if source == "today" else source, copy.deepcopy(value)


def _fill_rows(
    spec: FieldSpec, path: str, values: dict[str, Any], sources: dict[str, str], known: Known
) -> None:
    """The rows of the best source the table names; else those of the last filed case where cells ask for it."""
    given = next(_answers(spec, path, known), None)
    if given is None and copies(spec) and any(PREVIOUS in cell.meta.prefill for cell in spec.rows):
        given = (PREVIOUS, value_at(known.previous, path))
    if given is not None and isinstance(given[1], list) and given[1]:
        values[spec.name] = [copied_row(spec.rows, row) for row in given[1]]
        for n, row in enumerate(values[spec.name]):
            sources |= dict.fromkeys(_paths(spec.rows, row, f"{path}[{n}]"), given[0])


def copies(spec: FieldSpec) -> bool:
    """Whether a new application may take this from an old one: never pledges, identity numbers, computed values."""
    meta = spec.meta
    return meta.reorder and not (meta.derived or meta.commitment or spec.kind.name in _IDENTITY)


def copied_row(specs: tuple[FieldSpec, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a row that is copied, nested tables included."""
    found: dict[str, Any] = {}
    for spec in specs:
        value = row.get(spec.name)
        if blank(value) or not copies(spec):
            continue
        if spec.is_table and isinstance(value, list):
            found[spec.name] = [copied_row(spec.rows, inner) for inner in value if isinstance(inner, dict)]
        else:
            found[spec.name] = copy.deepcopy(value)
    return found


def copied(*, form: type[Form], payload: Mapping[str, Any]) -> Filled:
    """What a new application takes over from a filed one: every field that copies, marked `previous`."""
    whole: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for section in form_spec(form).sections:
        values = payload.get(section.name)
        if isinstance(values, Mapping):
            whole[section.name] = copied_row(section.fields, values)
            sources |= dict.fromkeys(_paths(section.fields, whole[section.name], section.name), PREVIOUS)
    return Filled(whole, sources)


def _paths(specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for spec in specs:
        value, path = values.get(spec.name), f"{prefix}.{spec.name}"
        if value is None:
            continue
        if spec.is_table:
            for n, row in enumerate(value):
                yield from _paths(spec.rows, row, f"{path}[{n}]")
        else:
            yield path


def put_values(*, form: type[Form], into: Filled, values: Mapping[str, Any], source: str) -> Filled:
    """Lay values (path → value) over what is filled. Raises KeyError for a path the form has not."""
    payload, sources = copy.deepcopy(into.payload), dict(into.sources)
    spec = form_spec(form)
    for path, value in values.items():
        spec.find(path)
        if not blank(value) and set_at(payload, path, plain(value)):
            sources[path] = source
    return Filled(payload, sources)
