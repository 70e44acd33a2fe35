"""What registers know of something just typed: a carrier's credit code, the number of a licence.

A row that names `carriers.uscc` as the source of a field takes the rest of that row from the library of carriers; a
section that names `licence.number` takes what the item reads off a licence (`starts_from`). Only blanks are filled;
what came from a licence is replaced when another number is typed. Sources that registers offer themselves: `offered`.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator
from typing import Any

from luban.cases.house import prefills
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.form import FieldSpec, FormSpec, form_spec, value_at
from luban.kit.item import Item
from luban.registers.enterprises import shelf as enterprises
from luban.registers.enterprises.parts import CarrierFact
from luban.registers.licences import shelf as licences
from luban.stages.fill.offered import complete_offered
from luban.stages.fill.prefill import CARRIERS, LICENCE, Filled, plain, put_values
from luban.stages.fill.typed import blank, set_at

USCC_LENGTH = 18


def carriers_like(*, starts: str) -> tuple[CarrierFact, ...]:
    """Carriers whose credit code or name begins with `starts` (two characters or more), latest seen first."""
    return enterprises.known_carriers(starts=starts)


def complete(*, item: Item, filled: Filled, changed: Collection[str], applicant: Applicant) -> Filled:
    """Fill what the registers know of the paths just changed."""
    spec = form_spec(item.form)
    result = Filled(copy.deepcopy(filled.payload), dict(filled.sources))
    for path in changed:
        declared = spec.find(path).meta.prefill
        if f"{CARRIERS}.uscc" in declared:
            _carrier(spec, path, result)
        elif f"{LICENCE}.number" in declared and item.starts_from is not None:
            result = _licence(item, path, result)
    return complete_offered(
        form=item.form,
        filled=result,
        offers=prefills(),
        applicant=applicant,
        day=clock.today(),
        changed=changed,
    )


def _carrier(spec: FormSpec, path: str, into: Filled) -> None:
    row_path = path.rpartition(".")[0]
    row, uscc = value_at(into.payload, row_path), value_at(into.payload, path)
    if not isinstance(row, dict) or not isinstance(uscc, str) or len(uscc.strip()) != USCC_LENGTH:
        return
    known = [c for c in enterprises.known_carriers(starts=uscc.strip()) if c.uscc == uscc.strip().upper()]
    cells = spec.find(row_path).rows
    mode = next((row.get(c.name) for c in cells if f"{CARRIERS}.mode" in c.meta.prefill), None)
    fact = next((c for c in known if not mode or c.mode == mode), None)
    if fact is None:
        return
    for cell, value in _of_carrier(cells, fact):
        if blank(row.get(cell.name)):
            row[cell.name] = value
            into.sources.update(dict.fromkeys(_leaf_paths(cell, row_path, value), CARRIERS))


def _of_carrier(cells: tuple[FieldSpec, ...], fact: CarrierFact) -> Iterator[tuple[FieldSpec, Any]]:
    """The cells of a row the library answers, nested tables of the same name included."""
    for cell in cells:
        names = [s.partition(".")[2] for s in cell.meta.prefill if s.startswith(f"{CARRIERS}.")]
        names += [cell.name] if cell.is_table else []
        value = next((v for n in names if not blank(v := getattr(fact, n, None))), None)
        if value is None or value == ():
            continue
        yield cell, ([dict(inner) for inner in value] if cell.is_table else plain(value))


def _leaf_paths(cell: FieldSpec, row_path: str, value: Any) -> Iterator[str]:
    if cell.is_table:
        yield from (f"{row_path}.{cell.name}[{n}].{name}" for n, row in enumerate(value) for name in row)
    else:
        yield f"{row_path}.{cell.name}"


def _licence(item: Item, path: str, into: Filled) -> Filled:
    """The words of the licence just named; those of the one named before are taken away first."""
    payload, sources = copy.deepcopy(into.payload), dict(into.sources)
    for old in [p for p, source in sources.items() if source == LICENCE and p != path]:
        set_at(payload, old, None)
        del sources[old]
    number = str(value_at(payload, path) or "").strip()
    fact = licences.by_number(number=number)
    if fact is None or item.starts_from is None:
        return Filled(payload, sources)
    values = {p: v for p, v in item.starts_from(fact).items() if p != path}
    return put_values(form=item.form, into=Filled(payload, sources), values=values, source=LICENCE)
