"""The job behind long exports. It carries the id of the run, never what is exported."""

from __future__ import annotations

from procrastinate.contrib.django import app

from luban.faces.office.exports import JOB, made
from luban.faces.office.kept_exports import forget_old


@app.task(name=JOB)
def export(run: str) -> None:
    """Make one export."""
    made(run_id=run)


@app.periodic(cron="50 3 * * *", periodic_id="exports")
@app.task(name="exports.forget", queueing_lock="exports.forget")
def forget(timestamp: int) -> int:
    """Delete old exports each night."""
    return forget_old()
