"""When partners are asked for what they have not pushed."""

from procrastinate.contrib.django import app

from luban.stages.share.poll import poll


@app.periodic(cron="*/30 * * * *", periodic_id="share")
@app.task(name="share.poll", queueing_lock="share.poll")
def ask_partners(timestamp: int) -> int:
    """Ask for what is awaited; a message that came by a push is asked for no more, its case has moved on."""
    return poll()
