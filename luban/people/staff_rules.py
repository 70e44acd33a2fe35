"""人员名录, its rules: how an account is named, which roles fit which organisation, what one account may hold. Pure.

The directory is kept by separated hands (三员分立): the system administrator says who is there and where, the security
administrator what he may do, nobody changes his own account, and the three administrators themselves are not in it
(`luban admin`). A problem is a Chinese sentence for the person at the page, None when all is well.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from luban.people.duties import roles_clash
from luban.people.roles import OFFICIAL_ROLES, ROLES, Kind, Scope, title_of

LEAST_REASON, LONGEST_REASON = 4, 200
LONGEST_NAME, LONGEST_USERNAME = 50, 64
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,63}")
EMPLOYERS = frozenset(kind for code in OFFICIAL_ROLES for kind in ROLES[code].kinds)
"""Kinds of organisation that officials belong to."""
BY_ITEM = frozenset(code for code in OFFICIAL_ROLES if ROLES[code].scope == Scope.CITY_ITEMS)
"""Roles of officials that see the services they are authorised for and nothing else."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change of roles gives and takes, in the order of the table."""

    given: tuple[str, ...]
    taken: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.given or self.taken)


def fitting(*, kind: str) -> tuple[str, ...]:
    """The roles an official of such an organisation can have; `kind` '' is somebody without one (an expert)."""
    if not kind:
        return tuple(c for c in ROLES if c in OFFICIAL_ROLES and not ROLES[c].kinds)
    return tuple(c for c in ROLES if c in OFFICIAL_ROLES and kind in ROLES[c].kinds)


def difference(*, before: Collection[str], after: Collection[str]) -> Difference:
    """What differs between two sets of roles."""
    return Difference(
        tuple(c for c in ROLES if c in after and c not in before),
        tuple(c for c in ROLES if c in before and c not in after),
    )


def problem_of_roles(*, kind: str, roles: Collection[str], items: Collection[str]) -> str | None:
    """Why an account of such an organisation may not have these roles, with these services to see; no role is allowed."""
    allowed = fitting(kind=kind)
    for code in roles:
        if code not in ROLES or code not in OFFICIAL_ROLES:
            return "没有这个角色，或者它不在这里授予（三员的账号只用 luban admin 管理），请从列表中选择。"
        if code not in allowed:
            return f"角色“{title_of(code)}”不适合该机构的人员，请收回它，或由系统管理员先调动机构。"
    clash = roles_clash(roles)
    if clash:
        return clash
    held = [title_of(code) for code in ROLES if code in roles and code in BY_ITEM]
    if held and not items:
        return f"角色“{held[0]}”只看被授权的事项，请至少选一项，否则什么也看不到。"
    return None


def problem_of_person(*, username: str, name: str) -> str | None:
    """Why nobody can be added under this account and name."""
    if not 1 < len(name) <= LONGEST_NAME or not name.isprintable():
        return f"请填写姓名（2 到 {LONGEST_NAME} 个字，不含换行等特殊字符）。"
    if not USERNAME.fullmatch(username):
        return (
            "政务平台账号须与电子政务平台登记的一致："
            f"2 到 {LONGEST_USERNAME} 位字母、数字和 . _ @ -，以字母或数字开头。"
        )
    return None


def problem_of_reason(reason: str) -> str | None:
    """Why this does not count as a reason."""
    if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
        return f"请写明理由（{LEAST_REASON} 到 {LONGEST_REASON} 个字），理由会记入变动记录和审计日志。"
    return None


def full_name(*, name: str, kind: str, parent: str) -> str:
    """An organisation as lists show it: a division after its bureau."""
    return f"{parent} {name}" if kind == Kind.DIVISION and parent else name
