"""What Prometheus is told: requests as counted here, and what waits in the database, asked for at each scrape.

Every process of the house counts into files of PROMETHEUS_MULTIPROC_DIR, which the launcher empties at its start, so
that a scrape tells of all of them whichever answers it; without that folder the counts are those of the process asked.
Nothing about a person, a firm or a case is in a label.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

registry = CollectorRegistry()
_requests = Counter("luban_requests", "Requests answered.", ["view", "method", "status"], registry=registry)
_seconds = Histogram(
    "luban_request_seconds", "Seconds a request took.", ["view"], buckets=_BUCKETS, registry=registry
)
alarms = Counter("luban_integrity_alarms", "Touched rows that were come upon.", ["table"], registry=registry)

_WAITING = (
    (
        "luban_effects_open",
        "Effects not yet done, by state.",
        "state",
        "select state, count(*) from (select state from outbox_effect where done_at is null limit 100000) o group by 1",
    ),
    (
        "luban_jobs",
        "Jobs waiting or running, by queue.",
        "queue",
        "select queue_name, count(*) from procrastinate_jobs where status in ('todo', 'doing') group by 1",
    ),
    (
        "luban_deliveries_open",
        "Events of the chain not yet delivered to subscribers, and given up in the last day, by state.",
        "state",
        "select state, count(*) from (select state from subscriptions_delivery where done_at is null"
        " or (state = 'dead' and done_at > now() - interval '1 day') limit 100000) o group by 1",
    ),
)
_OLDEST = (
    "select coalesce(extract(epoch from now() - min(created_at)), 0) from outbox_effect where done_at is null"
)
_SEALED = (
    "select coalesce(max(number), 0), coalesce(extract(epoch from max(sealed_at)), 0) from people_auditseal"
)


class Waiting(Collector):
    """What the database says at the moment of the scrape; nothing when it does not answer."""

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: no query at registration."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        try:
            yield from self._asked()
        except DatabaseError:
            yield GaugeMetricFamily("luban_database_up", "Whether the database answers.", value=0)

    def _asked(self) -> Iterator[Metric]:
        with connection.cursor() as cursor:
            for name, about, label, question in _WAITING:
                cursor.execute(question)
                family = GaugeMetricFamily(name, about, labels=[label])
                for value, count in cursor.fetchall():
                    family.add_metric([str(value)], float(count))
                yield family
            cursor.execute(_OLDEST)
            yield GaugeMetricFamily(
                "luban_effect_oldest_seconds",
                "Age of the oldest open effect.",
                value=float(cursor.fetchone()[0]),
            )
            cursor.execute(_SEALED)
            number, at = cursor.fetchone()
            yield GaugeMetricFamily(
                "luban_trail_checkpoint", "The last checkpoint of the audit trail.", value=float(number)
            )
            yield GaugeMetricFamily(
                "luban_trail_checkpoint_time", "When it was made (Unix).", value=float(at)
            )
        yield GaugeMetricFamily("luban_database_up", "Whether the database answers.", value=1)


registry.register(Waiting())


def answered(*, view: str, method: str, status: int, seconds: float) -> None:
    """Count one answer; an address that is none of ours counts under no view."""
    _requests.labels(view, method if method in ("GET", "POST", "HEAD") else "other", str(status)).inc()
    _seconds.labels(view).observe(seconds)


def text() -> bytes:
    """Everything in Prometheus's text format."""
    if not os.environ.get(SHARED):
        return generate_latest(registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    together.register(Waiting())
    return generate_latest(together)
