"""市大数据资源平台: who an enterprise is, by its unified social credit code.

It is told of archived permits to move hazardous waste in the same words as the waste system (危险废物 §10.2).
"""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from luban.links.messages import Link
from luban.links.outcomes import Unavailable
from luban.links.solid_waste.permits import PERMIT_MESSAGES
from luban.links.transport import call

LINK = Link(code="data_hub", title="市大数据资源平台", direction="both", messages=PERMIT_MESSAGES)


@dataclass(frozen=True)
class LegalPerson:
    """A market entity as registered. `status` is the registry's Chinese word, e.g. 存续."""

    uscc: str
    name: str
    legal_rep: str
    reg_address: str
    adcode: str
    status: str
    industry_code: str
    industry_name: str
    business_scope: str
    established_on: date | None


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore")

    uscc: str
    name: str
    legal_rep: str
    reg_address: str
    adcode: str = ""
    status: str
    industry_code: str = ""
    industry_name: str = ""
    business_scope: str = ""
    established_on: date | None = None


def legal_person(*, uscc: str) -> LegalPerson | None:
    """The enterprise with this code, or None when the platform knows none. Raises Unavailable, Rejected."""
    answer = call(link=LINK.code, path="/legal-persons", params={"uscc": uscc})
    found = answer.data.get("legal_person")
    if found is None:
        return None
    try:
        told = _Told.model_validate(found)
    except ValidationError as error:
        raise Unavailable("市大数据资源平台返回的企业信息不完整。") from error
    if told.uscc != uscc:
        raise Unavailable("市大数据资源平台返回了另一家企业的信息，未予采用。")
    return LegalPerson(**told.model_dump())
