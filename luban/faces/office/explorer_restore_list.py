"""Restorations that wait for a second person: a to-do for whoever may approve one, on the explorer and in the worklist."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from luban.kit.clock import ZONE
from luban.ledger.models import ChainRestoration
from luban.people.actor import Actor, reach_of
from luban.people.permissions import allowed
from luban.stages.chain.restoring_kept import waiting
from luban.stages.review.sight import cases_in_reach
from luban.ui.view import Cell, Column, DataTable, TableRow

RIGHT = "chain.restore"
MOST = 50
COLUMNS = ("办件编号", "写回哪里", "理由", "提出人", "提出时间")


def waiting_for(actor: Actor) -> QuerySet[ChainRestoration]:
    """Open proposals the actor may decide on or take back, oldest first; none without the right."""
    if not allowed(actor, action=RIGHT):
        return ChainRestoration.objects.none()
    rows = waiting()
    return (
        rows
        if reach_of(actor).everything
        else rows.filter(case_no__in=cases_in_reach(actor).values("number"))
    )


def waiting_table(actor: Actor) -> DataTable | None:
    """They as a table; None when there are none."""
    rows = list(waiting_for(actor)[:MOST])
    if not rows:
        return None
    columns = tuple(Column(title) for title in COLUMNS)
    return DataTable(
        f"待批准的恢复（{len(rows)}）", columns, tuple(_row(one, actor) for one in rows), caption_shown=True
    )


def _row(one: ChainRestoration, actor: Actor) -> TableRow:
    own = one.proposed_by == actor.account[:64]
    return TableRow(
        (
            Cell(
                one.case_no, f"第 {one.version} 版", reverse("office:explorer_restore", args=[one.record_key])
            ),
            Cell("、".join(one.changed)),
            Cell(one.reason),
            Cell(one.proposed_by_name, tag="您提出" if own else ""),
            Cell(f"{one.proposed_at.astimezone(ZONE):%Y-%m-%d %H:%M}"),
        )
    )
