"""Between table rows and plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.cases.limits import Running
from luban.cases.models import Case
from luban.cases.models import Event as EventRow
from luban.cases.state import CaseState, Event, Timer
from luban.kit.clock import ZONE, Pause
from luban.kit.findings import Finding, Severity
from luban.kit.materials import HandedIn
from luban.people.genuine import genuine


def state_of(row: Case) -> CaseState:
    """A case row as the engine sees it. Raises RowTouched when it, or the version read with it, was touched."""
    genuine(row)
    if "current" in row._state.fields_cache:
        genuine(row.current)
    return CaseState(
        id=str(row.id),
        number=row.number,
        item=row.item,
        state=row.state,
        step=row.step,
        version=row.version,
        applicant=row.applicant,
        applicant_name=row.applicant_name,
        handling_org=row.handling_org,
        submitted_on=row.submitted_on,
        accepted_on=row.accepted_on,
        marks=tuple((mark, date.fromisoformat(day)) for mark, day in row.marks),
        pauses=tuple(Pause(date.fromisoformat(s), _day(e), reason) for s, e, reason in row.pauses),
        timers=tuple(Timer(act, date.fromisoformat(on)) for act, on in row.timers),
        returned_from=row.returned_from,
        actors=row.actors,
        seq=row.seq,
        head=row.head,
        salt=row.salt,
        copied_from=row.copied_from,
        invited=row.invited,
        parties=tuple(row.parties),
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def state_columns(case: CaseState) -> dict[str, Any]:
    """The engine's values as columns."""
    return {
        "state": case.state,
        "step": case.step,
        "version": case.version,
        "accepted_on": case.accepted_on,
        "marks": [[mark, day.isoformat()] for mark, day in case.marks],
        "pauses": [
            [p.start.isoformat(), p.end.isoformat() if p.end else None, p.reason] for p in case.pauses
        ],
        "timers": [[t.act, t.on.isoformat()] for t in case.timers],
        "timer_on": min((t.on for t in case.timers), default=None),
        "paused": any(p.end is None for p in case.pauses),
        "returned_from": case.returned_from,
        "actors": dict(case.actors),
        "invited": case.invited,
        "parties": list(case.parties),
        "seq": case.seq,
        "head": case.head,
        "decided_on": case.marked("decided"),
        "closed_on": case.marks[-1][1] if case.closed else None,
    }


def limit_rows(clocks: tuple[Running, ...]) -> list[dict[str, Any]]:
    """Clocks as stored for lists and pages (recomputed when the calendar is edited)."""
    return [
        {
            "code": c.code,
            "title": c.title,
            "n": c.n,
            "unit": c.unit,
            "start": c.start.isoformat(),
            "due": c.due.isoformat() if c.due else None,
            "yellow": c.yellow.isoformat() if c.yellow else None,
            "stopped": c.stopped.isoformat() if c.stopped else None,
        }
        for c in clocks
    ]


def event_of(row: EventRow) -> Event:
    """An event row as a plain value, its time in Shanghai."""
    return Event(
        seq=row.seq,
        at=row.at.astimezone(ZONE),
        actor=row.actor,
        actor_name=row.actor_name,
        role=row.role,
        action=row.action,
        title=row.title,
        from_step=row.from_step,
        to_step=row.to_step,
        state=row.state,
        version=row.version,
        data=row.data,
        prev=row.prev,
        digest=row.digest,
        request_id=row.request_id,
    )


def grams(*texts: str) -> list[str]:
    """The distinct pairs of neighbouring characters of the texts: what search by part of a name looks up."""
    found: dict[str, None] = {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).upper()
        plain = "".join(c for c in plain if c.isalnum())
        for i in range(len(plain) - 1):
            found[plain[i : i + 2]] = None
    return list(found)


def plain_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping safe to store: dates and decimals as text."""
    return {
        k: (v if isinstance(v, str | int | bool | list | dict | type(None)) else str(v))
        for k, v in values.items()
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as kept with a version."""
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "path": finding.path,
        "message": finding.message,
        "law": list(finding.law),
    }


def finding_of(row: Mapping[str, Any]) -> Finding:
    """A finding as it was kept."""
    return Finding(row["rule"], Severity(row["severity"]), row["path"], row["message"], tuple(row["law"]))


def handed_in(row: Mapping[str, Any]) -> HandedIn:
    """A file as it is kept with a version."""
    names = ("code", "filename", "kind", "seq", "binding", "size", "pages", "sm3", "recognised", "check")
    return HandedIn(**{name: row[name] for name in names})
