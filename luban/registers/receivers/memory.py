"""Receiving firms in memory, for `luban try`: the firms that ship, and those of the case file over them.

Rows of the case file are firms (fields of `Receiver`, with their licences, scopes and penalties). What permits have
committed is not counted here: a case that turns on it says so with the fact itself (`rooms`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.registers.book.shipped import shipped
from luban.registers.receivers import capacity
from luban.registers.receivers.assembly import BOOKS, REGION, in_provinces, receivers_of
from luban.registers.receivers.parts import Receiver, Room

_READ = TypeAdapter(Receiver)


class MemoryReceivers:
    """The register of one trial."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        firms = [_read(row, number) for number, row in enumerate(known, start=1)]
        self._known = {firm.uscc: firm for firm in firms}

    def shown(self) -> dict[str, dict[str, Any]]:
        """Nothing: a trial changes no firm."""
        return {}

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {"receivers.of": self._of, "receivers.region": self._region, "receivers.rooms": self._rooms}

    def commands(self) -> dict[str, Callable[..., None]]:
        """None, as in `offers.COMMANDS`."""
        return {}

    def _on(self, day: date) -> Mapping[str, Receiver]:
        receivers, licences, scopes, penalties = (shipped(name).at(day) for name in BOOKS)
        found = receivers_of(receivers=receivers, licences=licences, scopes=scopes, penalties=penalties)
        return {**found, **self._known}

    def _of(self, *, day: date, applicant: Applicant, number: str, uscc: str | None) -> Receiver | None:
        return self._on(day).get(uscc or "")

    def _region(self, *, day: date, applicant: Applicant, number: str) -> tuple[Receiver, ...]:
        return in_provinces(receivers=self._on(day), provinces=REGION)

    def _rooms(
        self, *, day: date, applicant: Applicant, number: str, receiver: str | None, **term: date | None
    ) -> Mapping[str, Room]:
        return capacity.rooms(receiver=self._on(day).get(receiver or ""), permits_committed={})


def _read(row: Mapping[str, Any], number: int) -> Receiver:
    unknown = set(row) - set(Receiver.__dataclass_fields__)
    if unknown:
        raise ValueError(f"receiver {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"receiver {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryReceivers
