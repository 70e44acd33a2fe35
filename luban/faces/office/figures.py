"""统计: figures of an item from what its cases store, chapter by chapter, by the dimensions the item declares.

The address says everything (see `figures_asked`); the same address with other parts is another page of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases.context import Context
from luban.cases.house import context
from luban.cases.models import Case
from luban.faces.office.figures_asked import TIME, View, only_parts, view_of
from luban.faces.office.figures_drawn import charts, tables, tiles
from luban.faces.office.frame import office_page
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.stages.export import figures as stage
from luban.stages.export.chapters import chapters_of, dimensions_of
from luban.stages.export.days import SLICES
from luban.stages.export.rows import by_line
from luban.stages.review.worklist import ALL, Wanted, rows_of
from luban.ui.view import Empty, Filter, FilterField, Views, ViewTab

OWN = "own"


@office_page()
@require_safe
def figures(request: ActorRequest) -> HttpResponse:
    """One chapter of an item in a period, in all and by group."""
    counted = [i for i in registry.all_items() if i.statistics is not None]
    items = sorted(counted, key=lambda i: i.begun_by.at != OWN)  # what firms come for, first
    if not items:
        nothing = Empty("还没有可统计的事项。", "事项声明统计口径后出现。")
        return render(request, "office/figures.html", {"empty": nothing})
    today, within = clock.today(), context()
    view = view_of(query=request.GET, items=items, today=today)
    rows = rows_of(actor=request.actor, wanted=Wanted(scope=ALL, item=view.item.code), today=today)
    found = stage.figures(rows=rows, asked=view.asked, today=today, within=within)
    words: dict[str, Any] = {
        "item": view.item,
        "period": f"{view.asked.since} 至 {view.asked.until}，按各事件发生之日统计",
        "chapters": _chapters(view),
        "filter": _filter(items, view),
        "only": _only(rows, view, today, within),
        "tiles": [*tiles(parts=view.chapter.parts, figure=found.totals), *_standing(rows, view, today)],
        "reached": _reached(request, view, today, within),
        "charts": charts(view=view, found=found) if found.groups else (),
        "tables": list(tables(view=view, found=found)) if found.groups else (),
        "exports": _exports(request, view) if found.groups else (),
        "empty": Empty("这段时间没有办件。", "可以把时间放宽，或者去掉筛选再看。", "chart-bar"),
    }
    return render(request, "office/figures.html", words)


def _chapters(view: View) -> Views:
    tabs = tuple(
        ViewTab(c.title, view.href(part=c.code, by="", span=""), current=c.code == view.chapter.code)
        for c in chapters_of(view.item)
    )
    return Views(tabs, label="统计内容")


def _filter(items: Sequence[Item], view: View) -> Filter:
    asked = view.asked
    by = ((TIME, "时间"), *((d.code, d.title) for d in dimensions_of(view.item)))
    kept = (
        ("part", view.chapter.code),
        *((("span", view.span),) if view.span else ()),
        *only_parts(asked.only),
    )
    return Filter(
        (
            FilterField(
                "item", "事项", value=view.item.code, options=tuple((i.code, i.short) for i in items)
            ),
            FilterField("by", "分组", value=view.dimension.code if view.dimension else TIME, options=by),
            FilterField("unit", "时间单位", value=asked.unit, options=SLICES),
            FilterField("since", "自", "date", asked.since.isoformat()),
            FilterField("until", "至", "date", asked.until.isoformat()),
        ),
        action=reverse("office:figures"),
        clear_href=view.href(only=()) if asked.only else "",
        hidden=kept,
    )


def _only(rows: QuerySet[Case], view: View, today: date, within: Context) -> list[tuple[str, str, str]]:
    """The filters that are set: dimension, value, and the address without it."""
    only = view.asked.only
    names = stage.labels_of(rows=rows, only=only, day=today, within=within)
    return [
        (one.dimension.title, name, view.href(only=[other for other in only if other is not one]))
        for one, name in zip(only, names, strict=True)
    ]


def _standing(rows: QuerySet[Case], view: View, today: date) -> list[tuple[str, str]]:
    """Of the first chapter: what is open today, whatever the period."""
    if view.chapter != chapters_of(view.item)[0]:
        return []
    now = stage.standing(rows=rows, only=view.asked.only, today=today)
    return [("目前在办", f"{now.open:,} 件"), ("其中超期", f"{now.overdue:,} 件")]


def _reached(request: ActorRequest, view: View, today: date, within: Context) -> tuple[stage.Reached, ...]:
    """Of the first chapter: how far this year's targets are."""
    if view.chapter != chapters_of(view.item)[0]:
        return ()
    rows = rows_of(actor=request.actor, wanted=Wanted(scope=ALL), today=today)
    return stage.reached(rows=rows, item=view.item, today=today, within=within)


def _exports(request: ActorRequest, view: View) -> list[tuple[str, str]]:
    """What can be taken away of the cases behind the figures: title and address."""
    if not allowed(request.actor, action="case.export"):
        return []
    asked = view.asked
    said = (
        ("scope", ALL),
        ("item", asked.item.code),
        ("since", asked.since.isoformat()),
        ("until", asked.until.isoformat()),
        ("on", "any"),
        *only_parts(asked.only),
    )
    address = f"{reverse('office:export')}?{urlencode(said)}"
    if by_line(item=asked.item):
        return [("按行导出", f"{address}&per=line"), ("按件导出", f"{address}&per=case")]
    return [("导出明细", address)]
