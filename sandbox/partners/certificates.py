"""市电子证照库: licences and their status."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sandbox.partners.base import Inlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store

STATUSES = {"01": "有效", "02": "注销", "03": "撤销"}


class Licence(Told):
    """A licence to be filed."""

    cert_no: str
    cert_type: str
    holder_uscc: str
    holder_name: str
    valid_from: date
    valid_to: date
    status: str
    file_sm3: str
    token: str


class Status(Told):
    """A licence's new status."""

    cert_no: str
    case_no: str = ""
    status: str
    at: datetime
    reason: str


def _take_licence(body: Licence, store: Store) -> Mapping[str, Any]:
    if body.status != "01":
        raise Refused("E422", "新归集的证照状态应为01（有效）。")
    if body.valid_to < body.valid_from:
        raise Refused("E422", "证照有效期止期早于起期。")
    return {"reference": f"DZZZ-{body.cert_no}"}


def _take_status(body: Status, store: Store) -> Mapping[str, Any]:
    if body.status not in STATUSES:
        raise Refused("E422", f"没有证照状态“{body.status}”。")
    if not store.knows(link="ecert", path="/licences", name="cert_no", value=body.cert_no):
        raise Refused("E404", f"证照库中没有“{body.cert_no}”。")
    return {"reference": f"DZZZ-{body.cert_no}", "status_title": STATUSES[body.status]}


ECERT = Partner(
    code="ecert",
    title="市电子证照库",
    about="证照归集与状态变更（01 有效、02 注销、03 撤销）。",
    inlets={"/licences": Inlet(Licence, _take_licence), "/licences/status": Inlet(Status, _take_status)},
)
