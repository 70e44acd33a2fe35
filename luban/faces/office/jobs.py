"""The job behind long exports. It carries the id of the run, never what is exported."""

from __future__ import annotations

from procrastinate.contrib.django import app

from luban.faces.office.exports import JOB, made


@app.task(name=JOB)
def export(run: str) -> None:
    """Make one export."""
    made(run_id=run)
