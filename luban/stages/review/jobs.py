"""The jobs that work off batches. They carry the id of a batch, never what is in it."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from luban.stages.review.batch_book import JOB
from luban.stages.review.batch_run import run, unfinished


@app.task(name=JOB)
def take_batch(batch: str) -> int:
    """Work off one batch."""
    return run(batch_id=batch)


@app.periodic(cron="* * * * *", periodic_id="batches")
@app.task(name="review.batches", queueing_lock="review.batches")
def rescue_batches(timestamp: int) -> int:
    """Put every unfinished batch in the queue again, whatever happened to its job; two jobs share its lines."""
    return sum(_put(batch) for batch in unfinished())


def _put(batch: str) -> bool:
    try:
        app.configure_task(JOB, queueing_lock=f"batch.{batch}").defer(batch=batch)
    except AlreadyEnqueued:
        return False
    return True
