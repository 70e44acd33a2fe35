"""A carrier of the library as others see it: plain and frozen. Source: domain brief 危险废物 §1.1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WHOLE_SCOPE = "HW"
"""A business scope that names hazardous waste covers every class."""


@dataclass(frozen=True, kw_only=True)
class Vehicle:
    """A vehicle. `status` is valid, expired or disabled; `cert_scope` are classes of dangerous goods."""

    plate_no: str
    vehicle_type: str = ""
    load_t: Decimal | None = None
    transport_cert_no: str = ""
    cert_to: date | None = None
    cert_scope: tuple[str, ...] = ()
    fuel_type: str = ""
    emission_stage: str = ""
    gps_device_no: str = ""
    track_bound: bool = False
    status: str = "valid"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person with a certificate; `role` is driver, escort or loader. No identity numbers are kept."""

    name: str
    role: str
    cert_no: str = ""
    cert_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """A carrier. `filing_status` is draft, pending, approved, rejected, suspended or cancelled; `credit_flag` normal,
    attention or blacklisted; `rtl_*` is its road transport licence, `rtl_scope` its classes of dangerous goods.
    `version` counts the filings recorded (0: none yet); `pending_by` is the number of the filing under way."""

    carrier_id: str
    name: str = ""
    uscc: str = ""
    reg_adcode: str = ""
    reg_address: str = ""
    legal_person: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    emergency_phone: str = ""
    rtl_no: str = ""
    rtl_issuer: str = ""
    rtl_from: date | None = None
    rtl_to: date | None = None
    rtl_scope: tuple[str, ...] = ()
    rtl_files: tuple[str, ...] = ()
    insurance_to: date | None = None
    gps_platform: str = ""
    municipal_listed: bool = False
    credit_flag: str = "normal"
    filing_status: str = "approved"
    last_confirmed_at: date | None = None
    source: str = "self_filing"
    version: int = 1
    pending_by: str = ""
    vehicles: tuple[Vehicle, ...] = ()
    persons: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Load:
    """A waste to be carried, as eligibility asks for it: `hazards` in order, the leading one first; `joint` "," or "/"
    (then every declared hazard leads); `form` is solid, semi_solid, liquid, gas, other."""

    code: str
    hazards: tuple[str, ...]
    joint: str = ","
    form: str = ""
