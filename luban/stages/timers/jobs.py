"""When the timers look."""

from procrastinate.contrib.django import app

from luban.stages.timers.run import fire_timers, recompute_after_edit, recompute_open_cases, remind


@app.periodic(cron="*/10 * * * *", periodic_id="timers")
@app.task(name="timers", queueing_lock="timers")
def timers(timestamp: int) -> int:
    """Due days after an edit of the calendar, then lapses and other actions of the system that have fallen due."""
    recompute_after_edit()
    return fire_timers()


@app.periodic(cron="20 1 * * *", periodic_id="reminders")
@app.task(name="reminders", queueing_lock="reminders")
def reminders(timestamp: int) -> int:
    """Reminders of licences that end soon, and due days by the calendar in force from today."""
    recompute_open_cases()
    return remind()
