"""What the city's waste system (and the data platform) is told of permits to move hazardous waste: bodies of messages.

A permit travels once it is archived, as `hazwaste.permit.archived.v1` of the domain brief 危险废物 §10.2: no persons, no
telephone numbers, no prices. Receivers of the messages overwrite by (permit_no, permit_version). Provinces are
six-digit codes and physical forms words of the common dictionary (domain README §5.5).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from luban.links.messages import Adcode, Body, Line, Message, Required, Text, Uscc

HwCode = Annotated[str, StringConstraints(pattern=r"^\d{3}-\d{3}-\d{2}$")]
HwTonnes = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]
PhysicalForm = Literal["solid", "semi_solid", "sludge", "powder", "liquid", "gas", "other"]
Hazard = Literal["T", "C", "I", "R", "In"]
Mode = Annotated[str, StringConstraints(pattern=r"^[RDCYGS]\d{1,2}$")]
Plate = Annotated[str, StringConstraints(min_length=6, max_length=10)]


class PermitGenerator(Body):
    """Who moves the waste out; `ent_id` is its id in the waste system."""

    ent_id: Required
    name: Required
    uscc: Uscc
    adcode: Adcode
    facility_address: Required


class PermitReceiver(Body):
    """Who takes it; the licence is missing where an exemption stands in its place."""

    name: Required
    uscc: Uscc
    province: Adcode
    adcode: Adcode
    licence_no: Line = ""
    licence_valid_to: date | None = None


class PermitCarrier(Body):
    """Who carries it, with which vehicles."""

    carrier_id: Required
    name: Required
    uscc: Uscc
    rtl_no: Required
    vehicles: tuple[Plate, ...] = ()


class PermitWaste(Body):
    """A waste of the permit."""

    row_no: int = Field(ge=1)
    hw: str = Field(pattern=r"^HW\d{2}$")
    code: HwCode
    name: Required
    form: PhysicalForm
    hazards: tuple[Hazard, ...]
    approved_t: HwTonnes
    mode: Mode


class PermitTransfer(Body):
    """When, which way and what."""

    valid_from: date
    valid_to: date
    route: Text = ""
    transit_provinces: tuple[Adcode, ...] = ()
    rows: tuple[PermitWaste, ...] = Field(min_length=1)


class PermitArchived(Body):
    """hazwaste.permit.archived.v1"""

    approval_code: Required
    permit_no: Required
    permit_version: int = Field(default=1, ge=1)
    status: Literal["VALID"] = "VALID"
    generator: PermitGenerator
    receiver: PermitReceiver
    carriers: tuple[PermitCarrier, ...] = Field(min_length=1)
    transfer: PermitTransfer
    decision_date: date
    reply_no: Line = ""
    archived_at: datetime


class PermitChanged(PermitArchived):
    """hazwaste.permit.changed.v1: the permit as it stands in its new version, and since when."""

    permit_version: int = Field(ge=2)
    changed_on: date
    change: Required


class PermitRevoked(Body):
    """hazwaste.permit.revoked.v1: a permit is revoked or cancelled."""

    approval_code: Required
    permit_no: Required
    permit_version: int = Field(default=1, ge=1)
    status: Literal["REVOKED", "CANCELLED"]
    revoked_on: date
    reason: Text
    document_no: Line = ""


PERMIT_MESSAGES = (
    Message("permit_archived", "危险废物转移许可归档", "/hazwaste.permit.archived.v1", PermitArchived),
    Message("permit_changed", "危险废物转移许可变更", "/hazwaste.permit.changed.v1", PermitChanged),
    Message("permit_revoked", "危险废物转移许可撤销、注销", "/hazwaste.permit.revoked.v1", PermitRevoked),
)
