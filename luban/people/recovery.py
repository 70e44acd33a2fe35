"""Getting an administrator in again who lost the device or the password, so that no one can become another.

The two halves are given back by different hands. One-time codes are reset by another administrator on a page: those of
the system and the audit administrator by the security administrator, those of the security administrator by the system
administrator. Passwords of administrators are set at the machine only (``luban admin``), to a word for one use. So
nobody in the house holds both halves of another's sign-in, and both leave lines the auditor reads.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from luban.kit.refusal import Refused
from luban.people import totp
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.people.models import Account, AccountKind
from luban.people.organisations import OPERATOR
from luban.people.roles import OPERATOR_ROLES, title_of
from luban.people.session_rules import end_everywhere
from luban.people.trail import audit

RESET_BY: Mapping[str, str] = {
    "sys_admin": "security_admin",
    "auditor": "security_admin",
    "security_admin": "sys_admin",
}
"""Whose codes are reset by whom."""
LEAST_REASON, LONGEST_REASON = 4, 200


@dataclass(frozen=True, slots=True)
class Administrator:
    """One of the administrators as the page lists them; ``resettable`` by the one who reads it."""

    username: str
    name: str
    role_title: str
    enrolled: bool
    resettable: bool


def administrators(*, reader: Actor) -> tuple[Administrator, ...]:
    """Every administrator, by name."""
    rows = Account.objects.filter(kind=AccountKind.OPERATOR).select_related("second_factor")
    return tuple(
        Administrator(
            row.username,
            row.name,
            title_of(row.roles[0]),
            hasattr(row, "second_factor") and row.second_factor.enrolled_at is not None,
            _may(reader, row),
        )
        for row in rows.order_by("username")
        if row.roles and row.roles[0] in OPERATOR_ROLES
    )


def reset_codes(*, username: str, by: Actor, reason: str, ip: str = "") -> None:
    """Let an administrator enrol anew at the next sign-in; what is open ends. Raises Refused (403, 404, 422)."""
    target = Account.objects.filter(username=username, kind=AccountKind.OPERATOR).first()
    if target is None or not target.roles:
        raise Refused("NO_ADMINISTRATOR", "没有这位管理员，请从列表中选择。", status=404)
    if not _may(by, genuine(target)):
        who = title_of(RESET_BY.get(target.roles[0], "security_admin"))
        raise Refused("RESET_BY", f"{title_of(target.roles[0])}的动态口令由{who}重置。", status=403)
    if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
        raise Refused("REASON", f"请写明重置的理由（{LEAST_REASON} 到 {LONGEST_REASON} 个字）。", status=422)
    totp.forget_key(account=target)
    end_everywhere(account=target)
    audit(actor=by, action="totp.reset", target=f"account:{username}", detail={"reason": reason}, ip=ip)


def add_administrator(*, username: str, name: str, role: str) -> str:
    """Make an administrator with a password for one use, which is returned. Raises Refused, ValidationError."""
    if Account.objects.filter(username=username).exists():
        raise Refused("TAKEN", f"账号“{username}”已存在，请换一个名字。", status=409)
    word = secrets.token_urlsafe(15)
    row = Account(
        username=username, name=name, kind=AccountKind.OPERATOR, organisation_id=OPERATOR, roles=[role]
    )
    row.set_password(word)
    row.full_clean()
    row.save(force_insert=True)
    audit(
        actor=Actor.system(), action="account.create", target=f"account:{username}", detail={"roles": [role]}
    )
    return word


def new_password(*, username: str) -> str:
    """Give an administrator a password for one use, which is returned; what is open ends. Raises Refused (404)."""
    row = Account.objects.filter(username=username, kind=AccountKind.OPERATOR, demo=False).first()
    if row is None:
        raise Refused("NO_ADMINISTRATOR", f"没有管理员账号“{username}”。", status=404)
    word = secrets.token_urlsafe(15)
    genuine(row).set_password(word)
    row.password_set_at = None
    row.save(update_fields=["password", "password_set_at"])
    end_everywhere(account=row)
    audit(actor=Actor.system(), action="password.reset", target=f"account:{username}")
    return word


def _may(reader: Actor, target: Account) -> bool:
    return reader.account != target.username and RESET_BY.get(target.roles[0]) == reader.role
