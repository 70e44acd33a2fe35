"""Messages: what offices and the house did with the firm's cases, newest first, read from the histories themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases.house import context
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of
from luban.faces.portal.events import PUBLIC_MARKS, marks_of, title_of, when, words_of
from luban.faces.portal.frame import firm_page, own_cases
from luban.kit import registry
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.people.roles import FIRM_ROLES
from luban.ui.view import Crumbs, Pager

PAGE = 20


@dataclass(frozen=True)
class News:
    """One message: what happened to which case."""

    title: str
    when: str
    text: str
    about: str
    href: str
    need: bool


@firm_page
@require_safe
def news(request: ActorRequest) -> HttpResponse:
    """A page of messages; `after` is where the page before ended."""
    after = request.GET.get("after", "")
    if after and not (after.isascii() and after.isdigit() and len(after) < 18):
        raise Refused("BAD_PAGE", "页码无法识别，请从第一页重新查看。", status=400)
    rows = (
        EventRow.objects.filter(case__in=own_cases(request.actor).values("pk"))
        .filter(data___marks__has_any_keys=sorted(PUBLIC_MARKS))
        .exclude(role__in=FIRM_ROLES)
        .select_related("case")
        .defer("case__facts", "case__grams")
        .order_by("-id")
    )
    page = list((rows.filter(id__lt=int(after)) if after else rows)[: PAGE + 1])
    shown, here = page[:PAGE], reverse("portal:news")
    return render(
        request,
        "portal/news.html",
        {
            "crumbs": Crumbs((("首页", "/"),), "消息"),
            "news": [_news(row) for row in shown],
            "pager": Pager(
                f"本页 {len(shown)} 条，新的在前",
                previous_href=here if after else "",
                next_href=f"{here}?after={shown[-1].pk}" if len(page) > PAGE else "",
            ),
        },
    )


def _news(row: EventRow) -> News:
    event, case = event_of(row), row.case
    return News(
        title=title_of(event),
        when=when(event.at),
        text=words_of(event, office=context().office(case.handling_org).name),
        about=f"{registry.get(case.item).short}：{case.headline}（{case.number}）",
        href=reverse("portal:case", args=[case.number]),
        need="correcting" in marks_of(event) and case.seq == event.seq,
    )
