"""市固废管理系统: filings and permits in force, and revoked; permits to move hazardous waste, plans and manifests."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.partners import hazwaste
from sandbox.partners.base import Inlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store


class Party(Told):
    """A party to the transfer."""

    uscc: str
    name: str


class Waste(Told):
    """A kind of waste."""

    waste_code: str
    quantity_t: Decimal


class Filing(Told):
    """A filing or permit in force."""

    number: str
    case_no: str
    kind: str
    generator: Party
    receiver: Party
    wastes: list[Waste]
    total_t: Decimal
    valid_from: date
    valid_to: date


class Revocation(Told):
    """A filing or permit is no more."""

    number: str
    case_no: str
    revoked_on: date
    reason: str


def _take_filing(body: Filing, store: Store) -> Mapping[str, Any]:
    total = sum((waste.quantity_t for waste in body.wastes), Decimal(0))
    if total != body.total_t:
        raise Refused("E422", f"各类废物之和{total}吨与总量{body.total_t}吨不一致。")
    return {"reference": f"GF-{body.number}"}


def _take_revocation(body: Revocation, store: Store) -> Mapping[str, Any]:
    if not store.knows(link="solid_waste", path="/filings", name="number", value=body.number):
        raise Refused("E404", f"系统中没有“{body.number}”。")
    return {"reference": f"GF-{body.number}"}


SOLID_WASTE = Partner(
    code="solid_waste",
    title="市固废管理系统",
    about="跨省转移备案、许可要素与撤销；危险废物许可归档、变更、撤销，管理计划与联单统计。",
    inlets={
        "/filings": Inlet(Filing, _take_filing),
        "/filings/revoked": Inlet(Revocation, _take_revocation),
        **hazwaste.permit_inlets(link="solid_waste"),
    },
    questions={"/management-plans": hazwaste.plans, "/manifest-stats": hazwaste.manifests},
)
