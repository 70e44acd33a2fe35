"""What the office shows of an application: how its secrets stand, what it was granted, what it read of late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When

from luban.kit.clock import clock
from luban.ledger.conclusions import SECTION_NAMES
from luban.ledger.digests import REVOCATION_SECTIONS, SECTIONS
from luban.ledger.models import ChainRecord
from luban.stages.gateway.asking import ERRORS
from luban.stages.gateway.models import AppSecret, ChainApp, Grant, ReadNote

KINDS: Mapping[str, str] = {
    "UF": "转移利用备案",
    "UR": "备案撤销",
    "DF": "贮存处置申请表",
    "DC": "贮存处置审批",
}
SECTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "UF": SECTIONS,
    "UR": REVOCATION_SECTIONS,
    "DF": SECTIONS,
    "DC": (),
}
"""The sections a record of each kind has; a case (DC) has a course of entries and neither sections nor attachments."""
GROUNDS = {
    "all": "全部数据权限",
    "origin": "移出省",
    "dest": "接收省",
    "transit": "途经省",
    "grant": "授权",
}
LATEST, MOST_GRANTS = 20, 200
FUTURE, HOLDS, EXPIRED, WITHDRAWN = "future", "holds", "expired", "withdrawn"


@dataclass(frozen=True)
class SecretStanding:
    """A secret by its times alone."""

    since: datetime
    until: datetime | None
    good: bool


@dataclass(frozen=True)
class Read:
    """A read in words."""

    at: datetime
    kind: str
    record_key: str
    sections: str
    said: str


@dataclass(frozen=True)
class GrantLine:
    """A grant: of a record (`number` is the record's on the chain, empty while the index does not know it) or of all of
    a kind from a region. `standing`: future, holds, expired, withdrawn."""

    id: int
    kind: str
    record_key: str
    number: str
    region: str
    sections: tuple[str, ...]
    attachments: bool
    since: datetime
    until: datetime
    reason: str
    standing: str

    @property
    def open(self) -> bool:
        """Whether there is anything to withdraw."""
        return self.standing in (FUTURE, HOLDS)

    @property
    def withdrawn(self) -> bool:
        """Whether somebody ended it (at `until`) before its time."""
        return self.standing == WITHDRAWN


def secrets_standing(app: ChainApp) -> tuple[SecretStanding, ...]:
    """The secrets, newest first."""
    now = clock.now()
    rows = AppSecret.objects.filter(app=app).order_by("-since", "-id")[:LATEST]
    return tuple(SecretStanding(row.since, row.until, row.until is None or row.until > now) for row in rows)


def latest_reads(app: ChainApp) -> tuple[Read, ...]:
    """The latest reads, newest first."""
    rows = ReadNote.objects.filter(app=app.key).order_by("-id")[:LATEST]
    return tuple(
        Read(
            row.at,
            KINDS.get(row.record, row.record),
            row.record_key,
            section_words(row.sections) + ("、附件" if row.attachments else ""),
            ERRORS.get(row.code, "") if row.code else GROUNDS.get(row.ground, "列表"),
        )
        for row in rows
    )


def section_words(names: Iterable[str]) -> str:
    """Sections by their names."""
    return "、".join(SECTION_NAMES.get(name, name) for name in names)


def grants_of(app: ChainApp) -> tuple[GrantLine, ...]:
    """The grants that hold or will, newest first, then those that are over."""
    over = Case(When(until__gt=clock.now(), then=Value(0)), default=Value(1))
    return _lines(Grant.objects.filter(app=app).order_by(over, "-id")[:MOST_GRANTS])


def grant_of(app: ChainApp, *, number: int) -> GrantLine | None:
    """One grant of the application; None when it has none of that number."""
    return next(iter(_lines(Grant.objects.filter(app=app, pk=number))), None)


def _lines(found: QuerySet[Grant]) -> tuple[GrantLine, ...]:
    rows, now = list(found), clock.now()
    keys = [row.record_key for row in rows if row.record_key]
    numbers = dict(ChainRecord.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}
    return tuple(
        GrantLine(
            row.pk,
            row.record,
            row.record_key,
            numbers.get(row.record_key, ""),
            row.region,
            tuple(row.sections),
            row.attachments,
            row.since,
            row.until,
            row.reason,
            _standing(row, now),
        )
        for row in rows
    )


def _standing(row: Grant, now: datetime) -> str:
    if row.withdrawn_at is not None:
        return WITHDRAWN
    if row.until <= now:
        return EXPIRED
    return HOLDS if row.since <= now else FUTURE
