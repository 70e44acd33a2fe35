"""An enterprise and a carrier as others see them: plain and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class EnterpriseFact:
    """A firm. `ent_ids` are its ids in the solid-waste system (one a plant); `source` a link code, or `manual`."""

    uscc: str
    name: str
    legal_rep: str = ""
    reg_address: str = ""
    status: str = ""
    industry_code: str = ""
    ent_ids: tuple[str, ...] = ()
    source: str = ""
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CarrierFact:
    """A carrier as a filed case named it; `mode` is road, ship or other; rows carry the names of the form."""

    uscc: str
    name: str
    mode: str
    licence_type: str = ""
    licence_no: str = ""
    licence_valid_to: date | None = None
    vehicles: tuple[Mapping[str, Any], ...] = ()
    ships: tuple[Mapping[str, Any], ...] = ()
    seen_in: str = ""
    seen_on: date | None = None
