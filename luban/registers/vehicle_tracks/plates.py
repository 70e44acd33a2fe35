"""The plates of the vehicles an application names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

LONGEST = 10
"""What is longer, or has other signs than letters and digits, is no plate and is asked about nowhere."""


def plates_of(*, rows: Iterable[Any] | None) -> tuple[str, ...]:
    """Plates of the carriers' vehicles, each once, in order; rows are those of `transport.carriers` or their JSON."""
    found: dict[str, None] = {}
    for row in rows or ():
        for vehicle in _get(row, "vehicles") or ():
            plate = str(_get(vehicle, "plate_no") or "").strip().upper()
            if plate.isalnum() and len(plate) <= LONGEST:
                found[plate] = None
    return tuple(found)


def _get(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
