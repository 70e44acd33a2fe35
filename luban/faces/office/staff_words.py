"""The officials' directory in words: marks of accounts, lines of their history, what a change leaves behind at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from luban.faces.office.audit_words import title_of_action
from luban.faces.office.staff_found import ACTIVE, DISABLED, STATES, WAITING, Line, state_of
from luban.kit import registry
from luban.kit.clock import ZONE
from luban.people.actor import Actor
from luban.people.models import Account
from luban.people.roles import ROLES, Kind, title_of
from luban.people.staff import ASSIGN, CREATE, Person, history
from luban.people.trail import AuditLine
from luban.stages.review.worklist import desk_counts
from luban.ui.words import Status

MARKS = {
    ACTIVE: Status(STATES[ACTIVE], "is-done", "circle-check"),
    WAITING: Status(STATES[WAITING], "is-need", "alert-triangle"),
    DISABLED: Status(STATES[DISABLED], "is-void", "ban"),
}
TOUCHED = Status("数据被改动", "is-bad", "alert-octagon")
NOT_WRITTEN = "这一行不是平台写入的"


@dataclass(frozen=True)
class Happened:
    """A line of an account's history: when, what, the details, the reason, by whom in which role, whether it is genuine."""

    at: str
    what: str
    detail: str
    reason: str
    who: str
    role: str
    problem: bool


@dataclass(frozen=True)
class Orphan:
    """A desk that nobody else sits at: the role, and how many cases wait there now."""

    role: str
    count: int


def mark_of(line: Line) -> Status:
    """The mark of an account in the list."""
    return TOUCHED if line.problem else MARKS[state_of(line.person)]


def roles_words(person: Person) -> str:
    """The titles of the account's roles; a code the table does not hold stands for itself."""
    return "、".join(title_of(code) if code in ROLES else code for code in person.roles)


def moment_words(person: Person) -> str:
    """When the person last signed in."""
    at = person.signed_in_at
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else "还没有登录过"


def items_words(person: Person) -> str:
    """The services a role by service sees."""
    known = {item.code: item.short for item in registry.all_items()}
    return "、".join(known.get(code, code) for code in person.items)


def history_of(person: Person) -> tuple[Happened, ...]:
    """What was done to an account, newest first."""
    return tuple(_happened(line) for line in history(username=person.username))


def _happened(line: AuditLine) -> Happened:
    reason = line.detail.get("reason", "")
    return Happened(
        f"{line.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        title_of_action(line.action),
        _detail(line.action, line.detail),
        str(reason) if reason else "",
        line.account,
        title_of(line.role) if line.role in ROLES or line.role == "system" else line.role,
        line.touched is not None,
    )


def _detail(action: str, said: Any) -> str:
    """What a line of the trail says beside its reason."""
    parts = []
    if said.get("place"):
        parts.append(f"从{said['left']}到{said['place']}" if said.get("left") else f"机构：{said['place']}")
    if said.get("given"):
        parts.append(f"授予{_listed(said['given'])}")
    if said.get("taken"):
        parts.append(f"收回{_listed(said['taken'])}")
    if action == ASSIGN and said.get("items"):
        parts.append(f"授权事项 {len(said['items'])} 项")
    if action == CREATE and not parts:
        parts.append("随平台建立")
    return "；".join(parts)


def _listed(titles: object) -> str:
    return "、".join(map(str, titles)) if isinstance(titles, list) else str(titles)


def orphans(*, person: Person, roles: Sequence[str]) -> tuple[Orphan, ...]:
    """Desks nobody else in the organisation could sit at once the person loses these roles, with what waits there now;
    only those where something waits. A statement for the colleagues, one for each such desk.
    """
    if not roles or not person.bureau or not person.enabled:
        return ()
    held = _held_by_others(person)
    found = []
    for role in roles:
        if role in held or role not in ROLES:
            continue
        desk = Actor(person.username, person.name, role, person.bureau, "", "")
        waiting = sum(one.count for one in desk_counts(actor=desk))
        if waiting:
            found.append(Orphan(title_of(role), waiting))
    return tuple(found)


def _held_by_others(person: Person) -> frozenset[str]:
    """Roles that some other enabled account of the bureau (or a division of it) holds."""
    own = Account.objects.filter(enabled=True, organisation_id=person.bureau)
    division = Account.objects.filter(
        enabled=True, organisation__parent_id=person.bureau, organisation__kind=Kind.DIVISION
    )
    rows = (own | division).exclude(username=person.username)
    return frozenset(code for roles in rows.values_list("roles", flat=True) for code in roles)
