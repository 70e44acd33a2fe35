"""人员名录: officials' accounts added, moved, disabled, enabled and untied from their identity by the system administrator,
given roles by the security administrator (rules: `staff_rules`).

A new account has no role, so it can do nothing; one that moves loses its roles, for they were given for the post it
leaves. Each change locks the row, is refused when the account is no longer as the person saw it, leaves one line in the
trail, and writes the row by `save` (ADR 18). Whoever is disabled or has no role left is signed out at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.people.models import Account, AccountKind, Identity, Organisation
from luban.people.permissions import allowed
from luban.people.roles import Kind, title_of
from luban.people.session_rules import end_everywhere
from luban.people.staff_rules import (
    EMPLOYERS,
    USERNAME,
    difference,
    full_name,
    problem_of_person,
    problem_of_reason,
    problem_of_roles,
)
from luban.people.trail import AuditLine, audit, read_trail
from luban.trust.digest import sm3

MANAGE, ROLES_RIGHT = "account.manage", "account.roles"
CREATE, MOVE, DISABLE, ENABLE, ASSIGN = (
    f"account.{act}" for act in ("create", "move", "disable", "enable", "roles")
)
LINK, UNTIE = "identity.link", "identity.untie"
HISTORY = (CREATE, MOVE, DISABLE, ENABLE, ASSIGN, LINK, UNTIE)
"""The actions of the trail that make up an account's history."""


@dataclass(frozen=True, slots=True)
class Person:
    """An official's account as pages show it. `kind` is its organisation's ('': none), `bureau` the organisation it acts
    for (a division's bureau), `seen` stands for this state of the account: a change names the state it was decided on.
    """

    username: str
    name: str
    organisation: str
    organisation_name: str
    kind: str
    bureau: str
    roles: tuple[str, ...]
    items: tuple[str, ...]
    enabled: bool
    open: bool
    signed_in_at: datetime | None
    seen: str


@dataclass(frozen=True, slots=True)
class Employer:
    """An organisation officials belong to; `open` when it and its bureau are enabled."""

    code: str
    name: str
    kind: str
    open: bool


def person_of(row: Account) -> Person:
    """An account's row as others read it (whether it is genuine is the caller's question)."""
    office = row.organisation
    parent = office.parent if office is not None else None
    division = office is not None and office.kind == Kind.DIVISION and parent is not None
    return Person(
        username=row.username,
        name=row.name,
        organisation=office.code if office else "",
        organisation_name=_named(office),
        kind=office.kind if office else "",
        bureau=parent.code if division and parent else office.code if office else "",
        roles=tuple(row.roles),
        items=tuple(row.items),
        enabled=row.enabled,
        open=row.is_active,
        signed_in_at=row.signed_in_at,
        seen=_seen(row),
    )


def person(*, username: str) -> Person:
    """The official of this account name. Raises Refused (404), RowTouched."""
    row = Account.objects.filter(username=_plain(username), kind=AccountKind.OFFICIAL).first()
    if row is None:
        raise _nobody()
    return person_of(genuine(row))


def tied(*, username: str) -> bool:
    """Whether an identity platform vouches for the account already: since its first sign-in."""
    return Identity.objects.filter(account__username=username).exists()


def employers() -> tuple[Employer, ...]:
    """Every organisation officials belong to, a division after its bureau."""
    kinds = [kind.value for kind in EMPLOYERS]
    rows = Organisation.objects.filter(kind__in=kinds).select_related("parent").order_by("code")
    return tuple(Employer(row.code, _named(row), row.kind, _is_open(row)) for row in rows)


def history(*, username: str, limit: int = 50) -> tuple[AuditLine, ...]:
    """What was done to the account, by whom and why, newest first."""
    return read_trail(target=f"account:{username}", actions=HISTORY, limit=limit)


def add(*, username: str, name: str, organisation: str, by: Actor, ip: str = "") -> Person:
    """A new official, without roles. Raises Refused: not the system administrator's (403), a name that cannot be or an
    organisation that is not there (422), an account that exists already (409).
    """
    _may(by, MANAGE, username)
    problem = problem_of_person(username=username, name=name)
    if problem:
        raise Refused("PERSON", problem, status=422)
    office = _employer(organisation)
    row = Account(
        username=username,
        name=name,
        kind=AccountKind.OFFICIAL,
        organisation=office,
        demo=settings.LUBAN_DEMO,
    )
    row.set_unusable_password()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _noted(CREATE, row, by, ip, organisation=office.code, place=_named(office), name=name)
    except IntegrityError:
        raise _taken(username) from None
    return person_of(row)


def move(*, username: str, organisation: str, reason: str, seen: str, by: Actor, ip: str = "") -> Person:
    """To another organisation; roles and authorised services are taken, for they were given for the post left.

    Raises Refused: 403, 404, 409 (changed meanwhile), 422; RowTouched.
    """
    _check_reason(reason)
    with transaction.atomic():
        row = _locked(username, seen, by, MANAGE)
        office, before = _employer(organisation), row.organisation
        if row.organisation_id == office.code:
            raise Refused("SAME", f"{row.name}本来就在“{_named(office)}”，请选择另一个机构。", status=422)
        taken, row.roles, row.items = list(row.roles), [], []
        row.organisation = office
        row.save(update_fields=["organisation", "roles", "items"])
        end_everywhere(account=row)
        words = {"from": before.code if before else "", "to": office.code, "left": _named(before)}
        titles = [title_of(code) for code in taken]
        _noted(MOVE, row, by, ip, **words, place=_named(office), taken=titles, reason=reason)
    return person_of(row)


def set_enabled(*, username: str, enabled: bool, reason: str, seen: str, by: Actor, ip: str = "") -> Person:
    """Disable an account, which ends its sessions at once, or enable it again with the roles it had.

    Raises Refused: 403, 404, 409 (changed meanwhile), 422; RowTouched.
    """
    _check_reason(reason)
    with transaction.atomic():
        row = _locked(username, seen, by, MANAGE)
        if row.enabled == enabled:
            words = "没有停用，无需恢复" if enabled else "已经停用"
            raise Refused("SAME", f"{row.name}的账号{words}。", status=422)
        row.enabled = enabled
        row.save(update_fields=["enabled"])
        if not enabled:
            end_everywhere(account=row)
        _noted(ENABLE if enabled else DISABLE, row, by, ip, reason=reason)
    return person_of(row)


def untie(*, username: str, reason: str, seen: str, by: Actor, ip: str = "") -> Person:
    """Forget which identities vouch for the account (the platform's person was another one, or is a new one there): open
    sessions end, and the next sign-in under the account's name ties it anew.

    Raises Refused: 403, 404, 409 (changed meanwhile), 422 when nothing is tied; RowTouched.
    """
    _check_reason(reason)
    with transaction.atomic():
        row = _locked(username, seen, by, MANAGE)
        ties = list(Identity.objects.select_for_update().filter(account=row).order_by("issuer"))
        if not ties:
            raise Refused("SAME", f"{row.name}的账号还没有绑定身份，无需解除。", status=422)
        issuers = [tie.issuer for tie in ties]
        Identity.objects.filter(pk__in=[tie.pk for tie in ties]).delete()
        end_everywhere(account=row)
        _noted(UNTIE, row, by, ip, issuers=issuers, reason=reason)
    return person_of(row)


def assign(
    *,
    username: str,
    roles: Collection[str],
    items: Collection[str] = (),
    reason: str,
    seen: str,
    by: Actor,
    ip: str = "",
) -> Person:
    """Let the account have these roles and no others (`items`: the services a role by service sees, known to the caller).

    Raises Refused: not the security administrator's or one's own (403), 404, changed meanwhile (409), roles that do not
    fit or clash, nothing changed (422); RowTouched.
    """
    _check_reason(reason)
    with transaction.atomic():
        row = _locked(username, seen, by, ROLES_RIGHT)
        kind = row.organisation.kind if row.organisation else ""
        problem = problem_of_roles(kind=kind, roles=roles, items=items)
        if problem:
            raise Refused("ROLES", problem, status=422)
        what = difference(before=row.roles, after=roles)
        if not what.any and set(items) == set(row.items):
            raise Refused("SAME", "角色没有变化，请先勾选要授予或去掉要收回的角色。", status=422)
        row.roles = [c for c in row.roles if c in roles] + list(what.given)
        row.items = sorted(items)
        row.clean()
        row.save(update_fields=["roles", "items"])
        if not row.roles:
            end_everywhere(account=row)
        given, taken = ([title_of(code) for code in codes] for codes in (what.given, what.taken))
        _noted(ASSIGN, row, by, ip, given=given, taken=taken, items=row.items, reason=reason)
    return person_of(row)


def overtaken(name: str) -> Refused:
    """What whoever decided on an older state of the account is told."""
    words = f"{name}的账号刚被另一位管理员变动过，本次没有改动，请看清最新情况后再办理。"
    return Refused("OVERTAKEN", words, status=409)


def _may(by: Actor, right: str, username: str) -> None:
    if not allowed(by, action=right):
        whose = "系统管理员" if right == MANAGE else "安全管理员"
        raise Refused("NOT_YOURS", f"这项变动只能由{whose}办理。", status=403)
    if by.account == username:
        raise Refused("OWN", "不能变动自己的账号，请由另一位管理员办理。", status=403)


def _locked(username: str, seen: str, by: Actor, right: str) -> Account:
    """The row, locked and as the person saw it."""
    _may(by, right, username)
    rows = Account.objects.select_for_update(of=("self",))
    row = rows.filter(username=_plain(username), kind=AccountKind.OFFICIAL).first()
    if row is None:
        raise _nobody()
    if _seen(genuine(row)) != seen:
        raise overtaken(row.name)
    return row


def _employer(code: str) -> Organisation:
    """The enabled organisation of this code that officials belong to. Raises Refused (422)."""
    row = Organisation.objects.filter(code=_plain(code)).select_related("parent").first()
    if row is None or row.kind not in EMPLOYERS:
        raise Refused("NO_OFFICE", "请从列表中选择机构。", status=422)
    if not _is_open(row):
        raise Refused("NO_OFFICE", f"“{row.name}”已停用，不能安排人员，请选择其他机构。", status=422)
    return row


def _taken(username: str) -> Refused:
    row = Account.objects.filter(username=username).first()
    if row is not None and row.kind == AccountKind.OFFICIAL:
        where = _named(row.organisation)
        words = f"账号“{username}”已在人员名录里（{row.name}，{where}），请到该账号的页面调动或恢复启用。"
    else:
        words = f"账号“{username}”已被企业或管理员账号占用，请核对政务平台账号。"
    return Refused("TAKEN", words, status=409)


def _check_reason(reason: str) -> None:
    problem = problem_of_reason(reason)
    if problem:
        raise Refused("REASON", problem, status=422)


def _noted(action: str, row: Account, by: Actor, ip: str, **detail: Any) -> None:
    said: Mapping[str, Any] = {name: value for name, value in detail.items() if value}
    audit(actor=by, action=action, target=f"account:{row.username}", detail=said, ip=ip)


def _nobody() -> Refused:
    return Refused("NO_PERSON", "人员名录里没有这个账号，请从名录中选择。", status=404)


def _plain(name: str) -> str:
    """A name as the database can be asked for; '' for what no account or organisation is called."""
    return name if USERNAME.fullmatch(name) else ""


def _seen(row: Account) -> str:
    """Stands for what the row says: it changes with every change of a column under the row's code."""
    return sm3(row.mac.encode())[:16]


def _named(row: Organisation | None) -> str:
    if row is None:
        return ""
    return full_name(name=row.name, kind=row.kind, parent=row.parent.name if row.parent else "")


def _is_open(row: Organisation) -> bool:
    return row.enabled and (row.parent is None or row.parent.enabled)
