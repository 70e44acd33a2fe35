"""Asking a worker to look at the events of the chain, or at one subscription; once however often it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from luban.kit.clock import clock

READ, DELIVER = "subscriptions.read", "subscriptions.deliver"
BEHIND_ACTS = -5
"""Callbacks wait behind the acts of people."""
SHORTEST = timedelta(seconds=1)
BUCKET_SECONDS = 5
"""Moments so close together need one job: a near one is never left out for one far away."""


def wake_reader() -> None:
    """Have new events read when the caller's transaction commits."""
    _defer(READ, READ, {})


def wake_subscription(*, subscription_id: str, at: datetime | None = None) -> None:
    """Have a subscription's due deliveries sent, now or at a moment of the house's clock."""
    if at is None:
        _defer(DELIVER, f"{DELIVER}:{subscription_id}", {"subscription_id": subscription_id})
        return
    wait = max(at - clock.now(), SHORTEST)
    lock = f"{DELIVER}:{subscription_id}:{int(at.timestamp()) // BUCKET_SECONDS}"
    _defer(DELIVER, lock, {"subscription_id": subscription_id}, wait)


def _defer(job: str, lock: str, words: dict[str, str], wait: timedelta | None = None) -> None:
    if ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo").exists():
        return
    later = {"seconds": int(wait.total_seconds()) + 1} if wait else None
    try:
        with transaction.atomic():
            app.configure_task(job, queueing_lock=lock, priority=BEHIND_ACTS, schedule_in=later).defer(
                **words
            )
    except AlreadyEnqueued:
        return
