"""A carrier as it is stored: columns of its row, the firm's persons enveloped (SM4), vehicles and staff as JSON.

The same columns, as plain JSON, are the snapshots of its filings. Source: domain brief 危险废物 §1.1, §11.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from luban.registers.carriers.models import Carrier as CarrierRow
from luban.registers.carriers.parts import Carrier, Person, Vehicle
from luban.trust import ring
from luban.trust.envelope import hide, is_hidden, rehide, reveal
from luban.trust.keys import KeyProvider

SECRET = ("legal_person", "contact_name", "contact_phone", "emergency_phone")
_NAMES = tuple(f.name for f in fields(Carrier))
_VEHICLES, _PERSONS = TypeAdapter(tuple[Vehicle, ...]), TypeAdapter(tuple[Person, ...])
_LISTS = ("rtl_scope", "rtl_files")


def keys() -> KeyProvider:
    """The keys of this house."""
    return ring.keys()


def columns(carrier: Carrier) -> dict[str, Any]:
    """The row of a carrier."""
    values = {name: getattr(carrier, name) for name in _NAMES}
    for name in SECRET:
        values[name] = (
            hide(value=values[name], keys=keys(), context=f"carriers.{name}") if values[name] else ""
        )
    for name in _LISTS:
        values[name] = list(values[name])
    values["vehicles"] = _VEHICLES.dump_python(carrier.vehicles, mode="json")
    values["persons"] = _PERSONS.dump_python(carrier.persons, mode="json")
    values["plates"] = [vehicle.plate_no for vehicle in carrier.vehicles]
    return values


def rehidden(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Columns or a snapshot with its secrets under the current key. Raises KeyMissing, EnvelopeBroken."""
    renewed = dict(kept)
    for name in SECRET:
        if is_hidden(renewed.get(name)):
            renewed[name] = rehide(hidden=renewed[name], keys=keys(), context=f"carriers.{name}")
    return renewed


def snapshot(carrier: Carrier) -> dict[str, Any]:
    """The entry as a filing's record keeps it: days as text, secrets still enveloped."""
    return {
        k: v.isoformat() if isinstance(v, date) else v for k, v in columns(carrier).items() if k != "plates"
    }


def carrier_of(row: CarrierRow) -> Carrier:
    """A row as others see it. Raises KeyMissing, EnvelopeBroken."""
    return unpacked({name: getattr(row, name) for name in _NAMES})


def unpacked(values: Mapping[str, Any]) -> Carrier:
    """The carrier of a row or a snapshot; days may be text."""
    plain = dict(values)
    for name in SECRET:
        plain[name] = (
            str(reveal(hidden=plain[name], keys=keys(), context=f"carriers.{name}")) if plain[name] else ""
        )
    for name in _LISTS:
        plain[name] = tuple(plain[name])
    plain["vehicles"] = _VEHICLES.validate_python(plain["vehicles"])
    plain["persons"] = _PERSONS.validate_python(plain["persons"])
    for name in ("rtl_from", "rtl_to", "insurance_to", "last_confirmed_at"):
        if isinstance(plain[name], str):
            plain[name] = date.fromisoformat(plain[name])
    return Carrier(**plain)
