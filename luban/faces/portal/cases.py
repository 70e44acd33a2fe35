"""My cases: a list whose filters stand in its address, paged by key, exported as a workbook of text."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases.house import context
from luban.cases.models import Case
from luban.cases.rows import grams
from luban.faces.portal.download import attachment
from luban.faces.portal.frame import firm_page, own_cases
from luban.faces.portal.path import GOOD_ENDS
from luban.faces.portal.rows import case_row, status_of
from luban.kit import registry
from luban.kit.clock import ZONE, clock
from luban.kit.process import APPLICANT_STEP, CLOSED
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.requests import ActorRequest
from luban.registers.book.workbook import write_tables
from luban.ui.view import Crumbs, Filter, FilterField, Pager

PAGE, MOST_EXPORTED, LONGEST_TEXT = 20, 5000, 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = (
    ("", "全部"),
    ("correct", "待补正"),
    ("open", "办理中"),
    ("done", "已办成"),
    ("ended", "未办成"),
)
HEADING = (
    "办件编号",
    "事项",
    "内容",
    "状态",
    "提交日期",
    "受理日期",
    "决定日期",
    "办结日期",
    "办理期限",
    "办理单位",
)


@dataclass(frozen=True)
class Wanted:
    """The filters as typed into the address; unknown values count as not given."""

    state: str = ""
    item: str = ""
    text: str = ""

    @property
    def address(self) -> dict[str, str]:
        """The filters that are set, as address parts."""
        parts = {"state": self.state, "item": self.item, "q": self.text}
        return {name: value for name, value in parts.items() if value}

    def href(self, name: str = "portal:cases", **more: str) -> str:
        """A list's address with these filters."""
        parts = {**self.address, **more}
        return reverse(name) + (f"?{urlencode(parts)}" if parts else "")


def wanted_of(request: ActorRequest) -> Wanted:
    """The filters of a request."""
    state, item = request.GET.get("state", ""), request.GET.get("item", "")
    known = {code for code, _ in STATES}
    return Wanted(
        state if state in known else "",
        item if item in {i.code for i in registry.all_items()} else "",
        request.GET.get("q", "").strip()[:LONGEST_TEXT].replace("\x00", ""),
    )


def chosen(actor: Actor, wanted: Wanted) -> QuerySet[Case]:
    """The firm's cases that fit, latest first."""
    rows = own_cases(actor).defer("facts", "grams")
    if wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted.text:
        parts = grams(wanted.text)
        rows = rows.filter(grams__contains=parts) if parts else rows.filter(headline__icontains=wanted.text)
    closed = Q(state__in=CLOSED)
    states = {
        "correct": Q(step=APPLICANT_STEP),
        "open": ~closed & ~Q(step=APPLICANT_STEP),
        "done": Q(state__in=sorted(GOOD_ENDS)),
        "ended": closed & ~Q(state__in=sorted(GOOD_ENDS)),
    }
    rows = rows.filter(states[wanted.state]) if wanted.state else rows
    return rows.order_by("-updated_at", "-id")


@firm_page
@require_safe
def cases(request: ActorRequest) -> HttpResponse:
    """A page of the list; `after` is where the page before ended."""
    wanted, after = wanted_of(request), request.GET.get("after", "")
    rows = chosen(request.actor, wanted)
    if after:
        moment, key = _cursor(after)
        rows = rows.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, id__lt=key))
    page = list(rows[: PAGE + 1])
    shown = page[:PAGE]
    following = wanted.href(after=_mark(shown[-1])) if len(page) > PAGE else ""
    return render(
        request,
        "portal/cases.html",
        {
            "crumbs": Crumbs((("首页", "/"),), "我的办件"),
            "filter": _filter(wanted),
            "rows": [case_row(row) for row in shown],
            "filtered": bool(wanted.address),
            "pager": Pager(
                f"本页 {len(shown)} 件，按最近变动排列",
                previous_href=wanted.href() if after else "",
                next_href=following,
            ),
            "paged": bool(after),
        },
    )


def _mark(row: Case) -> str:
    return f"{row.updated_at.isoformat()}|{row.pk}"


def _cursor(text: str) -> tuple[datetime, uuid.UUID]:
    moment, _, key = text.partition("|")
    try:
        when, last = datetime.fromisoformat(moment.replace(" ", "+")), uuid.UUID(key)
    except ValueError:
        raise Refused("BAD_PAGE", "页码无法识别，请从第一页重新查看。", status=400) from None
    return (when if when.tzinfo else when.replace(tzinfo=ZONE)), last


def _filter(wanted: Wanted) -> Filter:
    items = tuple((item.code, item.title) for item in registry.all_items())
    return Filter(
        (
            FilterField("state", "状态", value=wanted.state, options=STATES),
            FilterField("item", "事项", value=wanted.item, options=(("", "全部事项"), *items)),
            FilterField(
                "q", "查找", "search", wanted.text, placeholder="办件编号、废物或单位名称", wide=True
            ),
        ),
        action=reverse("portal:cases"),
        export_href=wanted.href("portal:cases_export"),
        clear_href=reverse("portal:cases") if wanted.address else "",
    )


@firm_page
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """The filtered list as a workbook; refused (422) beyond its most rows, so that nothing is left out silently."""
    rows = list(chosen(request.actor, wanted_of(request))[: MOST_EXPORTED + 1])
    if len(rows) > MOST_EXPORTED:
        message = f"符合条件的办件超过 {MOST_EXPORTED} 件，请先用状态或事项缩小范围再导出。"
        raise Refused("TOO_MANY", message, status=422)
    content = write_tables([("我的办件", HEADING, _lines(rows))])
    return attachment(content, name=f"我的办件_{clock.today():%Y%m%d}.xlsx", kind=XLSX)


def _lines(rows: list[Case]) -> Iterator[tuple[str, ...]]:
    within = context()
    for row in rows:
        days = (row.submitted_on, row.accepted_on, row.decided_on, row.closed_on, row.due_on)
        yield (
            row.number,
            registry.get(row.item).title,
            row.headline,
            status_of(row).word,
            *(day.isoformat() if day else "" for day in days),
            within.office(row.handling_org).name,
        )
