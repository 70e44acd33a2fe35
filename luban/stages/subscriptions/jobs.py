"""When events are read and sent: at once when there are new ones, when a try falls due, every minute anyhow.

A job carries ids only. Neither its loss nor its repetition matters: the minute's round finds what is due.
"""

from __future__ import annotations

import logging
import time

from procrastinate.contrib.django import app

from luban.ledger.connection import connect
from luban.ledger.port import ChainUnavailable
from luban.stages.subscriptions.deliver import lap
from luban.stages.subscriptions.house_reads import read_on
from luban.stages.subscriptions.letters import look_for_letters
from luban.stages.subscriptions.models import ACTIVE, Subscription
from luban.stages.subscriptions.spread import spread
from luban.stages.subscriptions.tidy import forget_old
from luban.stages.subscriptions.wake import DELIVER, READ, wake_reader, wake_subscription

log = logging.getLogger(__name__)

TURN_SECONDS = 2.0
"""How long one subscription may hold a worker that others wait for."""


@app.task(name=READ, queueing_lock=READ)
def read() -> int:
    """Match every subscription with what is new, have it sent, and read it for the house; returns events read."""
    for subscription_id in list(Subscription.objects.filter(state=ACTIVE).values_list("pk", flat=True)):
        if spread(subscription_id=subscription_id):
            wake_subscription(subscription_id=subscription_id)
    try:
        return read_on(port=connect())
    except ChainUnavailable as outage:
        log.warning("replies on the chain cannot be read: %s", outage)
        return 0


@app.task(name=DELIVER)
def deliver(subscription_id: str) -> int:
    """Send what is due of one subscription; what is left goes to the end of the queue."""
    tried, until = 0, time.monotonic() + TURN_SECONDS
    while True:
        gone = lap(subscription_id=subscription_id)
        tried += gone.tried
        new = spread(subscription_id=subscription_id) if gone.tried else 0
        if not (gone.more or new):
            if gone.again_at is not None:
                wake_subscription(subscription_id=subscription_id, at=gone.again_at)
            break
        if time.monotonic() > until:
            wake_subscription(subscription_id=subscription_id)
            break
    return tried


@app.periodic(cron="* * * * *", periodic_id="subscriptions")
@app.task(name="subscriptions.round", queueing_lock="subscriptions.round")
def round_of_the_minute(timestamp: int) -> None:
    """Whatever was lost is found here."""
    wake_reader()
    open_ones = Subscription.objects.filter(state=ACTIVE, deliveries__done_at__isnull=True)
    for subscription_id in list(open_ones.values_list("pk", flat=True).distinct()):
        wake_subscription(subscription_id=subscription_id)
    look_for_letters()


@app.periodic(cron="23 3 * * *", periodic_id="subscriptions")
@app.task(name="subscriptions.tidy", queueing_lock="subscriptions.tidy")
def tidy(timestamp: int) -> int:
    """Forget deliveries that were done long ago; returns how many."""
    return forget_old()
