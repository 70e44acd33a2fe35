"""The job that seals the audit trail each minute, and the one that sweeps old counts of rate limits each night."""

from procrastinate.contrib.django import app

from luban.people.pace import sweep
from luban.people.trail_seals import MOST, seal_new


@app.periodic(cron="* * * * *", periodic_id="trail")
@app.task(name="trail.seal", queueing_lock="trail.seal")
def seal_trail(timestamp: int) -> int:
    """Take up what was written since the last checkpoint; returns how many checkpoints that took."""
    made = 0
    while (seal := seal_new()) is not None:
        made += 1
        if len(seal.entries) < MOST:
            break
    return made


@app.periodic(cron="40 3 * * *", periodic_id="pace")
@app.task(name="pace.sweep", queueing_lock="pace.sweep")
def sweep_counts(timestamp: int) -> int:
    """Delete the counts of yesterday's rate limits; returns how many."""
    return sweep()
