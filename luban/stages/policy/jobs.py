"""The jobs behind trials: one batch and the next, and a rescuer every minute. They carry the id of the trial only."""

from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from luban.stages.policy.run import JOB
from luban.stages.policy.run import rescue as rescue_all
from luban.stages.policy.run import work as work_on


@app.task(name=JOB)
def work(trial: str) -> None:
    """Do one batch of a trial."""
    work_on(trial_id=uuid.UUID(trial))


@app.periodic(cron="* * * * *", periodic_id="policy")
@app.task(name="policy.rescue", queueing_lock="policy.rescue")
def rescue(timestamp: int) -> int:
    """Wake trials that stand still."""
    return rescue_all()
