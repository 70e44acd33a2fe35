"""Trials as officials read them: plain values, lists by keyset, a sheet of everything that would change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from luban.kit.refusal import Refused
from luban.stages.policy.drafts import DONE
from luban.stages.policy.models import Outcome, Trial
from luban.stages.policy.tally import Tally, read_tally

SHOWN = 100
CHUNK = 500
WORDS = {
    "draft": "拟定中",
    "running": "试算中",
    "done": "已完成",
    "cancelled": "已取消",
}


@dataclass(frozen=True)
class TrialView:
    """A trial. `tally` is there once it is done; `edited` names registers edited while it ran."""

    id: uuid.UUID
    title: str
    account_name: str
    item: str
    since: date
    until: date
    state: str
    total: int
    done: int
    created_at: datetime
    started_at: datetime | None
    moved_at: datetime | None
    finished_at: datetime | None
    proposed_at: datetime | None
    tally: Tally | None = None
    edited: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Where it stands."""
        return WORDS[self.state]

    @property
    def seconds(self) -> float | None:
        """How long it ran."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True)
class Line:
    """A case that would change, or was left out for a `reason`; `clauses` and `factors` are (id, before, after)."""

    n: int
    number: str
    applicant: str
    accepted_on: date | None
    reason: str
    totals: tuple[int | None, int | None]
    grades: tuple[str, str]
    suggestions: tuple[str, str]
    clauses: tuple[tuple[str, str, str], ...] = ()
    factors: tuple[tuple[str, int | None, int | None], ...] = ()


@dataclass(frozen=True)
class Asked:
    """Which lines: moved from a grade, to a grade, by a clause; `left_out` instead of changed ones."""

    grade_from: str = ""
    grade_to: str = ""
    clause: str = ""
    left_out: bool = False


def trial_of(trial_id: uuid.UUID) -> TrialView:
    """The trial of that id. Raises Refused (404)."""
    row = Trial.objects.filter(pk=trial_id).first()
    if row is None:
        raise Refused("NO_TRIAL", "没有这个试算方案，请回到政策试算重新选择。", status=404)
    return _view(row)


def latest(*, limit: int = SHOWN) -> tuple[TrialView, ...]:
    """The latest trials, newest first."""
    return tuple(_view(row) for row in Trial.objects.order_by("-created_at", "-id")[:limit])


def _view(row: Trial) -> TrialView:
    names = TrialView.__dataclass_fields__.keys() - {"tally", "edited"}
    values: Mapping[str, Any] = {name: getattr(row, name) for name in names}
    tally = read_tally(row.summary) if row.state == DONE else None
    edited = tuple(row.versions.get("edited", ())) if row.state == DONE else ()
    return TrialView(**values, tally=tally, edited=edited)


def lines_of(*, trial_id: uuid.UUID, asked: Asked, after: int = -1, limit: int = 50) -> tuple[Line, ...]:
    """The lines behind place `after`, in the order the cases were accepted."""
    rows = _rows(trial_id, asked).filter(n__gt=after).order_by("n")[:limit]
    return tuple(_line(row) for row in rows)


def all_lines(*, trial_id: uuid.UUID, asked: Asked, most: int) -> Iterator[Line]:
    """The lines from the first on, at most `most`, read in pieces."""
    rows = _rows(trial_id, asked).order_by("n")[:most]
    return (_line(row) for row in rows.iterator(chunk_size=CHUNK))


def _rows(trial_id: uuid.UUID, asked: Asked) -> QuerySet[Outcome]:
    rows = Outcome.objects.filter(trial_id=trial_id, trial__state=DONE).select_related("case")
    if asked.left_out:
        return rows.exclude(reason="")
    rows = rows.filter(reason="")
    if asked.grade_from:
        rows = rows.filter(grade_before=asked.grade_from)
    if asked.grade_to:
        rows = rows.filter(grade_after=asked.grade_to)
    if asked.clause:
        rows = rows.filter(clauses__contains=[[asked.clause]])
    return rows


def _line(row: Outcome) -> Line:
    return Line(
        n=row.n,
        number=row.case.number,
        applicant=row.case.applicant_name,
        accepted_on=row.case.accepted_on,
        reason=row.reason,
        totals=(row.total_before, row.total_after),
        grades=(row.grade_before, row.grade_after),
        suggestions=(row.suggestion_before, row.suggestion_after),
        clauses=tuple((c, b, a) for c, b, a in row.clauses),
        factors=tuple((c, b, a) for c, b, a in row.factors),
    )
