"""Whose account an identity is: found by (issuer, subject), never by a name alone.

A firm's person who comes the first time gets an account made of what the platform says: firm, role, and for an agent
the items it is entrusted with; these follow the platform at every sign-in. An official must stand in the directory
already: the first time its identity is tied to the account of that name in that organisation, from then on to nothing
but (issuer, subject). Rows are written by ``SealedRow.save`` only (ADR 18).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from stdnum.cn import uscc

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.directory import register_firm
from luban.people.genuine import genuine
from luban.people.identity.claims import FirmPerson, Official, firm_person, official
from luban.people.identity.platforms import Platform
from luban.people.models import Account, AccountKind, Identity, Organisation
from luban.people.trail import audit
from luban.trust.digest import sm3

ROLE_OF = {"legal_person": "applicant", "agent": "agent"}


def account_of(*, of: Platform, subject: str, claims: Mapping[str, Any], address: str) -> Account:
    """The account of this identity, made or tied where that may be. Raises Refused (400, 403)."""
    try:
        with transaction.atomic():
            return _account_of(of, subject, claims, address)
    except IntegrityError:  # the same identity came by two browsers at once
        with transaction.atomic():
            return _account_of(of, subject, claims, address)


def linked(*, issuer: str, subject: str) -> Account | None:
    """The account this identity is tied to. Raises RowTouched."""
    row = Identity.objects.filter(issuer=issuer, subject=subject).first()
    return None if row is None else genuine(Account.objects.get(pk=genuine(row).account_id))


def link(*, issuer: str, subject: str, account: Account, address: str, by: Actor) -> None:
    """Tie an identity to an account, and note it. Raises IntegrityError when either is tied already."""
    Identity(issuer=issuer, subject=subject, account=account, linked_at=clock.now()).save(force_insert=True)
    audit(
        actor=by,
        action="identity.link",
        target=f"account:{account.username}",
        detail={"issuer": issuer},
        ip=address,
    )


def _account_of(of: Platform, subject: str, claims: Mapping[str, Any], address: str) -> Account:
    known = linked(issuer=of.issuer, subject=subject)
    if of.kind == AccountKind.ENTERPRISE:
        person = _believable(firm_person(claims))
        if known is None:
            known = _firm_account(of, subject, person, address)
        return _as_told(known, person, address)
    told = official(claims)
    if known is None:
        known = _official_account(of, subject, told, address)
    organisation = known.organisation
    here = {organisation.code, organisation.parent_id} if organisation else set()
    if told.org_code not in here:
        raise Refused(
            "IDENTITY_MOVED",
            f"{of.title}登记您在“{told.org_code}”，与本平台的机构不一致，请联系本单位系统管理员更正后再登录。",
            status=403,
        )
    return known


def _believable(person: FirmPerson) -> FirmPerson:
    """The firm's person, if its firm can exist and (an agent) its authorisation holds today."""
    if not uscc.is_valid(person.org_code):
        raise Refused(
            "OIDC_CLAIMS", f"统一社会信用代码“{person.org_code}”校验不通过，请核对后再登录。", status=400
        )
    if person.identity_type == "agent":
        given = person.authorisation
        if given is None or not given.items or (given.valid_to and given.valid_to < clock.today()):
            until = f"（有效期至 {given.valid_to}）" if given and given.valid_to else ""
            raise Refused(
                "IDENTITY_UNENTRUSTED",
                f"您还没有{person.org_name}的有效授权{until}，"
                "请单位法人在统一身份认证平台授权您办理的事项后再登录。",
                status=403,
            )
    return person


def _items(person: FirmPerson) -> list[str]:
    entrusted = person.identity_type == "agent" and person.authorisation is not None
    return list(person.authorisation.items) if entrusted and person.authorisation else []


def _firm_account(of: Platform, subject: str, person: FirmPerson, address: str) -> Account:
    """A new account, or the demonstration's own one of that name in that firm."""
    account = _untied(of, person.account, person.org_code, AccountKind.ENTERPRISE)
    if account is None or not (account.demo and settings.LUBAN_DEMO):
        if not Organisation.objects.filter(code=person.org_code).exists():
            register_firm(uscc=person.org_code, name=person.org_name)
        account = Account(
            username=f"{of.code}_{sm3(f'{of.issuer}|{subject}'.encode())[:20]}",
            name=person.name,
            kind=AccountKind.ENTERPRISE,
            organisation_id=person.org_code,
            roles=[ROLE_OF[person.identity_type]],
            items=_items(person),
            demo=settings.LUBAN_DEMO,
        )
        account.set_unusable_password()
        account.full_clean()
        account.save(force_insert=True)
        audit(
            actor=Actor.system(),
            action="account.create",
            target=f"account:{account.username}",
            detail={"platform": of.code, "organisation": person.org_code, "roles": account.roles},
            ip=address,
        )
    link(issuer=of.issuer, subject=subject, account=account, address=address, by=Actor.system())
    return account


def _as_told(account: Account, person: FirmPerson, address: str) -> Account:
    """The account with role, items and name as the platform has them today."""
    if account.organisation_id != person.org_code:
        raise Refused(
            "IDENTITY_OTHER_FIRM",
            f"这个身份在本平台绑定的是另一家单位，与{person.org_name}不一致，请联系平台运维人员核对后再登录。",
            status=403,
        )
    told = {"name": person.name, "roles": [ROLE_OF[person.identity_type]], "items": _items(person)}
    changed = {name: value for name, value in told.items() if getattr(account, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(account, name, value)
        account.full_clean()
        account.save(update_fields=list(changed))
        detail = {name: value for name, value in changed.items() if name != "name"}
        audit(
            actor=Actor.system(),
            action="account.follow",
            target=f"account:{account.username}",
            detail=detail,
            ip=address,
        )
    return account


def _official_account(of: Platform, subject: str, told: Official, address: str) -> Account:
    """The directory's account of that name in that organisation, tied from now on."""
    account = _untied(of, told.account, told.org_code, AccountKind.OFFICIAL)
    if account is None:
        raise _unknown(of, told)
    link(issuer=of.issuer, subject=subject, account=account, address=address, by=Actor.system())
    return account


def _unknown(of: Platform, told: Official) -> Refused:
    """What somebody is told whom the directory does not hold, or holds as another identity's."""
    rows = Identity.objects.filter(issuer=of.issuer, account__username=told.account)
    if rows.filter(account__kind=AccountKind.OFFICIAL).exists():
        why = f"账号“{told.account}”已绑定另一个身份。换过平台账号的，请联系系统管理员解除绑定后再登录。"
    else:
        why = (
            f"本平台的人员名录里没有您（机构 {told.org_code}、账号 {told.account}），"
            "请联系本单位系统管理员添加账号后再登录。"
        )
    return Refused("IDENTITY_UNKNOWN", f"{of.title}确认了您的身份，但{why}", status=403)


def _untied(of: Platform, username: str, organisation: str, kind: AccountKind) -> Account | None:
    """The account of that name in that organisation (or a division of it) that no identity of this issuer holds yet."""
    account = Account.objects.filter(username=username, kind=kind).first()
    if account is None or account.organisation is None:
        return None
    if organisation not in (account.organisation.code, account.organisation.parent_id):
        return None
    if Identity.objects.filter(issuer=of.issuer, account=account).exists():
        return None
    return genuine(account)
