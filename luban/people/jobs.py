"""The job that seals the audit trail each minute."""

from procrastinate.contrib.django import app

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
