"""When a row turns out to be touched, or keys cannot be had: a page in plain words, and a line in the audit trail.

The line is written after the request's own transactions are over, so that it stays when they are rolled back. The same
row sounds once in ten minutes a process: whoever reloads a page does not fill the trail.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import errors, metrics
from luban.people.actor import Actor
from luban.people.genuine import Alarm, RowTouched, listening
from luban.people.trail import address_of, audit
from luban.trust.keys import KeyMissing

logger = logging.getLogger(__name__)
AGAIN_SECONDS = 600.0
ACTION = "integrity.alarm"
_noted: dict[Alarm, float] = {}


class Alarms:
    """Turns RowTouched and KeyMissing into pages, and notes every alarm."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then write down what was heard."""
        with listening() as heard:
            response = self.get_response(request)
        for alarm in heard:
            note(alarm, request)
        return response

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Refuse at once what could not be recognised for want of a key."""
        missing = getattr(request, "keys_missing", None)
        return self.process_exception(request, missing) if missing is not None else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for what no view has turned into one."""
        if isinstance(exception, RowTouched):
            return errors.page(request, status=409, message=exception.message)
        if isinstance(exception, KeyMissing):
            logger.critical("keys: %s", exception)
            return errors.page(request, status=503, message=errors.SENTENCES[503])
        return None


def note(alarm: Alarm, request: HttpRequest) -> None:
    """A line of the trail for an alarm, unless there was one a moment ago."""
    now = time.monotonic()
    if now - _noted.get(alarm, -AGAIN_SECONDS) < AGAIN_SECONDS:
        return
    _noted[alarm] = now
    metrics.alarms.labels(alarm.table).inc()
    actor: Actor = getattr(request, "actor", Actor.public())
    audit(
        actor=actor,
        action=ACTION,
        target=f"{alarm.table}:{alarm.row}",
        detail={"columns": list(alarm.columns)},
        ip=address_of(request),
    )
