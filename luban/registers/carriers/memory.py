"""The library of carriers in memory, for `luban try`: same names, same decisions, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.kit.view import CaseView
from luban.registers.carriers import decisions
from luban.registers.carriers.parts import Carrier, Person, Vehicle
from luban.registers.carriers.rows import ids_in, plates_in
from luban.registers.numbering.templates import format_number

_READ = TypeAdapter(Carrier)


class MemoryCarriers:
    """The library of one trial. `known` are entries of the case file: fields of Carrier, by name."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._by_uscc: dict[str, Carrier] = {}
        for number, row in enumerate(known, start=1):
            carrier = read_carrier(row, where=f"carrier {number} of the case file")
            self._by_uscc[carrier.uscc] = carrier

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {"carriers.chosen": self._chosen, "carriers.own": self._own, "carriers.plates": self._plates}

    def commands(self) -> dict[str, Callable[..., None]]:
        """The same names as `offers.COMMANDS`."""
        return {name: partial(self._change, name) for name in decisions.COMMANDS}

    def shown(self) -> dict[str, dict[str, Any]]:
        """How each entry stands: number → name, status, version, confirmed on, who waits, plates, persons."""
        return {
            carrier.carrier_id: {
                "name": carrier.name,
                "uscc": carrier.uscc,
                "filing_status": carrier.filing_status,
                "version": carrier.version,
                "last_confirmed_at": str(carrier.last_confirmed_at or ""),
                "pending_by": carrier.pending_by,
                "rtl_to": str(carrier.rtl_to or ""),
                "plates": [vehicle.plate_no for vehicle in carrier.vehicles],
                "persons": [person.name for person in carrier.persons],
            }
            for carrier in self._by_uscc.values()
        }

    def _chosen(
        self, *, day: date, applicant: Applicant, number: str, rows: Iterable[Any] | None
    ) -> Mapping[str, Carrier]:
        wanted = set(ids_in(rows))
        return {c.carrier_id: c for c in self._by_uscc.values() if c.carrier_id in wanted}

    def _own(self, *, day: date, applicant: Applicant, number: str) -> Carrier | None:
        return self._by_uscc.get(applicant.uscc)

    def _plates(
        self, *, day: date, applicant: Applicant, number: str, rows: Iterable[Any] | None
    ) -> Mapping[str, str]:
        wanted = set(plates_in(rows))
        others = (c for c in self._by_uscc.values() if c.uscc != applicant.uscc and decisions.in_service(c))
        return {v.plate_no: c.name for c in others for v in c.vehicles if v.plate_no in wanted}

    def _change(self, command: str, *, view: CaseView, at: datetime) -> None:
        before = self._by_uscc.get(view.applicant)
        number = before.carrier_id if before else self._next(at.date())
        after = decisions.COMMANDS[command](before, view=view, day=at.date(), carrier_id=number)
        if after is not None:
            self._by_uscc[view.applicant] = after

    def _next(self, day: date) -> str:
        return format_number(template=decisions.NUMBER, value=len(self._by_uscc) + 1, day=day)


def read_carrier(row: Mapping[str, Any], *, where: str) -> Carrier:
    """An entry written down by the names of its fields. Raises ValueError for unknown names and unreadable values."""
    unknown = _unknown(row, Carrier)
    for table, part in (("vehicles", Vehicle), ("persons", Person)):
        unknown |= {f"{table}.{name}" for inner in row.get(table, ()) for name in _unknown(inner, part)}
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {place}: {first['msg']}") from error


def _unknown(row: Mapping[str, Any], part: type[Any]) -> set[str]:
    return set(row) - {f.name for f in fields(part)}


MEMORY = MemoryCarriers
