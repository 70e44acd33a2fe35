"""权限表: who may do what, with how far each role sees; the security administrator moves rights, the auditor looks on.

A change is asked for (`look`), shown with what follows from it, and only then made (`sure`) with its reason; whoever
decided on an older table is told so. Rules of what may be moved: `people.rights`.
"""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from luban.faces.office.download import XLSX, attachment
from luban.faces.office.frame import office_page
from luban.faces.office.permissions_table import (
    HEADS,
    accounts_by_role,
    changes,
    desks_of,
    export_lines,
    grid_of,
    holders_of,
)
from luban.kit.clock import clock
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.people import grants
from luban.people.permissions import allowed, in_force
from luban.people.requests import ActorRequest
from luban.people.right_words import SIDES, scope_words
from luban.people.rights import MANAGE, PERMISSIONS, Change, Rights, problem_of
from luban.people.roles import title_of
from luban.people.trail import address_of, audit
from luban.stages.export.workbook import write_lines
from luban.ui.view import Filter, FilterField, Note

ROLES = tuple(role for _, roles in SIDES.values() for role in roles)
GIVE, TAKE = "give", "take"
NARROWED = Note(
    "权限调整的数据与校验码不符，可能被改动过：已停用全部授予，只保留出厂权限与历次收回中较窄的一份，并已报警。"
    "请运行 luban verify 核对，从备份恢复后再调整。",
    "权限表被改动",
    "bad",
)


@office_page(right="permission.read")
@require_safe
def permissions(request: ActorRequest) -> HttpResponse:
    """The table in force, who holds a role, and what was changed."""
    rights, here = in_force(), reverse("office:permissions")
    role = _one_of(request.GET.get("role", ""), ROLES)
    side = "" if role else _one_of(request.GET.get("side", ""), tuple(SIDES))
    words = {
        "filter": _filter(side, role, here),
        "notes": (NARROWED,) if rights.narrowed else (),
        "grid": grid_of(rights=rights, side=side, role=role),
        "role": (title_of(role), scope_words(role), holders_of(role=role), desks_of(role=role))
        if role
        else None,
        "changes": changes(),
        "version": rights.version,
        "manages": allowed(request.actor, action=MANAGE),
    }
    return render(request, "office/permissions.html", words)


@office_page(right=MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest) -> HttpResponse:
    """The form; posted, what would follow; posted again, the change."""
    rights = grants.current()
    if request.method != "POST":
        chosen = {"right": request.GET.get("right", ""), "role": request.GET.get("role", "")}
        return _form(request, rights, {**chosen, "way": GIVE, "reason": ""})
    said = {
        name: (request.POST.get(name) or "").strip()[: grants.REASON]
        for name in ("right", "role", "way", "reason")
    }
    made = Change(said["right"], said["role"], said["way"] == GIVE)
    problem = problem_of(made, rights=rights)
    if said["way"] not in (GIVE, TAKE):
        problem = "请选择授予还是收回。"
    if problem is None and not said["reason"]:
        problem = "请填写调整理由，理由会记入调整记录和审计日志。"
    if problem is not None:
        return _form(request, rights, said, problem)
    if request.POST.get("sure") != "1":
        return render(request, "office/permission_sure.html", _follows(made, said, rights))
    seen = whole_number(request.POST.get("seen", ""))
    grants.change(
        made=made,
        reason=said["reason"],
        seen=-1 if seen is None else seen,
        by=request.actor,
        ip=address_of(request),
    )
    done = "授予" if made.gives else "收回"
    messages.success(
        request, f"已{done}“{title_of(made.role)}”的“{PERMISSIONS[made.right].title}”，几秒内全平台生效。"
    )
    return HttpResponseRedirect(reverse("office:permissions"))


@office_page(right="permission.read")
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """The table in force as a workbook; a line of the trail says that it was taken."""
    rights, target = in_force(), io.BytesIO()
    write_lines(target=target, title="权限表", heads=HEADS, lines=export_lines(rights))
    audit(
        actor=request.actor,
        action="permission.export",
        target="permissions",
        detail={"version": rights.version},
        ip=address_of(request),
    )
    name = f"权限表_第{rights.version}版_{clock.today():%Y%m%d}.xlsx"
    return attachment(target.getvalue(), name=name, kind=XLSX)


def _one_of(said: str, known: tuple[str, ...]) -> str:
    """A filter of the address. Raises Refused (400) for one that nobody offered."""
    if said and said not in known:
        raise Refused("BAD_FILTER", "没有这个角色或类别，请从列表中选择。", status=400)
    return said


def _filter(side: str, role: str, here: str) -> Filter:
    sides = (("", "全部"), *((code, title) for code, (title, _) in SIDES.items()))
    roles = (("", "全部"), *((code, title_of(code)) for code in ROLES))
    return Filter(
        (
            FilterField("side", "类别", "select", side, options=sides),
            FilterField("role", "角色", "select", role, options=roles),
        ),
        action=here,
        export_href=reverse("office:permission_export"),
        clear_href=here if side or role else "",
    )


def _form(
    request: ActorRequest, rights: Rights, said: dict[str, str], problem: str | None = None
) -> HttpResponse:
    movable = [one for one in PERMISSIONS.values() if one.open_to]
    roles = sorted({role for one in movable for role in one.open_to}, key=ROLES.index)
    words: dict[str, Any] = {
        "rights": [(one.code, f"{one.group} · {one.title}") for one in movable],
        "roles": [(code, f"{title_of(code)}（{scope_words(code)}）") for code in roles],
        "said": said,
        "problem": problem,
        "notes": (NARROWED,) if rights.narrowed else (),
    }
    return render(request, "office/permission_change.html", words, status=400 if problem else 200)


def _follows(made: Change, said: dict[str, str], rights: Rights) -> dict[str, Any]:
    """What would follow from a change, for the person to look at."""
    before = rights.of(made.right)
    after = before | {made.role} if made.gives else before - {made.role}
    in_order = [role for role in ROLES if role in before | after]
    return {
        "said": said,
        "gives": made.gives,
        "right": PERMISSIONS[made.right],
        "role": title_of(made.role),
        "scope": scope_words(made.role),
        "before": "、".join(title_of(role) for role in in_order if role in before),
        "after": "、".join(title_of(role) for role in in_order if role in after),
        "accounts": accounts_by_role().get(made.role, 0),
        "seen": rights.version,
    }
