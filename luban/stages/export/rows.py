"""Many cases as the lines of an export, a few statements for each hundred of them.

Beside the columns an item declares stand the days its spans took and whether a clock ran out. Secret answers are left blank: an export never carries what a screen masks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from luban.cases.context import Context
from luban.cases.models import Case, Document, Event
from luban.cases.rows import event_of, state_of
from luban.cases.views import view_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.reading import read_form
from luban.kit.statistics import ROWS, ExportColumn, Span
from luban.kit.view import CaseView
from luban.registers.licences.models import Licence
from luban.registers.licences.shelf import fact
from luban.stages.export.counting import PAUSES, overdue
from luban.stages.export.days import DayCount
from luban.stages.export.projection import record_of
from luban.trust.envelope import is_hidden

CHUNK = 100
GENERAL = (
    ExportColumn("办件编号", lambda c: c.number),
    ExportColumn("事项", lambda c: c.item_title),
    ExportColumn("申请单位", lambda c: c.applicant_name),
    ExportColumn("统一社会信用代码", lambda c: c.applicant),
    ExportColumn("办理机构", lambda c: c.office.name),
    ExportColumn("状态", lambda c: c.term("case_state", c.state)),
    ExportColumn("环节", lambda c: c.step_title),
    ExportColumn("提交日", lambda c: c.submitted_on),
    ExportColumn("受理日", lambda c: c.accepted_on),
)
"""The columns of a list of several items."""


LINE_NO = "行号"
WORKING, CALENDAR, NET = "工作日", "自然日", "扣除停表工作日"
OVERDUE = "是否超期"


@dataclass(frozen=True)
class Layout:
    """How an export is written: an item's columns, one line a case or (`by_line`) one a line of the form's table."""

    item: Item | None
    by_line: bool = False

    @property
    def columns(self) -> tuple[ExportColumn, ...]:
        """The columns the item declares; the general ones for a mixed list."""
        return self.item.statistics.columns if self.item and self.item.statistics else GENERAL

    @property
    def spans(self) -> tuple[Span, ...]:
        """How long the item's cases take, each span once; an item without chapters writes none."""
        chapters = self.item.statistics.chapters if self.item and self.item.statistics else ()
        spans = [part for chapter in chapters for part in chapter.parts if isinstance(part, Span)]
        return tuple({span.code: span for span in spans}.values())

    @property
    def heads(self) -> tuple[str, ...]:
        """The first row: with lines, the number of the line stands after the first column."""
        first, *others = (column.title for column in self.columns)
        own = (first, LINE_NO, *others) if self.by_line else (first, *others)
        return (*own, *(f"{s.title}{kind}" for s in self.spans for kind in _kinds(s)), *self._last)

    @property
    def _last(self) -> tuple[str, ...]:
        return (OVERDUE,) if self.spans else ()


def _kinds(span: Span) -> tuple[str, ...]:
    return (CALENDAR, WORKING, NET) if span.whole else (WORKING,)


def by_line(*, item: Item | None) -> bool:
    """Whether an export of an item can be written line by line."""
    return item is not None and item.statistics is not None and item.statistics.lines is not None


def how_many(*, rows: QuerySet[Case], layout: Layout, most: int) -> int:
    """How many lines an export will have, counted up to `most` and a few more; one statement. A case without lines in
    its table is one."""
    rows = rows[: most + 1]
    if not layout.by_line:
        return rows.count()
    length = Greatest(Coalesce(Func(F(f"facts__{ROWS}"), function="jsonb_array_length"), 1), 1)
    total: int | None = rows.aggregate(n=Sum(length, output_field=IntegerField()))["n"]
    return total or 0


def lines_of(*, rows: QuerySet[Case], layout: Layout, within: Context) -> Iterator[list[Any]]:
    """The cells of each line, in the order of `rows`."""
    days = DayCount(within.calendar)
    for row, view in _seen(rows, within):
        times = _times(row, layout.spans, days)
        yield from (own + times for own in _own(view, layout))


def _own(view: CaseView, layout: Layout) -> Iterator[list[Any]]:
    """The declared cells of a case: once, or for each of its lines with its number."""
    declared = layout.item.statistics if layout.item else None
    lines = declared.lines(view) if layout.by_line and declared and declared.lines else ()
    if not layout.by_line:
        yield [column.value(view) for column in layout.columns]
        return
    shared = [None if column.of_row else column.value(view) for column in layout.columns]
    for n, line in enumerate(lines or (None,), start=1):
        cells = [
            column.of_row(view, line) if column.of_row and line is not None else value
            for column, value in zip(layout.columns, shared, strict=True)
        ]
        yield [cells[0], n if line is not None else None, *cells[1:]]


def _times(row: Case, spans: Sequence[Span], days: DayCount) -> list[Any]:
    """How long each span took (blank while it lasts), and whether one of its clocks ran out."""
    if not spans:
        return []
    record = record_of(row, today=clock.today())
    cells: list[Any] = []
    for span in spans:
        since, until = record.get(span.since), record.get(span.until)
        if since and until and since <= until:
            calendar, working, net = days.spent(
                since=since, until=until, pauses=record[PAUSES], paused_by=span.paused_by
            )
            cells += (calendar, working, net) if span.whole else (working,)
        else:
            cells += [None] * len(_kinds(span))
    return [*cells, any(overdue(record, span) for span in spans)]


def views_of(*, rows: QuerySet[Case], within: Context) -> Iterator[CaseView]:
    """Each case as of now, in the order of `rows`; a case whose item is no more is passed over."""
    return (view for _, view in _seen(rows, within))


def _seen(rows: QuerySet[Case], within: Context) -> Iterator[tuple[Case, CaseView]]:
    numbered = rows.select_related("current").iterator(chunk_size=CHUNK)
    while chunk := list(islice(numbered, CHUNK)):
        yield from _views(chunk, within)


def _views(chunk: Sequence[Case], within: Context) -> Iterator[tuple[Case, CaseView]]:
    keys = [row.pk for row in chunk]
    events: dict[Any, list[Event]] = {key: [] for key in keys}
    for event in Event.objects.filter(case_id__in=keys).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    licences: dict[str, list[Licence]] = {str(key): [] for key in keys}
    for licence in Licence.objects.filter(case_id__in=list(licences)).order_by("id"):
        licences[licence.case_id].append(licence)
    numbers = _numbers(keys)
    items = {item.code: item for item in registry.all_items()}
    for row in chunk:
        if row.item in items:
            view = _view(row, items[row.item], events[row.pk], licences[str(row.pk)], within)
            yield row, replace(view, numbers=numbers.get(row.pk, {}))


def _numbers(keys: Sequence[Any]) -> dict[Any, dict[str, str]]:
    """The numbers of each case's papers by code, the latest of each; void ones left out."""
    papers = Document.objects.filter(case_id__in=keys).exclude(number="").exclude(state="void")
    found: dict[Any, dict[str, str]] = {}
    for case, code, number in papers.order_by("event_seq").values_list("case_id", "code", "number"):
        found.setdefault(case, {})[code] = number
    return found


def _view(
    row: Case, item: Item, events: Sequence[Event], licences: Sequence[Licence], within: Context
) -> CaseView:
    return view_of(
        item=item,
        case=state_of(row),
        form=read_form(item.form, without_secrets(row.current.payload)).form,
        events=tuple(event_of(e) for e in events),
        context=within,
        today=clock.today(),
        licences=tuple(fact(one).as_view(verify_base=within.verify_base) for one in licences),
    )


def without_secrets(value: Any) -> Any:
    """The payload with sealed values left out."""
    if isinstance(value, dict):
        return {name: without_secrets(inner) for name, inner in value.items() if not is_hidden(inner)}
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value if not is_hidden(inner)]
    return value
