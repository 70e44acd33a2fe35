"""市固废管理系统: a decided filing or permit in full, and its revocation (solid-waste 1.7).

Permits to move hazardous waste have bodies of their own (`permits`); what the system is asked stands in `lookups`.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from luban.links.messages import Adcode, Body, Line, Link, Message, Required, Text, Uscc
from luban.links.solid_waste.permits import PERMIT_MESSAGES

Tonnes = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3)]


class Firm(Body):
    """A party to the transfer with the place of its facility."""

    uscc: Uscc
    name: Required
    adcode: Adcode
    address: Line = ""


class Carrier(Body):
    """Who carries, and how."""

    uscc: Uscc
    name: Required
    mode: Literal["road", "ship", "rail", "other"]


class Waste(Body):
    """One kind of waste and the tonnage filed or approved."""

    waste_code: str = Field(pattern=r"^\d{3}-\d{3}-S\d{2}$")
    name: Required
    quantity_t: Tonnes


class Leg(Body):
    """One leg of the approved route."""

    mode: Literal["road", "ship", "rail", "other"]
    from_adcode: Adcode
    to_adcode: Adcode
    distance_km: Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=1)]


class FilingDecided(Body):
    """A filing (备案) or permit (许可) in force."""

    number: Required
    case_no: Required
    kind: Literal["utilisation_filing", "disposal_permit"]
    decided_on: date
    issuer: Adcode
    generator: Firm
    receiver: Firm
    carriers: tuple[Carrier, ...] = Field(min_length=1)
    wastes: tuple[Waste, ...] = Field(min_length=1)
    total_t: Tonnes
    method: Required
    route: tuple[Leg, ...] = Field(min_length=1)
    departure_wharf: Line = ""
    valid_from: date
    valid_to: date


class FilingRevoked(Body):
    """A filing or permit is revoked."""

    number: Required
    case_no: Required
    revoked_on: date
    reason: Text
    document_no: Line = ""


LINK = Link(
    code="solid_waste",
    title="市固废管理系统",
    direction="both",
    messages=(
        Message("filing_decided", "备案、许可要素", "/filings", FilingDecided),
        Message("filing_revoked", "备案、许可撤销", "/filings/revoked", FilingRevoked),
        *PERMIT_MESSAGES,
    ),
)
