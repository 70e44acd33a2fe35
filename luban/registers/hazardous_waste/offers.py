"""What the registers of hazardous waste fill in of a form: `distances.km`, kilometres between the counties at both ends.

`distances.start` and `distances.end` are read only. The table alone is asked: an estimate is no statement of an applicant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from luban.kit.facts import Applicant
from luban.kit.prefill import Prefill
from luban.registers.book.current import books
from luban.registers.hazardous_waste.distance import table_km


def kilometres(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the table of roads says of the two counties given; empty while one is blank or the table is silent."""
    ends = [str(given.get(name) or "").strip() for name in ("start", "end")]
    known = table_km(book=books()["distances"].at(day), start=ends[0], end=ends[1]) if all(ends) else None
    return {} if known is None else {"km": known}


PREFILL = {"distances": Prefill("距离表", kilometres, keys=("start", "end"), reads=("start", "end"))}
PROVIDERS: dict[str, Callable[..., Any]] = {}
COMMANDS: dict[str, Callable[..., None]] = {}
