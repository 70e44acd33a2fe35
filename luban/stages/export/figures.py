"""Statistics of an item from the facts stored with its cases: grouped and added up in the database.

A page costs four statements: totals, one dimension, months of submission, months of ending. Values that name a
dictionary, a region or an organisation are shown by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncMonth

from luban.cases.context import Context
from luban.cases.models import Case
from luban.kit.item import Item
from luban.kit.statistics import Dimension, Measure

BLANK = "未填"
MOST_GROUPS = 60
GOOD, DENIED = ("closed_granted", "closed_recorded"), ("closed_denied", "closed_refused")
_AMOUNT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=20, decimal_places=4)


@dataclass(frozen=True)
class Group:
    """One value of a dimension: its name, how many cases, and the sums of the item's measures in their order."""

    value: str
    name: str
    count: int
    sums: tuple[Decimal, ...]


@dataclass(frozen=True)
class Totals:
    """The cases of a period: all, open, granted, denied or refused, overdue now, and the sums of the measures."""

    count: int
    open: int
    granted: int
    denied: int
    overdue: int
    sums: tuple[Decimal, ...]


@dataclass(frozen=True)
class Figures:
    """What the statistics page shows. `months` hold (month, submitted, ended)."""

    totals: Totals
    groups: tuple[Group, ...]
    months: tuple[tuple[str, int, int], ...]


def measures_of(item: Item) -> tuple[Measure, ...]:
    """What an item adds up; nothing when it declares no statistics."""
    return item.statistics.measures if item.statistics else ()


def dimensions_of(item: Item) -> tuple[Dimension, ...]:
    """What an item groups by."""
    return item.statistics.dimensions if item.statistics else ()


def figures(
    *, rows: QuerySet[Case], item: Item, dimension: Dimension | None, today: date, within: Context
) -> Figures:
    """Figures of `rows`, cases of one item and period."""
    sums = {f"sum_{m.code}": Sum(_amount(m)) for m in measures_of(item)}
    return Figures(
        _totals(rows, item, sums, today), _groups(rows, item, dimension, sums, today, within), _months(rows)
    )


def _amount(measure: Measure) -> Any:
    """The measure of a case; what is no figure counts as nothing."""
    return Cast(KeyTextTransform(measure.code, "facts"), _AMOUNT)


def _totals(rows: QuerySet[Case], item: Item, sums: dict[str, Any], today: date) -> Totals:
    found = rows.aggregate(
        n=Count("id"),
        open=Count("id", filter=Q(closed_on__isnull=True)),
        granted=Count("id", filter=Q(state__in=GOOD)),
        denied=Count("id", filter=Q(state__in=DENIED)),
        overdue=Count("id", filter=Q(closed_on__isnull=True, paused=False, due_on__lt=today)),
        **sums,
    )
    return Totals(
        found["n"],
        found["open"],
        found["granted"],
        found["denied"],
        found["overdue"],
        _sums(found, item),
    )


def _sums(found: dict[str, Any], item: Item) -> tuple[Decimal, ...]:
    return tuple(found[f"sum_{m.code}"] or Decimal(0) for m in measures_of(item))


def _groups(
    rows: QuerySet[Case],
    item: Item,
    dimension: Dimension | None,
    sums: dict[str, Any],
    today: date,
    within: Context,
) -> tuple[Group, ...]:
    if dimension is None:
        return ()
    keyed = rows.annotate(value=KeyTextTransform(dimension.code, "facts")).values("value")
    found = keyed.annotate(n=Count("id"), **sums).order_by("-n", "value")[:MOST_GROUPS]
    return tuple(
        Group(
            r["value"] or "",
            name_of(dimension=dimension, value=r["value"] or "", day=today, within=within),
            r["n"],
            _sums(r, item),
        )
        for r in found
    )


def name_of(*, dimension: Dimension, value: str, day: date, within: Context) -> str:
    """What a value is called: by its dictionary, else as a region, else as an organisation, else itself."""
    if not value:
        return BLANK
    if dimension.dictionary:
        entry = within.terms(day).get(f"{dimension.dictionary}|{value}")
        return str(entry["name"]) if entry else value
    place = within.places(day).get(value)
    if place is not None:
        return str(place["name"])
    return within.office(value).name


def _months(rows: QuerySet[Case]) -> tuple[tuple[str, int, int], ...]:
    def by(column: str) -> dict[date, int]:
        found = (
            rows.filter(**{f"{column}__isnull": False})
            .annotate(month=TruncMonth(column))
            .values("month")
            .annotate(n=Count("id"))
            .order_by()
        )
        return {r["month"]: r["n"] for r in found}

    came, went = by("submitted_on"), by("closed_on")
    return tuple(
        (f"{month:%Y-%m}", came.get(month, 0), went.get(month, 0)) for month in sorted({*came, *went})
    )
