"""Statistics of an item from what is stored with its cases: a chapter in all, and by a dimension or by time.

A page costs one statement for the cases, one for each register it asks and one for each target. Values that name a
dictionary, a region or an organisation are shown by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from luban.cases import house
from luban.cases.context import Context
from luban.cases.models import Case
from luban.kit import registry
from luban.kit.item import Item
from luban.kit.statistics import Chapter, Dimension, Measure, Span
from luban.stages.export.chapters import facts_read, targets_of
from luban.stages.export.days import DayCount, slicer
from luban.stages.export.projection import ENDS, Only, Told, narrowed, records_of, touched
from luban.stages.export.tally import Figure, Wanted, tally

BLANK = "未填"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page shows: a chapter of an item in a period, by `dimension` (None: by time in slices of `unit`)."""

    item: Item
    chapter: Chapter
    since: date
    until: date
    dimension: Dimension | None
    unit: str
    only: tuple[Only, ...] = ()


@dataclass(frozen=True)
class Group:
    """One value of a dimension, or one slice of time: its name and its figures."""

    value: str
    name: str
    figure: Figure


@dataclass(frozen=True)
class Figures:
    """What the statistics page shows."""

    totals: Figure
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Reached:
    """How far a target of the year is: `count` of `goal` cases, of the items named."""

    title: str
    year: int
    count: int
    goal: int
    items: tuple[str, ...]


def figures(*, rows: QuerySet[Case], asked: Asked, today: date, within: Context) -> Figures:
    """The figures of `rows`, the cases of the item somebody may see."""
    parts = asked.chapter.parts
    plain, structured = facts_read(parts=parts, dimension=asked.dimension)
    wanted = Wanted(
        parts=parts,
        since=asked.since.isoformat(),
        until=asked.until.isoformat(),
        dimension=asked.dimension,
        slices=slicer(asked.unit),
        lines=tuple((o.dimension.code, o.value) for o in asked.only if o.dimension.of_rows),
    )
    records = records_of(
        rows=narrowed(rows=touched(rows=rows, since=asked.since, until=asked.until), only=asked.only),
        plain=plain,
        structured=structured,
        ran_out_by=today if any(isinstance(part, Span) for part in parts) else None,
        told=tuple((part, _told(part)) for part in parts if isinstance(part, Measure) and part.source),
    )
    found = tally(records=records, wanted=wanted, days=DayCount(within.calendar))
    return Figures(
        found.totals,
        tuple(
            Group(value, _named(asked, value, name, today, within), told)
            for value, name, told in found.groups
        ),
    )


def _told(part: Measure) -> Told:
    said: Told = house.figures()[part.source]()
    return said


def _named(asked: Asked, value: str, name: str, day: date, within: Context) -> str:
    if asked.dimension is None:
        return value
    return name or name_of(dimension=asked.dimension, value=value, day=day, within=within)


def name_of(*, dimension: Dimension, value: str, day: date, within: Context) -> str:
    """What a value is called: by the dimension's own words or dictionary, as a region, an organisation, else itself."""
    own = dict(dimension.options).get(value)
    if own is not None:
        return own
    if not value:
        return BLANK
    if dimension.dictionary:
        entry = within.terms(day).get(f"{dimension.dictionary}|{value}")
        return str(entry["name"]) if entry else value
    place = within.places(day).get(value)
    if place is not None:
        return str(place["name"])
    return within.office(value).name


def reached(*, rows: QuerySet[Case], item: Item, today: date, within: Context) -> tuple[Reached, ...]:
    """How far the targets of an item are this year, by all cases of the items that share them; one statement each."""
    found = []
    for target in targets_of(item):
        sharing = [
            (one, own) for one in registry.all_items() for own in targets_of(one) if own.code == target.code
        ]
        mine = Q()
        for one, own in sharing:
            states = [s for s, outcome in ENDS.items() if outcome in own.outcomes]
            mine |= Q(item=one.code, state__in=[*states, "decided"]) if own.outcomes else Q(item=one.code)
        ended = rows.filter(mine).annotate(on=Coalesce("decided_on", "closed_on"))
        counted: Any = ended.filter(on__year=today.year).aggregate(n=Count("id"))
        goal = within.params(today, item.code).integer(target.param)
        names = tuple(one.short for one, _ in sharing)
        found.append(Reached(target.title, today.year, counted["n"], goal, names))
    return tuple(found)


def labels_of(*, rows: QuerySet[Case], only: Sequence[Only], day: date, within: Context) -> list[str]:
    """What the values of filters are called; of values that carry their name one statement each."""
    return [_label(rows, one, day, within) for one in only]


def _label(rows: QuerySet[Case], one: Only, day: date, within: Context) -> str:
    dimension = one.dimension
    if not dimension.labelled or not one.value:
        return name_of(dimension=dimension, value=one.value, day=day, within=within)
    newest = (
        narrowed(rows=rows, only=(one,))
        .order_by("-updated_at")
        .values_list(f"facts__{dimension.code}", flat=True)
    )
    held = newest.first() or ""
    told = [str(value).partition(" ") for value in (held if isinstance(held, list) else [held])]
    return next((name for key, _, name in told if key == one.value and name), one.value)


def asked_for(*, dimensions: Sequence[Dimension], said: Sequence[tuple[str, str]]) -> tuple[Only, ...]:
    """Filters as an address says them, (dimension, value); what names no dimension is left out."""
    known = {d.code: d for d in dimensions}
    return tuple(Only(known[code], value) for code, value in dict(said).items() if code in known)


@dataclass(frozen=True)
class Standing:
    """Cases that are open now (neither decided nor closed), and those of them whose clock has run out."""

    open: int
    overdue: int


def standing(*, rows: QuerySet[Case], only: Sequence[Only], today: date) -> Standing:
    """How many of `rows` are open today; one statement."""
    undecided = rows.filter(closed_on__isnull=True, decided_on__isnull=True)
    found = narrowed(rows=undecided, only=only).aggregate(
        open=Count("id"), overdue=Count("id", filter=Q(paused=False, due_on__lt=today))
    )
    return Standing(found["open"], found["overdue"])
