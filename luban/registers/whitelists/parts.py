"""An entry of a white list and a hit on it, as others see them: plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class WhitelistEntry:
    """An entry. `level` national or provincial; `province` six digits; `code_match` CATEGORY or CODE; blank lists and
    limits do not bind; `status` pending, active, expired or removed; `used_t` is what was approved this year."""

    entry_id: str
    receiver_uscc: str
    level: str = "provincial"
    province: str = ""
    publish_doc: str = ""
    receiver_name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    code_match: str = "CATEGORY"
    codes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    annual_limit_t: Decimal | None = None
    used_t: Decimal = Decimal(0)
    origin_provinces: tuple[str, ...] = ()
    skip_consultation: bool = False
    simplified_max_days: int | None = None
    status: str = "active"


@dataclass(frozen=True, kw_only=True)
class WasteLine:
    """A waste of an application as the lists ask for it; `tonnes` None while it is not filled in."""

    code: str
    mode: str
    tonnes: Decimal | None = None
