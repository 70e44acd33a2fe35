"""Who a platform says somebody is, read out of its claims. Pure.

The platforms' real names of claims are not known yet (待核, README of the domain: protocol assumed); these are the
house's, and an adapter for another dialect goes here and nowhere else.

    city:  org_code (统一社会信用代码), org_name, name, account, identity_type = legal_person | agent,
           authorisation = {items: [codes], valid_to: 2026-12-31}    (agents only)
    egov:  org_code (机构代码), account, name
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from luban.kit.refusal import Refused

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Account = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Authorisation(_Told):
    """What a firm has entrusted to its agent, until when (that day included)."""

    items: list[Code] = Field(default_factory=list, max_length=100)
    valid_to: date | None = None


class FirmPerson(_Told):
    """Somebody of a firm: the legal person itself, or an agent."""

    org_code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$")]
    org_name: Text
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
    account: Account
    identity_type: Literal["legal_person", "agent"]
    authorisation: Authorisation | None = None


class Official(_Told):
    """An official of an organisation of the directory."""

    org_code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
    account: Account
    name: Text


T = TypeVar("T", bound=_Told)


def firm_person(claims: Mapping[str, Any]) -> FirmPerson:
    """The firm's person. Raises Refused (400)."""
    return _read(FirmPerson, claims)


def official(claims: Mapping[str, Any]) -> Official:
    """The official. Raises Refused (400)."""
    return _read(Official, claims)


def _read(kind: type[T], claims: Mapping[str, Any]) -> T:
    try:
        return kind.model_validate(dict(claims))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise Refused(
            "OIDC_CLAIMS",
            f"统一身份认证给出的身份信息不完整（{place}），无法登录，请联系统一身份认证平台核对您的资料。",
            status=400,
        ) from None
