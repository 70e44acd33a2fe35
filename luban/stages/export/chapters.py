"""What can be read of an item: its chapters and dimensions, with those every item has. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from luban.kit.item import Item
from luban.kit.statistics import (
    OUTCOMES,
    ROWS,
    Chapter,
    Count,
    Dimension,
    Distinct,
    Factors,
    Hits,
    Indicator,
    Mean,
    Measure,
    Ratio,
    Share,
    Span,
    Target,
)
from luban.stages.export.tally import day_of

OUTCOME = Dimension("outcome", "办理结果", options=OUTCOMES)
ORG = Dimension("org", "办理机构")
CASES: tuple[Count, ...] = (
    Count("submitted", "提交", "submitted_on"),
    Count("accepted", "受理", "accepted_on"),
    Count("ended", "办结", "ended_on"),
    Count("granted", "准予", "ended_on", ("granted",)),
    Count("denied", "不予", "ended_on", ("denied", "refused")),
    Count("withdrawn", "撤回", "closed_on", ("withdrawn",)),
    Count("lapsed", "视为放弃", "closed_on", ("lapsed",)),
)
"""What is counted of every item's cases."""
SPANS: tuple[Span, ...] = (
    Span("whole", "受理至办结", "accepted_on", "ended_on"),
    Span("accepting", "提交至受理", "submitted_on", "accepted_on"),
)
DAYS = ("submitted_on", "accepted_on", "decided_on", "closed_on", "ended_on")


def chapters_of(item: Item) -> tuple[Chapter, ...]:
    """The chapters of an item: its own, or the general ones; nothing when it declares no statistics."""
    if item.statistics is None:
        return ()
    return item.statistics.chapters or (
        Chapter("cases", "办件", (*CASES, *item.statistics.measures)),
        Chapter("spans", "时长", SPANS),
    )


def dimensions_of(item: Item) -> tuple[Dimension, ...]:
    """What an item is grouped by, its own dimensions first."""
    if item.statistics is None:
        return ()
    own = item.statistics.dimensions
    codes = {d.code for d in own}
    return (*own, *(d for d in (OUTCOME, ORG) if d.code not in codes))


def targets_of(item: Item) -> tuple[Target, ...]:
    """The numbers of cases an item helps to reach."""
    return item.statistics.targets if item.statistics else ()


def facts_read(
    *, parts: Iterable[Indicator], dimension: Dimension | None
) -> tuple[frozenset[str], frozenset[str]]:
    """The facts a page reads: those that are texts, and those that are lists or mappings."""
    plain, structured = {"outcome"}, set[str]()
    for part in parts:
        if not isinstance(part, Ratio):
            plain.add(day_of(part))
        texts, others = _of_part(part)
        plain |= texts
        structured |= others
    if dimension is not None and dimension.of_rows:
        structured.add(ROWS)
    elif dimension is not None:
        (structured if dimension.many else plain).add(dimension.code)
    return frozenset(plain - structured), frozenset(structured)


def _of_part(part: Indicator) -> tuple[set[str], set[str]]:
    match part:
        case Distinct(code=code, many=many):
            return (set(), {code}) if many else ({code}, set())
        case Measure(code=code, of_rows=of_rows):
            return (set(), {ROWS}) if of_rows else ({code}, set())
        case Span(since=since, until=until):
            return {since, until}, set()
        case Factors(fact=fact):
            return set(), {fact}
        case Hits(kinds=kinds):
            return set(), {fact for fact, _ in kinds}
        case Share(fact=fact) | Mean(fact=fact):
            return {fact}, set()
        case _:
            return {fact} if (fact := getattr(part, "fact", "")) else set(), set()
