"""统计: figures of an item from what its cases store, by the dimensions and measures the item declares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases.house import context
from luban.faces.office.asked import day_of
from luban.faces.office.frame import office_page
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.kit.statistics import Dimension
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.stages.export import figures as stage
from luban.stages.review.worklist import ALL, Wanted, rows_of
from luban.ui.templatetags.lb import qty
from luban.ui.view import Chart, Empty, Filter, FilterField, Series

MOST_BARS = 16
OWN = "own"


@office_page()
@require_safe
def figures(request: ActorRequest) -> HttpResponse:
    """Totals, one dimension and the months of an item in a period."""
    counted = [i for i in registry.all_items() if i.statistics is not None]
    items = sorted(counted, key=lambda i: i.begun_by.at != OWN)  # what firms come for, first
    if not items:
        return render(
            request,
            "office/figures.html",
            {"empty": Empty("还没有可统计的事项。", "事项声明统计口径后出现。")},
        )
    item = next((i for i in items if i.code == request.GET.get("item")), items[0])
    since, until = _period(request)
    dimensions = stage.dimensions_of(item)
    dimension = next(
        (d for d in dimensions if d.code == request.GET.get("by")), dimensions[0] if dimensions else None
    )
    wanted = Wanted(scope=ALL, item=item.code, since=since, until=until)
    rows = rows_of(actor=request.actor, wanted=wanted, today=clock.today())
    found = stage.figures(rows=rows, item=item, dimension=dimension, today=clock.today(), within=context())
    asked = {"item": item.code, "since": since.isoformat(), "until": until.isoformat()}
    words: dict[str, Any] = {
        "item": item,
        "filter": _filter(items, item, dimension, since, until),
        "tiles": _tiles(found, item),
        "charts": _charts(found, item, dimension) if found.totals.count else (),
        "table": found.groups,
        "dimension": dimension,
        "measures": stage.measures_of(item),
        "period": f"{since} 至 {until} 提交的办件",
        "export": f"{reverse('office:export')}?{urlencode({'scope': ALL, **asked})}"
        if allowed(request.actor, action="case.export") and found.totals.count
        else "",
        "empty": Empty("这段时间没有办件。", "可以把时间放宽再看。", "chart-bar"),
    }
    return render(request, "office/figures.html", words)


def _period(request: ActorRequest) -> tuple[date, date]:
    """The period asked for: this year when nothing is said. Raises Refused (400)."""
    today = clock.today()
    since = day_of(request.GET.get("since", "")) or date(today.year, 1, 1)
    until = day_of(request.GET.get("until", "")) or today
    if since > until:
        raise Refused("BAD_PERIOD", f"起始日{since}晚于截止日{until}，请调整后再查。", status=400)
    return since, until


def _filter(items: list[Item], item: Item, dimension: Dimension | None, since: date, until: date) -> Filter:
    by = tuple((d.code, d.title) for d in stage.dimensions_of(item))
    return Filter(
        (
            FilterField("item", "事项", value=item.code, options=tuple((i.code, i.short) for i in items)),
            FilterField("by", "分组", value=dimension.code if dimension else "", options=by),
            FilterField("since", "提交自", "date", since.isoformat()),
            FilterField("until", "至", "date", until.isoformat()),
        ),
        action=reverse("office:figures"),
    )


def _tiles(found: stage.Figures, item: Item) -> list[tuple[str, str]]:
    totals = found.totals
    tiles = [
        ("提交", f"{totals.count:,} 件"),
        ("在办", f"{totals.open:,} 件"),
        ("其中超期", f"{totals.overdue:,} 件"),
        ("准予或备案", f"{totals.granted:,} 件"),
        ("不予", f"{totals.denied:,} 件"),
    ]
    amounts = zip(stage.measures_of(item), totals.sums, strict=True)
    return [*tiles, *((m.title, f"{qty(value)} {m.unit}") for m, value in amounts)]


def _charts(found: stage.Figures, item: Item, dimension: Dimension | None) -> tuple[Chart, ...]:
    charts = [
        Chart(
            "按月",
            "bar",
            tuple(m for m, _, _ in found.months),
            (
                Series("提交", tuple(came for _, came, _ in found.months)),
                Series("办结", tuple(went for _, _, went in found.months)),
            ),
            "件",
            "月份",
        )
    ]
    if dimension is not None and found.groups:
        shown = found.groups[:MOST_BARS]
        names = tuple(g.name for g in shown)
        charts.append(
            Chart(
                f"按{dimension.title}",
                "hbar",
                names,
                (Series("件数", tuple(g.count for g in shown)),),
                "件",
                dimension.title,
            )
        )
        for n, measure in enumerate(stage.measures_of(item)):
            values = tuple(_plain(g.sums[n]) for g in shown)
            charts.append(
                Chart(
                    f"{measure.title}，按{dimension.title}",
                    "hbar",
                    names,
                    (Series(measure.title, values),),
                    measure.unit,
                    dimension.title,
                )
            )
    return tuple(charts)


def _plain(value: Decimal) -> float:
    return float(value)
