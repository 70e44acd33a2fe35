"""When the timers and the works of every day look."""

from procrastinate.contrib.django import app

from luban.stages.timers.daily import begin_due
from luban.stages.timers.run import fire_timers, recompute_after_edit


@app.periodic(cron="*/10 * * * *", periodic_id="timers")
@app.task(name="timers", queueing_lock="timers")
def timers(timestamp: int) -> int:
    """Due days after an edit of the calendar, then lapses and other actions of the system that have fallen due."""
    recompute_after_edit()
    return fire_timers()


@app.periodic(cron="*/5 * * * *", periodic_id="daily")
@app.task(name="daily", queueing_lock="daily")
def daily(timestamp: int) -> int:
    """The works of the day whose time has come, by the house's clock."""
    return begin_due()
