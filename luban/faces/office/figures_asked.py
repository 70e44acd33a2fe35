"""What a statistics page shows, as its address says it, and back: item, chapter, period, grouping, filters.

`part` is a chapter, `by` a dimension or `time`, `unit` a slice of time, `only` a filter written `dimension:value` (it may
stand several times), `span` the span that is shown by group. A bookmark is a view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from luban.faces.office.asked import LONGEST, day_of
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.kit.statistics import Chapter, Dimension, Span
from luban.stages.export.chapters import chapters_of, dimensions_of
from luban.stages.export.days import MONTH, SLICES
from luban.stages.export.figures import Asked, asked_for
from luban.stages.export.projection import Only

TIME = "time"
MOST_FILTERS = 8
Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class View:
    """A page as asked for. `span` is the code of the span shown by group ("" where the chapter has none)."""

    asked: Asked
    span: str = ""

    @property
    def item(self) -> Item:
        """The item counted."""
        return self.asked.item

    @property
    def chapter(self) -> Chapter:
        """The chapter shown."""
        return self.asked.chapter

    @property
    def dimension(self) -> Dimension | None:
        """What it is grouped by; None by time."""
        return self.asked.dimension

    def parts(self, **more: str) -> Parts:
        """The address of this page in parts, with some of them changed (an empty one drops it)."""
        asked = self.asked
        own = {
            "item": asked.item.code,
            "part": asked.chapter.code,
            "by": asked.dimension.code if asked.dimension else TIME,
            "unit": asked.unit,
            "since": asked.since.isoformat(),
            "until": asked.until.isoformat(),
            "span": self.span,
        }
        return tuple((name, value) for name, value in {**own, **more}.items() if value)

    def href(self, *, only: Sequence[Only] | None = None, **more: str) -> str:
        """The address of this page with some parts, or its filters, changed."""
        filters = self.asked.only if only is None else only
        said = (*self.parts(**more), *only_parts(filters))
        return f"{reverse('office:figures')}?{urlencode(said)}"


def only_parts(only: Sequence[Only]) -> Parts:
    """Filters as parts of an address."""
    return tuple(("only", f"{one.dimension.code}:{one.value}") for one in only)


def filters_of(*, query: QueryDict, item: Item) -> tuple[Only, ...]:
    """The filters an address names; what names no dimension of the item is left out."""
    said = [one.replace("\x00", "")[:LONGEST].partition(":") for one in query.getlist("only")[:MOST_FILTERS]]
    return asked_for(dimensions=dimensions_of(item), said=[(code, value) for code, _, value in said])


def view_of(*, query: QueryDict, items: Sequence[Item], today: date) -> View:
    """Read the address of a page; whatever it does not say has a usual answer. Raises Refused (400) for bad days."""
    item = next((i for i in items if i.code == query.get("item")), items[0])
    chapters = chapters_of(item)
    chapter = next((c for c in chapters if c.code == query.get("part")), chapters[0])
    since, until = period_of(query=query, today=today)
    by = query.get("by") or chapter.by
    spans = [part.code for part in chapter.parts if isinstance(part, Span)]
    unit = query.get("unit", "")
    asked = Asked(
        item=item,
        chapter=chapter,
        since=since,
        until=until,
        dimension=next((d for d in dimensions_of(item) if d.code == by), None),
        unit=unit if unit in dict(SLICES) else MONTH,
        only=filters_of(query=query, item=item),
    )
    chosen = query.get("span", "")
    return View(asked, chosen if chosen in spans else next(iter(spans), ""))


def period_of(*, query: QueryDict, today: date) -> tuple[date, date]:
    """The period asked for: this year when nothing is said. Raises Refused (400)."""
    since = day_of(query.get("since", "")) or date(today.year, 1, 1)
    until = day_of(query.get("until", "")) or max(today, since)
    if since > until:
        raise Refused("BAD_PERIOD", f"起始日{since}晚于截止日{until}，请调整后再查。", status=400)
    return since, until
