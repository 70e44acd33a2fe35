"""Working off a batch: each case stands or falls by itself, and a job killed anywhere is simply run again.

A line and the act it stands for are settled in one transaction, so what is done is done once; the request id of the act
names the batch and the place in it. The cases that share a letter are taken in one transaction, each behind a savepoint:
when the letter comes to be made, all of them are settled. A line that is tried again later is taken alone, and so has a
letter of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction

from luban.cases.models import Batch, BatchLine
from luban.kit.clock import clock
from luban.kit.process import Action
from luban.kit.refusal import Refused
from luban.links.outbox.queue import OutboxRefused
from luban.people.actor import Actor
from luban.stages.review.batch_book import (
    DONE,
    FAILED,
    WAITING,
    action_of,
    actor_of,
    document_of,
    event_of_request,
    find,
    resend_paper,
)
from luban.stages.review.decide import decide

log = logging.getLogger(__name__)
BROKEN = "系统出现异常，本件没有办理，可以重试；仍不行请联系运维人员。"


def run(*, batch_id: str) -> int:
    """Take the act on every line that waits. Returns how many lines were settled. Raises LookupError."""
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise LookupError(batch_id)
    waiting = BatchLine.objects.filter(batch=batch, state=WAITING).order_by("place")
    shared: dict[str, list[int]] = {}
    settled = 0
    for pk, group in waiting.values_list("pk", "group"):
        if group:
            shared.setdefault(group, []).append(pk)
        else:
            settled += _settle(batch, [pk])
    return settled + sum(_settle(batch, pks) for pks in shared.values())


def unfinished() -> list[str]:
    """The batches with lines that wait: what the rescuer puts in the queue again."""
    found = BatchLine.objects.filter(state=WAITING).values_list("batch_id", flat=True)
    return [str(pk) for pk in found.distinct()]


def _settle(batch: Batch, pks: Sequence[int]) -> int:
    """Take the act on these lines in one transaction; lines another job has in hand are left to it."""
    actor = actor_of(batch)
    with transaction.atomic():
        if len(pks) > 1:
            Batch.objects.select_for_update().get(pk=batch.pk)
        lines = BatchLine.objects.filter(pk__in=pks, state=WAITING).select_related("case")
        found = list(
            lines.select_for_update(of=("self",), skip_locked=len(pks) == 1).order_by("group", "case_id")
        )
        for line in found:
            _take(batch, line, actor)
    return len(found)


def _take(batch: Batch, line: BatchLine, actor: Actor) -> None:
    request_id = f"{batch.number}:{line.place}"
    try:
        with transaction.atomic():
            done = decide(
                number=line.case.number,
                action=batch.action,
                actor=actor,
                words=lambda _: batch.words,
                request_id=request_id,
                seq=line.seq,
            )
    except Refused as refused:
        line.state, line.reason = FAILED, refused.message[:600]
    except PermissionDenied as denied:
        line.state, line.reason = FAILED, str(denied)[:600]
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("batch %s, case %s", batch.number, line.case.number)
        line.state, line.reason = FAILED, BROKEN
    else:
        line.state, line.reason = DONE, ""
        line.event_seq = (
            event_of_request(case=line.case, request_id=request_id) if done.repeated else done.case.seq
        )
    line.settled_at = clock.now()
    line.save(update_fields=["state", "reason", "event_seq", "settled_at", "group", "seq"])


def retry(*, number: str, line_id: int, actor: Actor) -> str:
    """Try a line again at the actor's own desk: the act that failed, or the paper whose seal did. What came of it, in
    words. Raises Refused (403, 409), what `people.access.refusal` says.
    """
    batch, lines = find(number=number, actor=actor)
    line = next((one for one in lines if one.pk == line_id), None)
    if line is None:
        raise Refused("NO_LINE", "批次里没有这一件，请刷新页面。", status=404)
    action = action_of(batch)
    if action is None or not _works(batch, actor):
        raise Refused("NOT_YOUR_DESK", f"“{batch.title}”不在您的岗位权限内。", status=403)
    if line.state == DONE:
        return _paper_again(batch, line, actor)
    if line.state != FAILED:
        raise Refused("NOT_FAILED", "这一件没有失败，不需要重试；请刷新页面查看最新进展。")
    return _again(batch, line, actor, action)


def _works(batch: Batch, actor: Actor) -> bool:
    """Whether the actor fills the desk at which the batch was asked for."""
    asked = actor_of(batch)
    return (asked.role, asked.organisation) == (actor.role, actor.organisation)


def _paper_again(batch: Batch, line: BatchLine, actor: Actor) -> str:
    try:
        sent = resend_paper(line=line, document=document_of(batch), by=actor.account)
    except OutboxRefused as refused:
        raise Refused("NOT_STUCK", str(refused)) from refused
    if not sent:
        raise Refused("NOT_STUCK", "这一件的文书没有受阻，不需要重试；请刷新页面查看最新进展。")
    return f"{line.case.number} 已重新送签章，文号不变。"


def _again(batch: Batch, line: BatchLine, actor: Actor, action: Action) -> str:
    with transaction.atomic():
        held = BatchLine.objects.select_for_update(of=("self",)).select_related("case").get(pk=line.pk)
        if held.state != FAILED:
            return f"{held.case.number} 已由他人重试。"
        held.seq, held.group = held.case.seq, ""
        _take(batch, held, actor)
    return f"{held.case.number} 已办理。" if held.state == DONE else f"{held.case.number}：{held.reason}"
