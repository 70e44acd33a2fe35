"""What the office shows of an application: how its secrets stand, what it was granted, what it read of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luban.kit.clock import clock
from luban.stages.gateway.asking import ERRORS
from luban.stages.gateway.models import AppSecret, ChainApp, Grant, ReadNote

KINDS = {"UF": "利用备案", "UR": "备案撤销", "DF": "处置申请表", "DC": "处置业务"}
GROUNDS = {
    "all": "全部数据权限",
    "origin": "移出省",
    "dest": "接收省",
    "transit": "途经省",
    "grant": "授权",
}
LATEST = 20


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
    """A grant in words."""

    number: int
    kind: str
    what: str
    sections: str
    since: datetime
    until: datetime
    good: bool


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
            "、".join(row.sections) + ("、附件" if row.attachments else ""),
            ERRORS.get(row.code, "") if row.code else GROUNDS.get(row.ground, "列表"),
        )
        for row in rows
    )


def grants_of(app: ChainApp) -> tuple[GrantLine, ...]:
    """The grants, newest first."""
    now = clock.now()
    rows = Grant.objects.filter(app=app).order_by("-id")[:LATEST]
    return tuple(
        GrantLine(
            row.pk,
            KINDS.get(row.record, row.record),
            row.record_key or f"{row.region}移出的全部",
            "、".join(row.sections) + ("、附件" if row.attachments else ""),
            row.since,
            row.until,
            row.since <= now < row.until,
        )
        for row in rows
    )
