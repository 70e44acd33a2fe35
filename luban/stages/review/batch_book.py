"""Batches that are kept: begun once per request, numbered, found again, their lines tried again one by one.

A batch is worked off by a job (`batch_run`), so its page may be left and come back to. Whoever may read a case of it may
look at it, and sees the lines of the cases it may read.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet
from procrastinate.contrib.django import app as jobs_app

from luban.cases.models import Batch, BatchLine, Case
from luban.cases.models import Event as EventRow
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.process import Action
from luban.kit.process import Batch as Declared
from luban.kit.refusal import Refused
from luban.links.outbox import queue
from luban.links.outbox.effects import STUCK
from luban.links.outbox.models import Effect
from luban.people.access import refusal
from luban.people.actor import Actor
from luban.registers.numbering.numbers import next_number
from luban.stages.review.batch_check import Checked
from luban.stages.review.sight import cases_in_reach

JOB = "review.batch"
STRUCK, WAITING, DONE, FAILED = "struck", "waiting", "done", "failed"
REQUEST = 32
MOST_SHOWN = 50
RETRIED = "批次页面重试"


def begin(
    *,
    checked: Checked,
    actor: Actor,
    words: Mapping[str, Any],
    together: bool,
    request_id: str,
) -> Batch:
    """Keep the batch with its number and put it in the queue; a repeated request finds the one it began.

    Raises Refused (422) when every case is struck out.
    """
    declared = checked.action.batch
    if not isinstance(declared, Declared):
        raise LookupError(f"{checked.action.code} is not taken in batches that are kept")
    asked = Batch.objects.filter(account=actor.account, request_id=request_id[:REQUEST])
    held = asked.first()
    if held is not None:
        return held
    if not checked.open:
        raise Refused("ALL_STRUCK", "所选办件都不符合条件，没有建立批次；原因见各件。", status=422)
    try:
        with transaction.atomic():
            return _kept(checked, declared, actor, words, together and checked.mergeable, request_id)
    except IntegrityError:
        return asked.get()


def _kept(
    checked: Checked,
    declared: Declared,
    actor: Actor,
    words: Mapping[str, Any],
    together: bool,
    request_id: str,
) -> Batch:
    key, now = uuid.uuid4(), clock.now()
    number = next_number(template=declared.number, day=clock.today(), document=f"batch:{key}").number
    batch = Batch.objects.create(
        id=key,
        number=number,
        item=checked.item.code,
        step=checked.open[0].row.step,
        action=checked.action.code,
        title=checked.action.title,
        together=together,
        account=actor.account,
        actor={**asdict(actor), "items": sorted(actor.items)},
        words=dict(words),
        request_id=request_id[:REQUEST],
        created_at=now,
    )
    BatchLine.objects.bulk_create(
        BatchLine(
            batch=batch,
            case=one.row,
            place=place,
            state=STRUCK if one.why_not else WAITING,
            reason=one.why_not[:600],
            addressee=one.addressee[:100],
            group=one.key if together and not one.why_not else "",
            seq=one.row.seq,
        )
        for place, one in enumerate(checked.candidates, start=1)
    )
    jobs_app.configure_task(JOB, allow_unknown=True).defer(batch=str(key))
    return batch


def actor_of(batch: Batch) -> Actor:
    """Who asked for the batch, as it was then."""
    return Actor(**{**batch.actor, "items": frozenset(batch.actor["items"])})


def action_of(batch: Batch) -> Action | None:
    """The act as its item declares it now; None when it no longer does."""
    try:
        found = registry.get(batch.item).process.actions_at(batch.step)
    except (registry.UnknownItem, KeyError):
        return None
    return next((action for action, _ in found if action.code == batch.action), None)


def document_of(batch: Batch) -> str:
    """The code of the paper the batch is about; empty when it is about none."""
    declared = action_of(batch)
    return declared.batch.document if declared and isinstance(declared.batch, Declared) else ""


def find(*, number: str, actor: Actor) -> tuple[Batch, tuple[BatchLine, ...]]:
    """A batch and the lines whose cases the actor may read. Raises what `people.access.refusal` says."""
    batch = Batch.objects.filter(number=number.replace("\x00", "")).first()
    if batch is None:
        raise refusal(actor)
    lines = BatchLine.objects.filter(batch=batch, case__in=cases_in_reach(actor))
    found = tuple(lines.select_related("case").order_by("place"))
    if not found:
        raise refusal(actor)
    return batch, found


def recent(*, actor: Actor) -> QuerySet[Batch]:
    """The latest batches with a case the actor may read, each with how many of its lines stand how."""
    seen = BatchLine.objects.filter(case__in=cases_in_reach(actor)).values("batch")
    counted = {name: Count("lines", filter=Q(lines__state=name)) for name in (STRUCK, WAITING, DONE, FAILED)}
    found = Batch.objects.filter(pk__in=seen).annotate(
        total=Count("lines"), settled=Max("lines__settled_at"), **counted
    )
    return found.order_by("-created_at", "-number")[:MOST_SHOWN]


def resend_paper(*, line: BatchLine, document: str, by: str) -> bool:
    """Try the line's stuck paper again, under the number it has; False when none is stuck."""
    papers = Effect.objects.filter(case=str(line.case_id), kind="document", name=document)
    stuck = papers.filter(state__in=[str(s) for s in STUCK]).order_by("id").first()
    if stuck is None:
        return False
    queue.resend(effect_id=stuck.pk, by=by, reason=RETRIED)
    return True


def event_of_request(*, case: Case, request_id: str) -> int | None:
    """The event by which a request was carried out; None when it was not."""
    found = EventRow.objects.filter(case=case, request_id=request_id)
    return found.values_list("seq", flat=True).first()
