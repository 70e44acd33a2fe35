"""全国排污许可证管理信息平台: the discharge permit or registration of an enterprise."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from luban.links.messages import Link
from luban.links.outcomes import Unavailable
from luban.links.transport import call

LINK = Link(code="permits_national", title="全国排污许可证管理信息平台", direction="both")

PermitClass = Literal["key", "simplified", "registered", "none"]
"""permit_category of the shared dictionary: 重点管理、简化管理、登记管理、无需."""


@dataclass(frozen=True)
class DischargePermit:
    """What the platform has on an enterprise; `permit_no` and `valid_to` are missing for class none."""

    uscc: str
    permit_class: PermitClass
    permit_no: str
    valid_from: date | None
    valid_to: date | None
    issued_by: str


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore")

    uscc: str
    permit_class: PermitClass
    permit_no: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    issued_by: str = ""


def discharge_permit(*, uscc: str) -> DischargePermit | None:
    """The permit of the enterprise, or None when the platform has no record of it. Raises Unavailable, Rejected."""
    answer = call(link=LINK.code, path="/permits", params={"uscc": uscc})
    found = answer.data.get("permit")
    if found is None:
        return None
    try:
        told = _Told.model_validate(found)
    except ValidationError as error:
        raise Unavailable("全国排污许可证管理信息平台返回的信息不完整。") from error
    if told.uscc != uscc:
        raise Unavailable("全国排污许可证管理信息平台返回了另一家企业的信息，未予采用。")
    return DischargePermit(**told.model_dump())
