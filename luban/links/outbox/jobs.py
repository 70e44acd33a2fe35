"""The jobs that move the outbox: a wake for each act, and a rescuer every minute.

A job carries effect ids, never bodies. Neither its loss nor its repetition matters: the rescuer finds every lane whose
head is due, whatever happened to the job that should have woken it (worker killed, database restarted, retry time come).
Run `manage.py procrastinate worker --concurrency 1` in as many processes as there should be parallel lanes.
"""

from datetime import timedelta

from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from luban.links.outbox.queue import WAKE_JOB
from luban.links.outbox.worker import drain_lanes_of, due_heads

RESCUE_AT_ONCE = 200
RESCUE_PRIORITY = -10  # new acts go first
KEEP_FINISHED_HOURS = 72
DEAD_WORKER_AFTER = timedelta(minutes=5)


@app.task(name=WAKE_JOB)
def wake(ids: list[int]) -> int:
    """Drain the lanes of these effects."""
    return drain_lanes_of(ids=ids)


@app.periodic(cron="* * * * *", periodic_id="outbox")
@app.task(name="outbox.rescue", queueing_lock="outbox.rescue")
def rescue(timestamp: int) -> int:
    """Wake every lane whose head is due. Returns how many were woken; one already waiting to be woken is left."""
    return sum(_rescue_one(head=head) for head in due_heads(limit=RESCUE_AT_ONCE))


@app.periodic(cron="17 * * * *", periodic_id="outbox")
@app.task(name="outbox.tidy", queueing_lock="outbox.tidy", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """Forget finished jobs, and close those whose worker died: their effects have long been rescued."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_WORKER_AFTER.total_seconds()):
        await manager.finish_job(job, status=Status.FAILED, delete_job=True)
    await manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS, include_failed=True)


def _rescue_one(*, head: int) -> bool:
    try:
        with transaction.atomic():
            app.configure_task(WAKE_JOB, queueing_lock=f"outbox.{head}", priority=RESCUE_PRIORITY).defer(
                ids=[head]
            )
    except AlreadyEnqueued:
        return False
    return True
