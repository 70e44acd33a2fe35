"""What registers know of a thing just named: the receiver of a credit code, the plan's line of a waste, a carrier.

A register offers a source (`kit.prefill`); the fields that name it say which value goes where, and one of them holds the
key. A section's key fills fields of any section, a row's key the fields of its row. What a person typed is never
overwritten; what a source filled in gives way to a better source, and to the same one when another key is named. A
source may also give the rows of a table, one for each thing to be answered.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.form import FieldSpec, Form, form_spec
from luban.kit.prefill import Prefill
from luban.stages.fill.prefill import PREVIOUS, Filled, plain
from luban.stages.fill.typed import MANUAL, TYPED, blank, set_at

_BY_HAND = (TYPED, MANUAL)


@dataclass(frozen=True)
class _Cell:
    """A field that names a source: where it stands, what the source calls it, what is in it."""

    path: str
    spec: FieldSpec
    name: str
    value: Any


@dataclass(frozen=True)
class _Place:
    """Where a source may be asked: the whole form (`row` empty) or one row; `outer` are the fields around it."""

    row: str
    cells: tuple[_Cell, ...]
    outer: tuple[_Cell, ...] = ()
    tables: tuple[_Cell, ...] = ()

    @property
    def given(self) -> dict[str, Any]:
        """What stands in the fields that name the source, this place's own last."""
        return {cell.name: cell.value for cell in (*self.outer, *self.cells)}

    def keys(self, offer: Prefill) -> tuple[_Cell, ...]:
        """The cells that hold keys; those around a row count where the row has one of its own."""
        own = tuple(cell for cell in self.cells if cell.name in offer.keys)
        return own + tuple(cell for cell in self.outer if own and cell.name in offer.keys)


def named_sources(form: type[Form]) -> frozenset[str]:
    """The sources the fields of a form name, rows included."""

    def sources(specs: tuple[FieldSpec, ...]) -> Iterator[str]:
        for spec in specs:
            yield from (declared.partition(".")[0] for declared in spec.meta.prefill)
            yield from sources(spec.rows)

    return frozenset(source for section in form_spec(form).sections for source in sources(section.fields))


def complete_offered(
    *,
    form: type[Form],
    filled: Filled,
    offers: Mapping[str, Prefill],
    applicant: Applicant,
    day: date,
    changed: Collection[str] | None = None,
) -> Filled:
    """Fill what the offered sources know of the keys just typed (`changed` paths); None: of every key that stands."""
    result = Filled(copy.deepcopy(filled.payload), dict(filled.sources))
    for source in sorted(named_sources(form) & offers.keys()):
        offer = offers[source]
        for place in _places(form, result.payload, source):
            keys = place.keys(offer)
            if changed is None:
                asked = any(not blank(key.value) and result.sources.get(key.path) != source for key in keys)
            else:
                asked = any(key.path in changed for key in keys)
            if asked:
                answer = offer.ask(applicant=applicant, day=day, given=place.given)
                but = {*(changed or ()), *(cell.path for cell in place.cells if cell.name in offer.reads)}
                _lay(place, source, answer, result, anew=changed is not None, but=but)
                for table in place.tables:
                    _lay_rows(table, source, answer.get(table.name) or (), result)
    return result


def _places(form: type[Form], payload: Mapping[str, Any], source: str) -> tuple[_Place, ...]:
    """The whole form and each row with fields that name the source, as they stand before anything is filled."""
    own: list[_Cell] = []
    named: list[_Cell] = []
    tables: list[tuple[FieldSpec, str, Any]] = []
    for section in form_spec(form).sections:
        values = payload.get(section.name)
        given = values if isinstance(values, Mapping) else {}
        own += _cells(section.fields, given, section.name, source)
        named += _cells(section.fields, given, section.name, source, tables=True)
        tables += _tables(section.fields, given, section.name)
    whole = _Place("", tuple(own), tables=tuple(named))
    return (whole, *_rows(tables, whole.cells, source))


def _rows(
    tables: Iterable[tuple[FieldSpec, str, Any]], outer: tuple[_Cell, ...], source: str
) -> Iterator[_Place]:
    for table, path, rows in tables:
        for n, row in enumerate(rows):
            if not isinstance(row, Mapping):
                continue
            here = f"{path}[{n}]"
            cells = tuple(_cells(table.rows, row, here, source))
            named = tuple(_cells(table.rows, row, here, source, tables=True))
            yield _Place(here, cells, outer, named)
            yield from _rows(_tables(table.rows, row, here), (*outer, *cells), source)


def _cells(
    specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str, source: str, *, tables: bool = False
) -> Iterator[_Cell]:
    for spec in specs:
        for declared in spec.meta.prefill:
            named, _, name = declared.partition(".")
            if named == source and spec.is_table is tables:
                yield _Cell(f"{prefix}.{spec.name}", spec, name, values.get(spec.name))
                break


def _tables(
    specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str
) -> list[tuple[FieldSpec, str, Any]]:
    return [
        (spec, f"{prefix}.{spec.name}", values[spec.name])
        for spec in specs
        if spec.is_table and isinstance(values.get(spec.name), list)
    ]


def _lay(
    place: _Place, source: str, answer: Mapping[str, Any], into: Filled, *, anew: bool, but: Collection[str]
) -> None:
    """Lay an answer over a place. `anew`: it is about another thing than before, so what is left of that one goes."""
    for cell in place.cells:
        if cell.path in but:
            continue
        was = into.sources.get(cell.path, "" if cell.spec.meta.derived else TYPED)
        stands = not blank(cell.value)
        if stands and was in _BY_HAND:
            continue
        value = plain(answer.get(cell.name))
        gives_way = was in (source, PREVIOUS) or cell.spec.meta.derived
        if not blank(value):
            if not stands or (anew and gives_way) or _better(cell.spec, source, was):
                set_at(into.payload, cell.path, copy.deepcopy(value))
                into.sources[cell.path] = source
        elif anew and stands and gives_way:
            set_at(into.payload, cell.path, None)
            into.sources.pop(cell.path, None)


def _lay_rows(table: _Cell, source: str, given: Iterable[Mapping[str, Any]], into: Filled) -> None:
    """The rows a source gives, in its order; of a row that was there before the other cells stay as they were."""
    before = [row for row in table.value if isinstance(row, Mapping)] if isinstance(table.value, list) else []
    rows: list[dict[str, Any]] = []
    sources: dict[str, str] = {}
    for n, told in enumerate(given):
        stated = {name: plain(value) for name, value in told.items() if not blank(value)}
        m = next((m for m, row in enumerate(before) if stated.items() <= row.items()), None)
        rows.append({**(before[m] if m is not None else {}), **stated})
        for name in rows[-1]:
            was = into.sources.get(f"{table.path}[{m}].{name}", TYPED)
            sources[f"{table.path}[{n}].{name}"] = source if name in stated else was
    if rows or before:
        set_at(into.payload, table.path, rows)
    for path in [path for path in into.sources if path.startswith(f"{table.path}[")]:
        del into.sources[path]
    into.sources.update(sources)


def _better(spec: FieldSpec, source: str, was: str) -> bool:
    """Whether the field names `source` before the one its value came from."""
    ranks = [declared.partition(".")[0] for declared in spec.meta.prefill]
    return was in ranks and ranks.index(source) < ranks.index(was)
