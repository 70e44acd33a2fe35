"""The job that writes everything anew under the current keys after a rotation: some rows a run, then the next run.

`luban keys rotate` starts it. A run that dies leaves no harm; the nightly look starts the work again where it stopped.
"""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from luban.stages.integrity.rekey import AT_ONCE, left, renew_some

JOB = "keys.renew"
PRIORITY = -20  # cases go first


def ask_for_renewal() -> None:
    """Have the workers write everything anew under the current keys; asked twice is asked once."""
    try:
        app.configure_task(JOB, queueing_lock=JOB, priority=PRIORITY, allow_unknown=True).defer(limit=AT_ONCE)
    except AlreadyEnqueued:
        return


@app.task(name=JOB)
def renew(limit: int = AT_ONCE) -> int:
    """Renew some rows and files, then ask for the next run unless nothing was left."""
    done = renew_some(limit=limit)
    if done:
        ask_for_renewal()
    return done


@app.periodic(cron="40 3 * * *", periodic_id="keys")
@app.task(name="keys.look", queueing_lock="keys.look")
def look(timestamp: int) -> int:
    """Each night: go on with a renewal that stopped; returns how many places have something left."""
    found = len(left())
    if found:
        ask_for_renewal()
    return found
