"""Reading rows of forms that name carriers or vehicles, and writing an entry as the start of a form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from luban.registers.carriers.decisions import fitting_kind
from luban.registers.carriers.parts import Carrier

KEPT_BY_THE_SYSTEM = frozenset(
    {
        "carrier_id",
        "uscc",
        "rtl_files",
        "credit_flag",
        "filing_status",
        "last_confirmed_at",
        "source",
        "version",
        "pending_by",
        "track_bound",
    }
)
"""What no form states of a carrier or vehicle."""


def _cell(row: Any, name: str) -> str:
    value = row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
    return str(value or "")


def ids_in(rows: Iterable[Any] | None) -> tuple[str, ...]:
    """The numbers of carriers that rows name, blanks left out."""
    return tuple(found for row in rows or () if (found := _cell(row, "carrier_id")))


def plates_in(rows: Iterable[Any] | None) -> tuple[str, ...]:
    """The plates that rows name, blanks left out."""
    return tuple(found for row in rows or () if (found := _cell(row, "plate_no")))


def own_values(carrier: Carrier | None) -> dict[str, Any]:
    """The entry as values of a form, by the names of its fields; `kind` is the filing that fits. Without an entry: add."""
    if carrier is None:
        return {"kind": fitting_kind(None)}
    return {"kind": fitting_kind(carrier), **_values(carrier)}


CHOSEN = ("carrier_id", "name", "uscc", "rtl_no", "rtl_to", "rtl_scope")


def chosen_values(carrier: Carrier | None) -> dict[str, Any]:
    """What the row of a form that chooses a carrier shows of it, blanks left out; nothing for an unknown one."""
    found = {name: _plain(getattr(carrier, name)) for name in CHOSEN} if carrier else {}
    return {name: value for name, value in found.items() if value}


def _values(part: Any) -> dict[str, Any]:
    return {f.name: _plain(getattr(part, f.name)) for f in fields(part) if f.name not in KEPT_BY_THE_SYSTEM}


def _plain(value: Any) -> Any:
    """As a draft keeps it: days and figures as text, lists of rows as lists of mappings."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [one if isinstance(one, str) else _values(one) for one in value]
    return value
