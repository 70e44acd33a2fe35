"""Proposals to restore as they are kept: one open for each version of a record; void when the conclusion changes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from luban.kit.clock import clock
from luban.ledger.models import ChainRestoration, RestorationState
from luban.people.actor import Actor
from luban.people.trail import audit

UNTOLD = "chain_unreachable"
"""A chain that cannot be read says nothing about the data, so it voids nothing."""


def waiting() -> QuerySet[ChainRestoration]:
    """Proposals that wait for a second person, oldest first."""
    return ChainRestoration.objects.filter(state=RestorationState.PROPOSED).order_by("id")


def of_record(*, record_key: str, limit: int = 20) -> tuple[ChainRestoration, ...]:
    """A record's proposals, newest first."""
    return tuple(ChainRestoration.objects.filter(record_key=record_key).order_by("-id")[:limit])


def lapse_answered(*, record_key: str, version: int, result: str) -> None:
    """Void the open proposal of a version whose conclusion is another one by now; called with every verification."""
    if result == UNTOLD:
        return
    rows = waiting().filter(record_key=record_key, version=version).exclude(result=result)
    if not rows.exists():
        return
    with transaction.atomic():
        for row in rows.select_for_update():
            lapse(row=row, why=f"核验结论变为“{result}”")


def lapse(*, row: ChainRestoration, why: str) -> None:
    """Void one proposal; the caller holds its row."""
    row.state, row.decided_at, row.decision_reason = RestorationState.LAPSED, clock.now(), why[:500]
    row.save(update_fields=["state", "decided_at", "decision_reason"])
    noted(row=row, by=Actor.system(), action="chain.restore_lapse", reason=why)


def noted(*, row: ChainRestoration, by: Actor, action: str, reason: str, ip: str = "") -> None:
    """A line of the audit trail about a proposal."""
    audit(
        actor=by,
        action=action,
        target=f"record:{row.record_key}",
        detail={
            "number": row.case_no,
            "version": row.version,
            "restoration": row.pk,
            "result": row.result,
            "changed": row.changed,
            "reason": reason,
        },
        ip=ip,
    )
