"""Changes in the officials' directory: added, moved, disabled, enabled and untied by the system administrator, roles given
and taken by the security administrator.

A change is asked for, shown with what follows from it, and only then made (`sure`) with its reason and the state of the
account that was seen: who decided on an older one is told so. What may be done: `people.staff`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from luban.faces.office.frame import office_page
from luban.faces.office.staff_words import items_words, orphans, roles_words
from luban.kit import registry
from luban.kit.refusal import Refused
from luban.people import staff
from luban.people.requests import ActorRequest
from luban.people.right_words import scope_words
from luban.people.roles import ROLES, title_of
from luban.people.staff import Employer, Person
from luban.people.staff_rules import (
    BY_ITEM,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_USERNAME,
    difference,
    fitting,
    problem_of_reason,
    problem_of_roles,
)
from luban.people.trail import address_of

MOVE, DISABLE, ENABLE, UNTIE = "move", "disable", "enable", "untie"
WAYS = {MOVE: "调到其他机构", DISABLE: "停用账号", ENABLE: "恢复启用", UNTIE: "解除身份绑定"}
READ = ["GET", "HEAD", "POST"]
CODES = 40  # longest code of an organisation, role or service that is read
SHOWN = {403, 404}  # refusals that are a page of their own; the others stand on the form


@office_page(right=staff.MANAGE)
@require_http_methods(READ)
def add(request: ActorRequest) -> HttpResponse:
    """A new official, without roles."""
    said = {
        "username": _plain(request.POST.get("username", ""), LONGEST_USERNAME),
        "name": _plain(request.POST.get("name", ""), LONGEST_NAME),
        "office": _plain(request.POST.get("office", ""), CODES),
    }
    problem = ""
    if request.method == "POST":
        try:
            made = staff.add(
                username=said["username"],
                name=said["name"],
                organisation=said["office"],
                by=request.actor,
                ip=address_of(request),
            )
        except Refused as refused:
            problem = _on_form(refused)
        else:
            messages.success(request, f"已添加“{made.name}”，请安全管理员授予角色。")
            return _to(made)
    words = {"said": said, "offices": _open_offices(), "problem": problem}
    return render(request, "office/staff_new.html", words, status=422 if problem else 200)


@office_page(right=staff.MANAGE)
@require_http_methods(READ)
def change(request: ActorRequest, username: str) -> HttpResponse:
    """Move, disable, enable or untie: the form; posted, what would follow; posted again, the change."""
    one = staff.person(username=username)
    way = request.POST.get("way", "") or request.GET.get("way", "")
    if way not in WAYS:
        raise Refused(
            "NO_WAY", "请选择要做的变动：调到其他机构、停用账号、恢复启用或解除身份绑定。", status=400
        )
    said = {
        "way": way,
        "office": _plain(request.POST.get("office", ""), CODES),
        "reason": _plain(request.POST.get("reason", ""), LONGEST_REASON),
    }
    if request.method != "POST":
        return _change_form(request, one, said)
    seen = request.POST.get("seen", "")
    if seen != one.seen:
        return _change_form(request, one, said, staff.overtaken(one.name).message, 409)
    problem = problem_of_reason(said["reason"]) or _no_office(said)
    if problem:
        return _change_form(request, one, said, problem)
    if request.POST.get("sure") != "1":
        return _change_sure(request, one, said)
    try:
        made = _made(request, one, said, seen)
    except Refused as refused:
        return _change_form(request, one, said, _on_form(refused), refused.status)
    done = {
        MOVE: f"已把“{made.name}”调到“{made.organisation_name}”，请安全管理员按新岗位授予角色。",
        DISABLE: f"已停用“{made.name}”的账号，打开的会话已结束。",
        ENABLE: f"已恢复启用“{made.name}”的账号。",
        UNTIE: f"已解除“{made.name}”的身份绑定，打开的会话已结束。",
    }
    messages.success(request, done[way])
    return _to(made)


@office_page(right=staff.ROLES_RIGHT)
@require_http_methods(READ)
def roles(request: ActorRequest, username: str) -> HttpResponse:
    """Roles given and taken: the form; posted, what would follow; posted again, the change."""
    one = staff.person(username=username)
    if request.method != "POST":
        return _roles_form(request, one, list(one.roles), list(one.items), "")
    chosen = [code[:CODES] for code in request.POST.getlist("role")]
    items = [code[:CODES] for code in request.POST.getlist("item")] if set(chosen) & BY_ITEM else []
    reason, seen = _plain(request.POST.get("reason", ""), LONGEST_REASON), request.POST.get("seen", "")
    if seen != one.seen:
        words = f"{staff.overtaken(one.name).message}下面是现在的角色。"
        return _roles_form(request, one, list(one.roles), list(one.items), reason, words, 409)
    problem = _roles_problem(one, chosen, items) or problem_of_reason(reason)
    if problem:
        return _roles_form(request, one, chosen, items, reason, problem)
    if request.POST.get("sure") != "1":
        return _roles_sure(request, one, chosen, items, reason)
    try:
        made = staff.assign(
            username=one.username,
            roles=chosen,
            items=items,
            reason=reason,
            seen=seen,
            by=request.actor,
            ip=address_of(request),
        )
    except Refused as refused:
        return _roles_form(request, one, chosen, items, reason, _on_form(refused), refused.status)
    now = roles_words(made) or "没有角色"
    messages.success(request, f"已调整“{made.name}”的角色，现在是：{now}。本人下一次操作时生效。")
    return _to(made)


def _plain(said: str, longest: int) -> str:
    return said.replace("\x00", "").strip()[:longest]


def _on_form(refused: Refused) -> str:
    """The words of a refusal for the form it was made on; what is no matter of the form is raised again."""
    if refused.status in SHOWN:
        raise refused
    return refused.message


def _to(one: Person) -> HttpResponse:
    return HttpResponseRedirect(reverse("office:person", args=[one.username]))


def _open_offices() -> tuple[Employer, ...]:
    return tuple(one for one in staff.employers() if one.open)


def _no_office(said: dict[str, str]) -> str | None:
    return "请选择调往的机构。" if said["way"] == MOVE and not said["office"] else None


def _made(request: ActorRequest, one: Person, said: dict[str, str], seen: str) -> Person:
    """The change itself. Raises Refused, RowTouched."""
    common: dict[str, Any] = {
        "username": one.username,
        "reason": said["reason"],
        "seen": seen,
        "by": request.actor,
        "ip": address_of(request),
    }
    if said["way"] == MOVE:
        return staff.move(organisation=said["office"], **common)
    if said["way"] == UNTIE:
        return staff.untie(**common)
    return staff.set_enabled(enabled=said["way"] == ENABLE, **common)


def _change_form(
    request: ActorRequest, one: Person, said: dict[str, str], problem: str = "", status: int = 422
) -> HttpResponse:
    words = {
        "person": one,
        "said": said,
        "title": WAYS[said["way"]],
        "offices": _open_offices() if said["way"] == MOVE else (),
        "problem": problem,
    }
    return render(request, "office/staff_change.html", words, status=status if problem else 200)


def _change_sure(request: ActorRequest, one: Person, said: dict[str, str]) -> HttpResponse:
    way = said["way"]
    there = next((o.name for o in _open_offices() if o.code == said["office"]), "") if way == MOVE else ""
    if way == MOVE and not there:
        return _change_form(request, one, said, "请从列表中选择机构。")
    words = {
        "person": one,
        "said": said,
        "title": WAYS[way],
        "there": there,
        "roles": roles_words(one),
        "orphans": () if way in (ENABLE, UNTIE) else orphans(person=one, roles=one.roles),
    }
    return render(request, "office/staff_change_sure.html", words)


def _roles_problem(one: Person, chosen: list[str], items: list[str]) -> str | None:
    known = {item.code for item in registry.all_items()}
    if not set(items) <= known:
        return "没有这个事项，请从列表中选择。"
    problem = problem_of_roles(kind=one.kind, roles=chosen, items=items)
    if problem:
        return problem
    same = not difference(before=one.roles, after=chosen).any and set(items) == set(one.items)
    return "角色没有变化，请先勾选要授予或去掉要收回的角色。" if same else None


def _roles_form(
    request: ActorRequest,
    one: Person,
    chosen: list[str],
    items: list[str],
    reason: str,
    problem: str = "",
    status: int = 422,
) -> HttpResponse:
    fit = fitting(kind=one.kind)
    offered = (*fit, *(code for code in one.roles if code in ROLES and code not in fit))
    services = registry.all_items() if set(offered) & BY_ITEM else ()
    words = {
        "person": one,
        "roles": [(c, title_of(c), scope_words(c), c in chosen, c not in fit) for c in offered],
        "items": [(item.code, item.short, item.code in items) for item in services],
        "reason": reason,
        "problem": problem,
    }
    return render(request, "office/staff_roles.html", words, status=status if problem else 200)


def _roles_sure(
    request: ActorRequest, one: Person, chosen: list[str], items: list[str], reason: str
) -> HttpResponse:
    what = difference(before=one.roles, after=chosen)
    words = {
        "person": one,
        "chosen": chosen,
        "items": items,
        "items_after": items_words(replace(one, items=tuple(items))),
        "reason": reason,
        "given": [(title_of(code), scope_words(code)) for code in what.given],
        "taken": [title_of(code) if code in ROLES else code for code in what.taken],
        "after": "、".join(title_of(code) for code in ROLES if code in chosen),
        "orphans": orphans(person=one, roles=what.taken),
    }
    return render(request, "office/staff_roles_sure.html", words)
