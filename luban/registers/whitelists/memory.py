"""White lists in memory, for `luban try`: the entries that ship, and those of the case file over them (by entry_id).

Rows of the case file are entries (fields of `WhitelistEntry`). What permits of the year have used is what the entry
states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.registers.book.shipped import shipped
from luban.registers.whitelists.hit import entries_of
from luban.registers.whitelists.parts import WhitelistEntry

_READ = TypeAdapter(WhitelistEntry)


class MemoryWhitelists:
    """The register of one trial."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        entries = [_read(row, number) for number, row in enumerate(known, start=1)]
        self._known = {entry.entry_id: entry for entry in entries}

    def shown(self) -> dict[str, dict[str, Any]]:
        """Nothing: a trial changes no list."""
        return {}

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {"whitelists.of": self._of}

    def commands(self) -> dict[str, Callable[..., None]]:
        """None, as in `offers.COMMANDS`."""
        return {}

    def _of(
        self, *, day: date, applicant: Applicant, number: str, receiver: str | None
    ) -> tuple[WhitelistEntry, ...]:
        there = entries_of(book=shipped("whitelists").at(day), receiver=receiver or "")
        stated = [entry for entry in self._known.values() if entry.receiver_uscc == receiver]
        return (*(entry for entry in there if entry.entry_id not in self._known), *stated)


def _read(row: Mapping[str, Any], number: int) -> WhitelistEntry:
    unknown = set(row) - set(WhitelistEntry.__dataclass_fields__)
    if unknown:
        raise ValueError(f"white list entry {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"white list entry {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryWhitelists
