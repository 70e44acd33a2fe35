"""How many of the last day's deliveries to subscribers arrived (waste-chain §9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from luban.stages.subscriptions.models import DELIVERED, Delivery

LAST_DAY = timedelta(hours=24)


def delivery_rate(*, now: datetime) -> float | None:
    """Delivered, of what was delivered or given up in the last 24 hours (0–1); None where there was nothing."""
    done = Delivery.objects.filter(done_at__gte=now - LAST_DAY)
    count = done.count()
    return round(done.filter(state=DELIVERED).count() / count, 4) if count else None
