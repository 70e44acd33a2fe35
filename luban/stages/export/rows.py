"""Many cases as the columns of an export see them, a few statements for each hundred.

Secret answers are left blank: an export never carries what a screen masks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from luban.cases.context import Context
from luban.cases.models import Case, Event
from luban.cases.rows import event_of, state_of
from luban.cases.views import view_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.reading import read_form
from luban.kit.statistics import ExportColumn
from luban.kit.view import CaseView
from luban.registers.licences.models import Licence
from luban.registers.licences.shelf import fact
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


def columns_of(item: Item | None) -> tuple[ExportColumn, ...]:
    """The columns an item declares; the general ones for a mixed list."""
    return item.statistics.columns if item and item.statistics else GENERAL


def views_of(*, rows: QuerySet[Case], within: Context) -> Iterator[CaseView]:
    """Each case as of now, in the order of `rows`; a case whose item is no more is passed over."""
    numbered = rows.select_related("current").iterator(chunk_size=CHUNK)
    while chunk := list(islice(numbered, CHUNK)):
        yield from _views(chunk, within)


def _views(chunk: Sequence[Case], within: Context) -> Iterator[CaseView]:
    keys = [row.pk for row in chunk]
    events: dict[Any, list[Event]] = {key: [] for key in keys}
    for event in Event.objects.filter(case_id__in=keys).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    licences: dict[str, list[Licence]] = {str(key): [] for key in keys}
    for licence in Licence.objects.filter(case_id__in=list(licences)).order_by("id"):
        licences[licence.case_id].append(licence)
    items = {item.code: item for item in registry.all_items()}
    for row in chunk:
        if row.item in items:
            yield _view(row, items[row.item], events[row.pk], licences[str(row.pk)], within)


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
