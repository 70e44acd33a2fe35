"""A receiving firm with its licences as others see it: plain and frozen. Source: domain brief 危险废物 §1.2.

Tonnes have four decimal places. Provinces are six-digit codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Cover(StrEnum):
    """Whether a licence covers a waste code: named, not clear (only the category stands on it), or not."""

    COVERED = "covered"
    UNCLEAR = "unclear"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A line of a licence. `match_type` is ALL, INCLUDE, EXCEPT or CATEGORY_ONLY; `mode_family` R, D or S; lines of one
    `capacity_group` share their capacity. `committed_t` is approved by other provinces and not yet received, as
    synced; `usage_source` is synced or declared; `seq` its number on the licence (0: as it stands in the list)."""

    category: str
    match_type: str
    codes: tuple[str, ...] = ()
    mode_codes: tuple[str, ...] = ()
    mode_family: str = ""
    capacity_t: Decimal | None = None
    capacity_group: str = ""
    received_ytd_t: Decimal = Decimal(0)
    committed_t: Decimal = Decimal(0)
    usage_source: str = "synced"
    seq: int = 0


@dataclass(frozen=True, kw_only=True)
class Licence:
    """A business licence. `kind` is comprehensive, collection or medical; `status` valid, expired, suspended, revoked
    or cancelled; `verified`: known from the authority, not only declared; `business_modes` are families R, D, S."""

    licence_no: str
    holder_uscc: str
    kind: str = "comprehensive"
    valid_from: date | None = None
    valid_to: date | None = None
    issuer: str = ""
    status: str = "valid"
    verified: bool = True
    business_modes: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """An administrative penalty; `hazardous`: it concerned hazardous waste."""

    on: date
    document_no: str = ""
    hazardous: bool = False


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A firm. `facility_adcode` is where the plant stands; `national_facility`: planned for the whole country;
    `accident_free`: no larger accident within three years (None: not known)."""

    uscc: str
    name: str
    province: str
    facility_adcode: str = ""
    facility_address: str = ""
    lng: Decimal | None = None
    lat: Decimal | None = None
    contact: str = ""
    phone: str = ""
    credit_flag: str = "normal"
    national_facility: bool = False
    accident_free: bool | None = None
    penalties: tuple[Penalty, ...] = ()
    licences: tuple[Licence, ...] = ()

    def licence(self, number: str | None) -> Licence | None:
        """The licence of that number."""
        return next((one for one in self.licences if one.licence_no == number), None)


@dataclass(frozen=True, kw_only=True)
class Room:
    """What a group of licence lines has taken and may take, in tonnes: `capacity` None when not known; `committed` is
    approved by permits in force and not yet received."""

    capacity: Decimal | None
    received: Decimal
    committed: Decimal
    usage_source: str = "synced"

    @property
    def left(self) -> Decimal | None:
        """What is left; None when the capacity is not known."""
        return None if self.capacity is None else self.capacity - self.received - self.committed
