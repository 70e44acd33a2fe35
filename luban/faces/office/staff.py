"""人员名录: the officials of the platform, and one of them with what was done to the account.

The system administrator keeps accounts, the security administrator roles (`staff_change`), the audit administrator looks
on; what each may do stands as buttons on the same pages.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.faces.office.download import XLSX, attachment
from luban.faces.office.frame import office_page
from luban.faces.office.staff_found import (
    ROLE_CODES,
    STATES,
    WAITING,
    Line,
    Wanted,
    checked,
    everybody,
    page,
    state_of,
    waiting_count,
)
from luban.faces.office.staff_words import (
    MARKS,
    history_of,
    items_words,
    mark_of,
    moment_words,
    roles_words,
)
from luban.kit.clock import clock
from luban.people import staff
from luban.people.actor import Actor
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.people.right_words import scope_words
from luban.people.roles import ROLES, title_of
from luban.people.staff import Employer
from luban.people.trail import address_of, audit
from luban.stages.export.workbook import write_lines
from luban.ui.view import Button, Cell, Column, DataTable, Empty, Filter, FilterField, Note, Pager, TableRow

LONGEST = 100
HEADS = ("姓名", "政务平台账号", "机构代码", "机构", "角色", "状态", "最近登录")
COLUMNS = (
    Column("姓名"),
    Column("机构"),
    Column("角色"),
    Column("状态"),
    Column("最近登录", nowrap=True),
)


@office_page(right="account.read")
@require_safe
def people(request: ActorRequest) -> HttpResponse:
    """Everybody who fits the filters, a page at a time."""
    here, offices = reverse("office:people"), staff.employers()
    wanted = _wanted(request.GET, offices)
    lines, found = page(wanted=wanted)
    manages = allowed(request.actor, action=staff.MANAGE)
    words = {
        "filter": _filter(wanted, offices, here),
        "notes": _notes(request.actor, wanted),
        "table": DataTable("人员名录", COLUMNS, tuple(_row(line) for line in lines)),
        "lines": lines,
        "pager": Pager(
            f"按账号排列，本页 {len(lines)} 人",
            _turned(here, wanted, before=found.before),
            _turned(here, wanted, after=found.after),
        ),
        "empty": _empty(wanted, manages=manages),
        "manages": manages,
    }
    return render(request, "office/staff.html", words)


@office_page(right="account.read")
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """Everybody who fits as a workbook; a line of the trail says that it was taken."""
    wanted = _wanted(request.GET, staff.employers())
    target = io.BytesIO()
    count = write_lines(
        target=target,
        title="人员名录",
        heads=HEADS,
        lines=(_cells(line) for line in everybody(wanted=wanted)),
    )
    audit(
        actor=request.actor,
        action="account.export",
        target="accounts",
        detail={**wanted.parts, "count": count},
        ip=address_of(request),
    )
    return attachment(target.getvalue(), name=f"人员名录_{clock.today():%Y%m%d}.xlsx", kind=XLSX)


@office_page(right="account.read")
@require_safe
def person(request: ActorRequest, username: str) -> HttpResponse:
    """One official: the account, its roles with how far they see, what was done to it."""
    found, actor = staff.person(username=username), request.actor
    words = {
        "person": found,
        "mark": MARKS[state_of(found)],
        "roles": [(title_of(code), scope_words(code)) for code in found.roles if code in ROLES],
        "items": items_words(found),
        "signed_in": moment_words(found),
        "tied": staff.tied(username=found.username),
        "notes": _notes_of(found, actor),
        "history": history_of(found),
        "manages": allowed(actor, action=staff.MANAGE),
        "assigns": allowed(actor, action=staff.ROLES_RIGHT),
        "audits": allowed(actor, action="audit.read"),
    }
    return render(request, "office/staff_person.html", words)


def _wanted(query: QueryDict, offices: Sequence[Employer]) -> Wanted:
    """The list's address. Raises Refused (400) for a filter nobody offered."""
    wanted = Wanted(
        _word(query, "q"),
        _word(query, "office"),
        _word(query, "role"),
        _word(query, "state"),
        _word(query, "after"),
        _word(query, "before"),
    )
    return checked(wanted=wanted, offices=offices)


def _word(query: QueryDict, name: str) -> str:
    return (query.get(name) or "").replace("\x00", "").strip()[:LONGEST]


def _filter(wanted: Wanted, offices: Sequence[Employer], here: str) -> Filter:
    places = (("", "全部"), *((one.code, one.name) for one in offices))
    roles = (("", "全部"), *((code, title_of(code)) for code in ROLE_CODES))
    export = reverse("office:people_export")
    return Filter(
        (
            FilterField("q", "查找", "search", wanted.q, placeholder="姓名、账号", wide=True),
            FilterField("office", "机构（含处室）", value=wanted.office, options=places),
            FilterField("role", "角色", value=wanted.role, options=roles),
            FilterField("state", "状态", value=wanted.state, options=(("", "全部"), *STATES.items())),
        ),
        action=here,
        export_href=f"{export}?{wanted.query}" if wanted.parts else export,
        clear_href=here if wanted.parts else "",
    )


def _notes(actor: Actor, wanted: Wanted) -> tuple[Note, ...]:
    """Whoever gives roles is told that somebody waits for one."""
    if not allowed(actor, action=staff.ROLES_RIGHT) or wanted.state == WAITING:
        return ()
    count = waiting_count()
    if not count:
        return ()
    href = f"{reverse('office:people')}?state={WAITING}"
    words = "这些人员已由系统管理员添加或调动，没有角色，还不能登录办理。"
    return (Note(words, f"{count} 个账号待授角色", "warn", href=href, link="查看"),)


def _notes_of(found: staff.Person, actor: Actor) -> tuple[Note, ...]:
    """What stands in this person's way of working."""
    if not found.enabled:
        return (
            Note(
                "不能登录，已打开的会话都已结束；角色保留，恢复启用后仍按原角色办理。", "账号已停用", "warn"
            ),
        )
    if not found.open:
        return (Note("所在机构已停用，本人不能登录。请系统管理员调到启用的机构。", "机构已停用", "warn"),)
    if found.roles:
        return ()
    gives = allowed(actor, action=staff.ROLES_RIGHT)
    words = "请按岗位授予。" if gives else "由安全管理员授予；在此之前本人登录时会看到“您的账号还没有角色”。"
    return (Note(words, "还没有角色", "warn"),)


def _row(line: Line) -> TableRow:
    one = line.person
    return TableRow(
        (
            Cell(one.name, one.username, reverse("office:person", args=[one.username])),
            Cell(
                one.organisation_name or "无机构（专家）",
                "" if line.person.open or not one.enabled else "机构已停用",
            ),
            Cell(roles_words(one) or "—"),
            Cell(view=mark_of(line)),
            Cell(moment_words(one)),
        ),
        one.username,
        f"{one.name} {one.username}",
    )


def _cells(line: Line) -> tuple[str, ...]:
    one = line.person
    return (
        one.name,
        one.username,
        one.organisation,
        one.organisation_name,
        roles_words(one),
        mark_of(line).word,
        moment_words(one),
    )


def _turned(here: str, wanted: Wanted, **cursor: str) -> str:
    """The address of the page before or after; '' where there is none."""
    set_ = {name: value for name, value in cursor.items() if value}
    return f"{here}?{urlencode({**wanted.parts, **set_})}" if set_ else ""


def _empty(wanted: Wanted, *, manages: bool) -> Empty:
    add = Button("添加人员", href=reverse("office:person_new"), kind="primary") if manages else None
    if wanted.parts:
        return Empty(
            "没有符合条件的人员。",
            "换一个条件再查，或清除筛选。新同志由系统管理员添加。",
            "user-search",
            add,
        )
    return Empty(
        "人员名录还是空的。",
        "系统管理员添加后，本人用政务外网身份登录；角色由安全管理员授予。",
        "users-group",
        add,
    )
