"""Deliveries that were done are kept as long as events can be pulled, then forgotten; dead ones likewise."""

from __future__ import annotations

from datetime import timedelta

from luban.kit.clock import clock
from luban.stages.subscriptions.models import Delivery

KEPT = timedelta(days=90)
AT_ONCE = 10_000


def forget_old() -> int:
    """Delete what was done more than ninety days ago, a piece a night; returns how many."""
    old = Delivery.objects.filter(done_at__lt=clock.now() - KEPT).order_by("done_at")
    ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
    return Delivery.objects.filter(pk__in=ids).delete()[0]
