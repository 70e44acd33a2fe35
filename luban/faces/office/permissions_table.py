"""The table of rights as it is drawn and exported: rights as rows, roles as columns by side, the desks of the services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from luban.kit import registry
from luban.kit.clock import ZONE
from luban.people.grants import Made, history
from luban.people.models import Account, AccountKind
from luban.people.right_words import SIDES, scope_words
from luban.people.rights import PERMISSIONS, RESERVED, Permission, Rights
from luban.people.roles import ROLES, title_of

HELD, GIVEN, TAKEN, NONE = "held", "given", "taken", "none"
WORDS = {HELD: "有", GIVEN: "有（后来授予）", TAKEN: "无（后来收回）", NONE: "无"}
MARKS = {HELD: "", GIVEN: "：后来授予", TAKEN: "：后来收回", NONE: "：无"}
MOST_HOLDERS = 200
HEADS = ("类别", "权限", "代码", "角色", "数据范围", "持有", "可否调整")


@dataclass(frozen=True)
class Cell:
    """Whether a role holds a right: held, given, taken, none."""

    role: str
    state: str

    @property
    def words(self) -> str:
        """The role and its state in words, for those who hear the page or read it on a phone."""
        return f"{title_of(self.role)}{MARKS[self.state]}"


@dataclass(frozen=True)
class Line:
    """A right with its cells; `group` is said where a new group begins; `movable` when it may be changed at all,
    `reserved` when nothing asks for it yet."""

    right: Permission
    group: str
    cells: tuple[Cell, ...]
    movable: bool
    reserved: bool = False


@dataclass(frozen=True)
class Column:
    """A role: its title, how far it sees, how many accounts hold it (None: firms' are not counted)."""

    code: str
    title: str
    scope: str
    accounts: int | None


@dataclass(frozen=True)
class Grid:
    """The whole table: sides with how many columns each has, columns, lines."""

    sides: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Holder:
    """An account with a role."""

    username: str
    name: str
    organisation: str
    roles: tuple[str, ...]


def grid_of(*, rights: Rights, side: str = "", role: str = "") -> Grid:
    """The table in force; `side` or `role` leave out other columns, and with `role` the rights it has nothing to do with."""
    shown = [(title, codes) for code, (title, codes) in SIDES.items() if side in ("", code)]
    if role:
        shown = [(title, (role,)) for title, codes in SIDES.values() if role in codes]
    codes = [code for _, side_codes in shown for code in side_codes]
    counts = accounts_by_role()
    columns = tuple(Column(c, title_of(c), scope_words(c), counts.get(c)) for c in codes)
    lines, before = [], ""
    for right in PERMISSIONS.values():
        cells = tuple(Cell(code, state_of(rights, right, code)) for code in codes)
        if role and cells[0].state == NONE and role not in right.open_to:
            continue
        group = right.group if right.group != before else ""
        lines.append(Line(right, group, cells, bool(right.open_to), right.code in RESERVED))
        before = right.group
    return Grid(tuple((title, len(c)) for title, c in shown), columns, tuple(lines))


def state_of(rights: Rights, right: Permission, role: str) -> str:
    """How a role stands to a right now."""
    if role in rights.of(right.code):
        return HELD if role in right.roles else GIVEN
    return TAKEN if role in right.roles else NONE


def accounts_by_role() -> dict[str, int]:
    """How many enabled accounts of officials and operators hold each of their roles."""
    counts: dict[str, int] = {code: 0 for _, codes in SIDES.values() for code in codes}
    for code in SIDES["firm"][1]:
        del counts[code]
    held = Account.objects.filter(enabled=True).exclude(kind=AccountKind.ENTERPRISE)
    for roles in held.values_list("roles", flat=True):
        for role in roles:
            if role in counts:
                counts[role] += 1
    return counts


def holders_of(*, role: str) -> tuple[Holder, ...]:
    """The enabled accounts of officials and operators with a role, at most 200, by name."""
    rows = Account.objects.filter(enabled=True, roles__contains=[role]).exclude(kind=AccountKind.ENTERPRISE)
    return tuple(
        Holder(row.username, row.name, row.organisation.name if row.organisation else "", tuple(row.roles))
        for row in rows.order_by("username")[:MOST_HOLDERS]
    )


def desks_of(*, role: str) -> tuple[tuple[str, str, str], ...]:
    """What a role may do at the steps of the services: service, step, acts. Declared by the services, not changed here."""
    found = []
    for item in registry.all_items():
        for step in item.process.steps:
            acts = [a.title for a, desk in item.process.actions_at(step.code) if desk.role == role]
            if acts:
                found.append((item.short, step.title, "、".join(dict.fromkeys(acts))))
    return tuple(found)


def export_lines(rights: Rights) -> Iterator[tuple[Any, ...]]:
    """Right by right and role by role."""
    for right in PERMISSIONS.values():
        for _, codes in SIDES.values():
            for role in codes:
                state = state_of(rights, right, role)
                movable = "可调整" if role in right.open_to else "固定"
                if right.code in RESERVED:
                    movable += "，预留"
                yield (
                    right.group,
                    right.title,
                    right.code,
                    title_of(role),
                    scope_words(role),
                    WORDS[state],
                    movable,
                )


def changes(*, limit: int = 50) -> tuple[tuple[Made, str, str, str], ...]:
    """The latest changes with right, role and time in words."""
    return tuple(
        (
            made,
            PERMISSIONS[made.change.right].title if made.change.right in PERMISSIONS else made.change.right,
            title_of(made.change.role) if made.change.role in ROLES else made.change.role,
            f"{made.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        )
        for made in history(limit=limit)
    )
