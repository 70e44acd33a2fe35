"""Exemptions in memory, for `luban try`: the list that ships, and point-to-point records, those of the case file over
the shipped ones (by p2p_no). Rows of the case file are records (fields of `PointToPoint`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.registers.book.shipped import shipped
from luban.registers.exemptions.parts import ExemptionRule, PointToPoint
from luban.registers.exemptions.reading import records_of, rules_of

_READ = TypeAdapter(PointToPoint)


class MemoryExemptions:
    """The registers of one trial."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        records = [_read(row, number) for number, row in enumerate(known, start=1)]
        self._known = {record.p2p_no: record for record in records}

    def shown(self) -> dict[str, dict[str, Any]]:
        """Nothing: a trial changes no record."""
        return {}

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {"exemptions.rules": self._rules, "exemptions.p2p": self._p2p}

    def commands(self) -> dict[str, Callable[..., None]]:
        """None, as in `offers.COMMANDS`."""
        return {}

    def _rules(self, *, day: date, applicant: Applicant, number: str) -> tuple[ExemptionRule, ...]:
        return rules_of(book=shipped("exemption_rules").at(day))

    def _p2p(
        self, *, day: date, applicant: Applicant, number: str, receiver: str | None
    ) -> tuple[PointToPoint, ...]:
        there = records_of(book=shipped("p2p_exemptions").at(day), receiver=receiver, drawn={})
        stated = [record for record in self._known.values() if record.receiver_uscc == receiver]
        return (*(record for record in there if record.p2p_no not in self._known), *stated)


def _read(row: Mapping[str, Any], number: int) -> PointToPoint:
    unknown = set(row) - set(PointToPoint.__dataclass_fields__)
    if unknown:
        raise ValueError(f"exemption {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"exemption {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryExemptions
