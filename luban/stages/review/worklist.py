"""Lists of cases for officials: what waits at one's desk, what one has handled, everything in sight.

A list is fully said by a `Wanted`, which faces keep in the address: a bookmark is a view. Counts are those of one's own
desk, in one statement; nothing else is counted.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from luban.cases.context import Context
from luban.cases.models import Case, Event
from luban.cases.rows import grams
from luban.kit import registry
from luban.kit.clock import clock, wd_between
from luban.kit.process import Step
from luban.people.actor import Actor
from luban.stages.review.paging import Key, Slice, moment, page_of
from luban.stages.review.sight import cases_in_reach

PAGE = 20
NEVER = date(9999, 12, 31)
MINE, HANDLED, ALL = "mine", "handled", "all"
LAMPS = ("over", "soon", "easy", "pause")
_COUNTS = """
SELECT item, step, count(*),
       count(*) FILTER (WHERE NOT paused AND due_on < %(today)s),
       count(*) FILTER (WHERE NOT paused AND due_on >= %(today)s AND yellow_on <= %(today)s),
       count(*) FILTER (WHERE paused)
FROM cases_case WHERE desk_org = %(organisation)s AND desk = %(role)s AND desk <> '' GROUP BY item, step
"""
BY_DUE = (Key("due_key", date.fromisoformat), Key("id", uuid.UUID))
BY_RECENT = (Key("updated_at", moment, down=True), Key("id", uuid.UUID, down=True))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases: `scope` mine, handled or all; the rest narrows it ("" or None: no matter).

    `step` is written `<item>:<step>`; `q` part of a number, firm or headline; days are days of submission.
    """

    scope: str = MINE
    q: str = ""
    item: str = ""
    step: str = ""
    lamp: str = ""
    state: str = ""
    org: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class DeskCount:
    """How many of one's desk's cases stand at a step, and how their clocks are."""

    item: str
    step: str
    title: str
    count: int
    over: int
    soon: int
    paused: int


@dataclass(frozen=True)
class Clock:
    """The lamp of a line: days left in `unit` (None: not timed), the due day, whether it stands still and since how
    many days."""

    left: int | None
    unit: str
    due: date | None
    paused: bool
    still: int | None


def own_desk(actor: Actor) -> QuerySet[Case]:
    """What waits at the actor's desk."""
    return Case.objects.filter(desk_org=actor.organisation, desk=actor.role)


def rows_of(*, actor: Actor, wanted: Wanted, today: date) -> QuerySet[Case]:
    """The cases wanted, in no order."""
    rows = cases_in_reach(actor)
    if wanted.scope == MINE:
        rows = rows.filter(desk_org=actor.organisation, desk=actor.role)
    elif wanted.scope == HANDLED:
        taken = Event.objects.filter(case_id=OuterRef("pk"), actor=actor.account, role=actor.role)
        rows = rows.filter(Exists(taken), closed_on__isnull=True).exclude(
            desk_org=actor.organisation, desk=actor.role
        )
    item, _, step = wanted.step.partition(":")
    for column, value in (
        ("item", wanted.item or (item if step else "")),
        ("step", step),
        ("state", wanted.state),
        ("handling_org", wanted.org),
    ):
        if value:
            rows = rows.filter(**{column: value})
    if wanted.since:
        rows = rows.filter(submitted_on__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(submitted_on__lte=wanted.until)
    return _searched(_timed(rows, wanted.lamp, today), wanted.q)


def _timed(rows: QuerySet[Case], lamp: str, today: date) -> QuerySet[Case]:
    """Rows whose clock looks so; a closed case has none."""
    if lamp not in LAMPS:
        return rows
    return rows.filter(closed_on__isnull=True).filter(_lamp(lamp, today))


def _lamp(lamp: str, today: date) -> Q:
    soon = Q(due_on__gte=today, yellow_on__lte=today)
    over = Q(due_on__lt=today)
    return {
        "over": Q(paused=False) & over,
        "soon": Q(paused=False) & soon,
        "easy": Q(paused=False) & ~over & (~soon | Q(due_on__isnull=True)),
        "pause": Q(paused=True),
    }[lamp]


def _searched(rows: QuerySet[Case], q: str) -> QuerySet[Case]:
    words = q.replace("\x00", "").strip()
    if not words:
        return rows
    wanted = grams(words)
    return rows.filter(grams__contains=wanted) if wanted else rows.filter(number__icontains=words)


def page(*, actor: Actor, wanted: Wanted, after: str = "", before: str = "", size: int = PAGE) -> Slice[Case]:
    """One page: one's desk by due day, everything else latest first. Raises Refused (400)."""
    rows = rows_of(actor=actor, wanted=wanted, today=clock.today())
    if wanted.scope == MINE:
        rows = rows.annotate(due_key=Coalesce(F("due_on"), Value(NEVER)))
        return page_of(rows, keys=BY_DUE, after=after, before=before, size=size)
    return page_of(rows, keys=BY_RECENT, after=after, before=before, size=size)


def desk_counts(*, actor: Actor) -> tuple[DeskCount, ...]:
    """The actor's own desk by step, in the order of processes; one statement."""
    today = clock.today()
    if not actor.role or not actor.organisation:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"today": today, "organisation": actor.organisation, "role": actor.role})
        found = cursor.fetchall()
    counted = sorted(found, key=lambda row: _place(row[0], row[1]))
    return tuple(DeskCount(item, step, step_title(item=item, step=step), *n) for item, step, *n in counted)


def _place(item: str, step: str) -> tuple[int, int]:
    items = registry.all_items()
    for n, one in enumerate(items):
        if one.code == item:
            codes = [s.code for s in one.process.steps]
            return n, codes.index(step) if step in codes else len(codes)
    return len(items), 0


def step_title(*, item: str, step: str) -> str:
    """What a step is called; its code when the item or the step is no more."""
    try:
        found: Step = registry.get(item).process.step(step)
    except (registry.UnknownItem, KeyError):
        return step
    return found.title


def clock_of(*, row: Case, within: Context) -> Clock:
    """How much time a case has left today."""
    today = clock.today()
    if row.closed_on is not None:
        return Clock(None, "wd", None, False, None)
    if row.paused:
        began = next((date.fromisoformat(s) for s, e, _ in reversed(row.pauses) if e is None), today)
        return Clock(None, "wd", None, True, (today - began).days)
    if row.due_on is None:
        return Clock(None, "wd", None, False, None)
    unit = next(
        (one["unit"] for one in row.limits if one["due"] == row.due_on.isoformat() and not one["stopped"]),
        "wd",
    )
    left = (
        wd_between(a=today, b=row.due_on, calendar=within.calendar)
        if unit == "wd"
        else (row.due_on - today).days
    )
    return Clock(left, unit, row.due_on, False, None)
