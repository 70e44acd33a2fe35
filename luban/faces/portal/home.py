"""The first page: what do you come for, what waits for you, how your cases stand; for visitors the way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases.models import Case
from luban.faces.portal.addresses import fill_url
from luban.faces.portal.families import examples, offered, themes
from luban.faces.portal.frame import open_page, own_cases
from luban.faces.portal.rows import case_row, case_url, day
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.process import APPLICANT_STEP
from luban.people.actor import Actor, may_see
from luban.people.requests import ActorRequest
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.registers.licences.status import status_on
from luban.stages.fill import drafts
from luban.stages.fill.views import DraftLine
from luban.ui.view import Button, Todo, lamp

RECENT, TODOS, ENDING_DAYS, OFTEN = 5, 5, 30, 3


@dataclass(frozen=True)
class Intent:
    """One of the four doors under the search."""

    title: str
    text: str
    icon: str
    href: str


@open_page
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Home of a firm, or of a visitor."""
    actor = request.actor
    found = themes(offered())
    listed = {"themes": found, "item_count": len(offered()), "examples": examples(found)}
    if not actor.is_firm:
        return render(request, "portal/welcome.html", listed)
    recent = list(own_cases(actor).order_by("-updated_at", "-id")[:RECENT])
    lines = tuple(line for line in drafts.of_owner(actor=actor, limit=20) if not line.case_number)
    licences = _own_licences(actor)
    todos = _todos(actor, lines)
    return render(
        request,
        "portal/home.html",
        {
            **listed,
            "todos": todos[:TODOS],
            "todo_count": len(todos),
            "needed": sum(todo.need for todo in todos),
            "intents": _intents(lines, licences),
            "often": [registry.get(code) for code in dict.fromkeys(row.item for row in recent)][:OFTEN],
            "ending": _ending(licences),
            "rows": [case_row(row) for row in recent],
        },
    )


def _own_licences(actor: Actor) -> tuple[LicenceFact, ...]:
    found = shelf.of_holder(holder=actor.subject).licences
    return tuple(
        licence
        for licence in found
        if may_see(actor, applicant=licence.holder, handling_org=licence.office, item=licence.item)
    )


def _intents(lines: tuple[DraftLine, ...], licences: tuple[LicenceFact, ...]) -> tuple[Intent, ...]:
    valid = sum(status_on(licence, clock.today()).good for licence in licences)
    return (
        Intent("首次申请", "答题找到事项", "file-plus", reverse("portal:catalogue")),
        Intent(
            "继续填写", f"{len(lines)} 份草稿" if lines else "没有草稿", "pencil", reverse("portal:drafts")
        ),
        Intent("再来一单", "照上次的办", "repeat", f"{reverse('portal:cases')}?state=done"),
        Intent(
            "我的证照", f"{valid} 份有效" if valid else "查看全部", "certificate", reverse("portal:licences")
        ),
    )


def _ending(licences: tuple[LicenceFact, ...]) -> tuple[LicenceFact, ...]:
    """Licences in force that end within thirty days."""
    today = clock.today()
    return tuple(
        licence
        for licence in licences
        if licence.valid_to
        and status_on(licence, today).good
        and licence.valid_to <= today + timedelta(days=ENDING_DAYS)
    )


def _todos(actor: Actor, lines: tuple[DraftLine, ...]) -> list[Todo]:
    waiting = own_cases(actor).filter(step=APPLICANT_STEP).order_by("timer_on", "id")[:20]
    return [*(_correction(row) for row in waiting), *(_draft(line) for line in lines)]


def _correction(row: Case) -> Todo:
    left = (row.timer_on - clock.today()).days if row.timer_on else None
    until = f"，请在 {day(row.timer_on)}前提交" if row.timer_on else ""
    return Todo(
        title="需要补正",
        text=f"{registry.get(row.item).title}（{row.headline}）{until}。",
        action=Button("去补正", kind="primary", href=case_url(row), small=True),
        mark=lamp(days_left=left, unit="天"),
        need=True,
    )


def _draft(line: DraftLine) -> Todo:
    ends = f"，{day(line.expires_on)}到期删除" if line.expires_soon else ""
    return Todo(
        title=f"{line.title} · 草稿",
        text=f"{line.headline}。已填 {line.progress}%，{day(line.updated_at.date())} {line.updated_at:%H:%M} 保存{ends}。",
        action=Button("继续填写", kind="link", href=fill_url(line.id)),
    )
