"""Running a trial: batches of stored cases, each judged again and counted in one transaction.

Jobs only wake; the truth is the table of batches. A job takes the first batch nobody has (`SKIP LOCKED`), does it, and
leaves a job for the next one, behind everything else workers have to do. A killed worker's batch is rolled back and
free again; a rescuer wakes trials that stand still. So whatever is killed, no case is counted twice and none is lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from luban.cases import house
from luban.cases.context import Context
from luban.cases.models import Case
from luban.cases.shipped import shipped_context
from luban.kit.book import BookError
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.registers.book.current import marks
from luban.registers.book.shipped import all_specs
from luban.stages.policy.again import CannotAssess, Difference, Looked, compared
from luban.stages.policy.drafts import (
    CANCELLED,
    DONE,
    DRAFT,
    RUNNING,
    item_of,
    locked,
    registers_of,
    require_editor,
    rows_of,
)
from luban.stages.policy.models import Batch, Outcome, Trial
from luban.stages.policy.stored import looked_at
from luban.stages.policy.supposed import supposed
from luban.stages.policy.tally import added, tally_of

JOB = "policy.work"
PRIORITY = -20  # acts, papers and messages go first
SIZE = 100
LANES = 2
MOST = 200_000
STILL = timedelta(seconds=60)


@dataclass(frozen=True)
class Sides:
    """The registers in force and the supposed ones, as contexts."""

    now: Context
    then: Context


_sides: list[tuple[uuid.UUID, int, Sides]] = []


def start(*, trial_id: uuid.UUID, by: Actor) -> int:
    """Fix the cases and begin; returns how many there are. Raises Refused (403, 404, 409, 422)."""
    require_editor(by)
    with transaction.atomic():
        trial = locked(trial_id, state=DRAFT)
        item_of(trial.item)
        if not trial.changes.exists():
            raise Refused("NO_CHANGES", "方案里还没有修改，请先改一个参数或者一行分档。", status=422)
        try:
            sides_of(trial)
        except BookError as stale:
            raise Refused("STALE_ROW", f"方案中有的行已不合台账现在的格式：{stale}", status=422) from stale
        ids = _cases_of(trial)
        Batch.objects.bulk_create(
            Batch(trial=trial, n=n, cases=ids[first : first + SIZE])
            for n, first in enumerate(range(0, len(ids), SIZE))
        )
        trial.state, trial.total, trial.versions = RUNNING, len(ids), marks()
        trial.started_at = trial.moved_at = clock.now()
        trial.save()
        wake(trial_id=trial_id, lanes=LANES)
    return len(ids)


def _cases_of(trial: Trial) -> list[uuid.UUID]:
    rows = Case.objects.filter(item=trial.item, accepted_on__range=(trial.since, trial.until))
    ids = list(rows.order_by("accepted_on", "id").values_list("id", flat=True)[: MOST + 1])
    if not ids:
        raise Refused(
            "NO_CASES", f"{trial.since}至{trial.until}没有受理过这一事项的办件，请把时间放宽。", status=422
        )
    if len(ids) > MOST:
        raise Refused("TOO_MANY_CASES", f"办件超过{MOST:,}件，请缩短受理日期的范围。", status=422)
    return ids


def wake(*, trial_id: uuid.UUID, lanes: int = 1) -> None:
    """Ask workers to go on with a trial, in the caller's transaction (see `outbox.queue.wake`)."""
    job = jobs_app.configure_task(JOB, allow_unknown=True, priority=PRIORITY).job
    deferrer = JobDeferrer(job=job, job_manager=JobManager(DjangoConnector()))
    for _ in range(lanes):
        deferrer.defer(trial=str(trial_id))


def rescue() -> int:
    """Wake running trials that have stood still; returns how many. One already waiting to be woken is left."""
    still = Trial.objects.filter(state=RUNNING, moved_at__lt=clock.now() - STILL).values_list("pk", flat=True)
    return sum(_rescued(trial_id) for trial_id in still)


def _rescued(trial_id: uuid.UUID) -> bool:
    lock = f"policy.{trial_id}"
    job = jobs_app.configure_task(JOB, allow_unknown=True, priority=PRIORITY, queueing_lock=lock).job
    try:
        with transaction.atomic():
            JobDeferrer(job=job, job_manager=JobManager(DjangoConnector())).defer(trial=str(trial_id))
    except AlreadyEnqueued:
        return False
    return True


def cancel(*, trial_id: uuid.UUID, by: Actor) -> None:
    """Stop a running trial for good; what it came to so far is not shown. Raises Refused (403, 404, 409)."""
    require_editor(by)
    with transaction.atomic():
        trial = locked(trial_id, state=RUNNING)
        trial.state, trial.finished_at = CANCELLED, clock.now()
        trial.save()


def work(*, trial_id: uuid.UUID, goes_on: bool = True) -> bool:
    """Do one batch, if one is free, and (`goes_on`) leave a job for the next; returns whether there was one."""
    with transaction.atomic():
        open_ = Batch.objects.filter(trial_id=trial_id, tally__isnull=True, trial__state=RUNNING)
        free = open_.select_for_update(skip_locked=True, of=("self",)).select_related("trial")
        batch = free.order_by("n").first()
        if batch is None:
            return False
        found = judged_again(trial=batch.trial, ids=batch.cases)
        outcomes = _outcomes(batch, found)
        batch.tally = tally_of(found).as_json()
        Outcome.objects.bulk_create(outcomes)
        batch.save(update_fields=["tally"])
        if not _moved(trial_id, len(batch.cases)):
            transaction.set_rollback(True)
            return False
        if goes_on:
            wake(trial_id=trial_id)
    return True


def _moved(trial_id: uuid.UUID, cases: int) -> bool:
    """Add to the progress, and finish with the last batch; False when the trial was cancelled meanwhile.

    The trial's row is locked, so that of the last two batches one sees the other.
    """
    trial = Trial.objects.select_for_update().get(pk=trial_id)
    if trial.state != RUNNING:
        return False
    trial.done, trial.moved_at = trial.done + cases, clock.now()
    if not trial.batches.filter(tally__isnull=True).exists():
        tallies = trial.batches.order_by("n").values_list("tally", flat=True)
        trial.summary = added(tally for tally in tallies if tally is not None).as_json()
        trial.state = DONE
        trial.finished_at = trial.moved_at
        trial.versions = {"edited": _edited_since(trial)}
    trial.save()
    return True


def _edited_since(trial: Trial) -> list[str]:
    """Registers that bear on the item and were edited while the trial ran: its batches had different ones before them."""
    now, then = marks(), trial.versions
    specs = registers_of(item_of(trial.item))
    return [spec.title for spec in specs if now.get(spec.code) != then.get(spec.code)]


def judged_again(*, trial: Trial, ids: Sequence[uuid.UUID]) -> list[Difference | str]:
    """Each case under both, in the order of `ids`; a text is why a case was left out. Two statements."""
    item, sides = item_of(trial.item), sides_of(trial)
    looked = looked_at(item=item, ids=ids, keys=house.keys())
    return [_judged(item, sides, looked[one]) for one in ids]


def _judged(item: Item, sides: Sides, case: Looked | CannotAssess) -> Difference | str:
    if isinstance(case, CannotAssess):
        return str(case)
    try:
        return compared(item=item, case=case, now=sides.now, then=sides.then)
    except CannotAssess as why:
        return str(why)


def sides_of(trial: Trial) -> Sides:
    """Both contexts, made once for each batch's process and state of the registers. Raises BookError."""
    now = house.context()
    for trial_id, context, sides in _sides:
        if trial_id == trial.pk and context == id(now):
            return sides
    books = supposed(books=now.books, specs=all_specs(), rows=rows_of(trial.pk))
    then = shipped_context(today=clock.today(), books=books)
    made = Sides(now, replace(then, offices=now.offices, verify_base=now.verify_base))
    if trial.state == RUNNING:
        _sides[:] = [(trial.pk, id(now), made)]
    return made


def _outcomes(batch: Batch, found: Sequence[Difference | str]) -> Iterator[Outcome]:
    """The rows of cases that would change or were left out."""
    for n, (case_id, one) in enumerate(zip(batch.cases, found, strict=True), start=batch.n * SIZE):
        if isinstance(one, str):
            yield Outcome(trial_id=batch.trial_id, n=n, case_id=case_id, reason=one)
        elif one.changed:
            yield Outcome(
                trial_id=batch.trial_id,
                n=n,
                case_id=case_id,
                total_before=one.before.total,
                total_after=one.after.total,
                grade_before=one.before.grade,
                grade_after=one.after.grade,
                suggestion_before=one.before.suggestion,
                suggestion_after=one.after.suggestion,
                clauses=[list(move) for move in one.clauses],
                factors=[list(move) for move in one.factors],
            )
