"""A chapter's figures as tiles, charts and tables. Figures of one number stand in one table by group; what spreads over
bands, factors or clauses has a table of its own. Blanks are a dash: there is no mean of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from luban.faces.office.figures_asked import View
from luban.kit.statistics import (
    Bands,
    Count,
    Distinct,
    Factors,
    Hits,
    Indicator,
    Mean,
    Measure,
    Ratio,
    Share,
    Span,
)
from luban.stages.export.counting import Shared, Spans, Spread, percent
from luban.stages.export.figures import Figures, Group
from luban.stages.export.projection import Only
from luban.stages.export.tally import Figure
from luban.ui.templatetags.lb import qty
from luban.ui.view import Cell, Chart, Column, DataTable, Series, TableRow

MOST_BARS, MOST_SLICES, MOST_GROUPS, MOST_SERIES = 16, 60, 100, 3
NOTHING = "—"
ALL = "合计"
SPREADS = (("calendar", "自然日"), ("working", "工作日"), ("net", "扣除停表的工作日"))
Single = Count | Distinct | Measure | Ratio | Share | Mean


def figure_text(value: Any, unit: str = "") -> str:
    """A number with its unit; a dash for none."""
    if value is None:
        return NOTHING
    return f"{qty(value)} {unit}".rstrip()


def unit_of(part: Indicator) -> str:
    """The unit of an indicator's figure."""
    return "%" if isinstance(part, Share) else getattr(part, "unit", "")


def number_of(part: Indicator, figure: Figure) -> Decimal | int | None:
    """The one number of an indicator that has one."""
    value = figure[part.code]
    return value.percent if isinstance(value, Shared) else value


def singles(parts: Sequence[Indicator]) -> list[Single]:
    """The indicators of one number."""
    return [part for part in parts if isinstance(part, Single)]


def tiles(*, parts: Sequence[Indicator], figure: Figure) -> list[tuple[str, str]]:
    """The figures in all, one tile each."""
    found = []
    for part in singles(parts):
        text = figure_text(number_of(part, figure), unit_of(part))
        found.append((part.title, f"{text}（{figure[part.code].hit} 件）" if _counted(part) else text))
    return found


def _counted(part: Indicator) -> bool:
    return isinstance(part, Share) and part.count


def charts(*, view: View, found: Figures) -> tuple[Chart, ...]:
    """The chapter's pictures; what nothing was counted for has none."""
    return tuple(chart for chart in _charts(view, found) if any(any(s.values) for s in chart.series))


def _charts(view: View, found: Figures) -> Iterator[Chart]:
    parts = view.chapter.parts
    for kinds in (Count, Measure):
        alike = [part for part in parts if isinstance(part, kinds)][:MOST_SERIES]
        if alike:
            yield _grouped(view, found.groups, alike, "、".join(part.title for part in alike))
    for part in parts:
        if isinstance(part, Share | Mean | Ratio):
            yield _grouped(view, found.groups, [part], part.title)
        elif isinstance(part, Bands):
            names = tuple(title for title, _ in part.bands)
            yield Chart(part.title, "bar", names, (Series("件数", found.totals[part.code]),), "件", "分数")
        elif isinstance(part, Factors):
            names = tuple(title for _, title in part.names)
            values = tuple(_plain(v) for v in found.totals[part.code])
            yield Chart(part.title, "hbar", names, (Series("均分", values),), part.unit, "评分项")
        elif isinstance(part, Hits):
            yield _hits_chart(part, found.totals)
    spans = [part for part in parts if isinstance(part, Span)]
    if len(spans) > 1:
        yield _spans_chart(spans, found.totals)
    if spans:
        yield _span_chart(view, found.groups, next(s for s in spans if s.code == view.span))


def _shown(view: View, groups: Sequence[Group]) -> Sequence[Group]:
    """The groups of a chart: the largest, or the latest slices of time."""
    return groups[:MOST_BARS] if view.dimension else groups[-MOST_SLICES:]


def _grouping(view: View) -> tuple[str, str]:
    return ("hbar", view.dimension.title) if view.dimension else ("bar", "时间")


def _grouped(view: View, groups: Sequence[Group], parts: Sequence[Indicator], title: str) -> Chart:
    kind, label = _grouping(view)
    shown = _shown(view, groups)
    series = tuple(
        Series(part.title, tuple(_plain(number_of(part, g.figure)) for g in shown)) for part in parts
    )
    names = tuple(g.name for g in shown)
    return Chart(f"{title}，按{label}", kind, names, series, unit_of(parts[0]), label)


def _hits_chart(part: Hits, totals: Figure) -> Chart:
    hit = [(code, counts) for code, counts in totals[part.code].found.items() if any(counts)]
    series = tuple(
        Series(title, tuple(counts[n] for _, counts in hit)) for n, (_, title) in enumerate(part.kinds)
    )
    return Chart(part.title, "bar", tuple(code for code, _ in hit), series, "件", "条款")


def _spans_chart(spans: Sequence[Span], totals: Figure) -> Chart:
    names = tuple(span.title for span in spans)
    series = tuple(
        Series(title, tuple(_plain(getattr(totals[s.code], kind).mean) for s in spans))
        for kind, title in (*SPREADS[:2], ("net", "扣停表后"))
    )
    return Chart("各环节平均时长", "hbar", names, series, "日", "环节")


def _span_chart(view: View, groups: Sequence[Group], span: Span) -> Chart:
    kind, label = _grouping(view)
    shown = _shown(view, groups)
    series = tuple(
        Series(title, tuple(_plain(getattr(g.figure[span.code].net, name)) for g in shown))
        for name, title in (("mean", "平均"), ("p90", "P90"))
    )
    names = tuple(g.name for g in shown)
    return Chart(f"{span.title}，扣除停表的工作日，按{label}", kind, names, series, "日", label)


def _plain(value: Decimal | int | None) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def tables(*, view: View, found: Figures) -> Iterator[DataTable]:
    """The chapter's tables: spans, the groups, then bands, factors and clauses."""
    parts = view.chapter.parts
    spans = [part for part in parts if isinstance(part, Span)]
    if len(spans) > 1:
        yield _spans_table(view, spans, found.totals)
    chosen = [part for part in parts if isinstance(part, Single) or part.code == view.span]
    if chosen:
        title = next((span.title for span in spans if span.code == view.span and len(spans) > 1), "")
        yield _table(view, found, chosen, title or view.chapter.title)
    for part in parts:
        if isinstance(part, Bands | Factors):
            yield _table(view, found, [part], part.title)
        elif isinstance(part, Hits):
            yield _hits_table(part, found.totals)


def _table(view: View, found: Figures, parts: Sequence[Indicator], title: str) -> DataTable:
    """Groups down, indicators across, all of them together last."""
    label = _grouping(view)[1]
    groups = found.groups[:MOST_GROUPS] if view.dimension else found.groups[-MOST_GROUPS:]
    rows = [(_group_cell(view, group), group.figure) for group in groups]
    heads = (label, *(head for part in parts for head in _heads(part)))
    return DataTable(
        _caption(f"{title}，按{label}", len(found.groups), len(groups)),
        tuple(Column(head, right=n > 0) for n, head in enumerate(heads)),
        tuple(
            TableRow((first, *(cell for part in parts for cell in _cells(part, figure))))
            for first, figure in (*rows, (Cell(ALL), found.totals))
        ),
    )


def _caption(title: str, all_: int, shown: int) -> str:
    return title if all_ == shown else f"{title}（共 {all_} 组，列出 {shown} 组）"


def _group_cell(view: View, group: Group) -> Cell:
    """The name of a group; one of a dimension leads to what is in it."""
    dimension = view.dimension
    if dimension is None or any(one.dimension.code == dimension.code for one in view.asked.only):
        return Cell(group.name)
    return Cell(group.name, href=view.href(only=(*view.asked.only, Only(dimension, group.value))))


def _heads(part: Indicator) -> list[str]:
    match part:
        case Span():
            return ["件数", *(title for _, title in SPREADS), "超期"]
        case Bands(bands=bands):
            return [title for title, _ in bands]
        case Factors(names=names):
            return [title for _, title in names]
        case _:
            unit = unit_of(part)
            return [f"{part.title}（{unit}）" if unit else part.title]


def _cells(part: Indicator, figure: Figure) -> list[Cell]:
    value = figure[part.code]
    if isinstance(part, Span):
        return _span_cells(value)
    if isinstance(part, Bands | Factors):
        return [Cell(figure_text(one)) for one in value]
    if isinstance(value, Shared):
        return [Cell(figure_text(value.percent), small=f"{value.hit} / {value.of} 件")]
    return [Cell(figure_text(value))]


def _span_cells(value: Spans) -> list[Cell]:
    spreads = [_spread_cell(getattr(value, kind)) for kind, _ in SPREADS]
    late = (
        Cell(f"{value.overdue} 件", small=figure_text(value.late, "%")) if value.calendar.n else Cell(NOTHING)
    )
    return [Cell(str(value.calendar.n)), *spreads, late]


def _spread_cell(spread: Spread) -> Cell:
    if not spread.n:
        return Cell(NOTHING)
    others = (("中位", spread.median), ("P90", spread.p90), ("最长", spread.longest))
    return Cell(f"平均 {qty(spread.mean)}", small=" · ".join(f"{name} {qty(v)}" for name, v in others))


def _spans_table(view: View, spans: Sequence[Span], totals: Figure) -> DataTable:
    heads = ("环节", "件数", *(title for _, title in SPREADS), "超期")
    return DataTable(
        "各环节时长",
        tuple(Column(head, right=n > 0) for n, head in enumerate(heads)),
        tuple(
            TableRow((Cell(s.title, href=view.href(span=s.code)), *_span_cells(totals[s.code])))
            for s in spans
        ),
    )


def _hits_table(part: Hits, totals: Figure) -> DataTable:
    told = totals[part.code]
    heads = ("条款", "名称", *(title for _, title in part.kinds))
    return DataTable(
        f"{part.title}（{told.of} 件审查）",
        tuple(Column(head, right=n > 1) for n, head in enumerate(heads)),
        tuple(
            TableRow(
                (
                    Cell(code),
                    Cell(title),
                    *(Cell(f"{n} 件", small=figure_text(percent(n, told.of), "%")) for n in told.found[code]),
                )
            )
            for code, title in part.names
        ),
    )
