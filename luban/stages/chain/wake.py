"""Asking a worker to go on with the chain, once however often it is asked before one does."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

JOB = "chain.advance"


def wake() -> None:
    """Wake the sender when the caller's transaction commits."""
    if ProcrastinateJob.objects.filter(queueing_lock=JOB, status="todo").exists():
        return
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB).defer()
    except AlreadyEnqueued:
        return
