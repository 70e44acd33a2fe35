"""Performing effects, one lane at a time, strictly in order.

Who drains a lane holds a session advisory lock on it, so two wakes never run the same lane, and a killed worker frees
it at once (its connection dies with it). An effect found in `sending` by the holder of the lock was therefore left by
a worker that died: it is performed again, and the partner, or the handler, tells the repeat by its key.
Before the handler runs, the effect is claimed with a rising attempt number; the result is written only under that
number, so a worker that lost its lock with its connection cannot overwrite a later one.

Needs real sessions: no transaction-pooling proxy between the workers and PostgreSQL.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from luban.kit.clock import clock
from luban.links.outbox.backoff import next_try
from luban.links.outbox.effects import EffectView, State
from luban.links.outbox.handlers import handler_for
from luban.links.outbox.models import Effect
from luban.links.outbox.queue import view_of
from luban.links.outcomes import Rejected, Unavailable

log = logging.getLogger(__name__)

_LOCK_SPACE = 7_305_802  # keeps these advisory locks apart from others in the database
_ERROR_CHARACTERS = 600

_CLAIM = """
UPDATE outbox_effect SET state = 'sending', attempts = attempts + 1, next_at = NULL
WHERE id = (SELECT id FROM outbox_effect WHERE lane = %s AND done_at IS NULL ORDER BY id LIMIT 1)
  AND done_at IS NULL
  AND (state IN ('pending', 'sending') OR (state = 'retrying' AND (next_at IS NULL OR next_at <= %s)))
RETURNING *
"""
_DUE_HEADS = """
SELECT id FROM (
    SELECT DISTINCT ON (lane) lane, id, state, next_at FROM outbox_effect WHERE done_at IS NULL ORDER BY lane, id
) head
WHERE state IN ('pending', 'sending') OR (state = 'retrying' AND next_at <= %s)
ORDER BY next_at NULLS FIRST, id LIMIT %s
"""


def drain(*, lane: str) -> int:
    """Perform the lane's effects in order until it is empty or its head must wait. Returns how many were performed.

    Returns 0 at once when another worker has the lane; that worker sees everything written before it lets go.
    """
    performed = 0
    while True:
        with _lane_lock(lane=lane) as mine:
            if not mine:
                return performed
            while (head := _claim_head(lane=lane)) is not None:
                if not _perform(effect=head):
                    return performed
                performed += 1
        # Somebody may have put an effect and been turned away by our lock just before we let go of it.
        if _due_head(lane=lane) is None:
            return performed


def drain_lanes_of(*, ids: Sequence[int]) -> int:
    """Drain every lane that one of these effects belongs to. Returns how many effects were performed."""
    lanes = Effect.objects.filter(id__in=ids).values_list("lane", flat=True).order_by("id")
    return sum(drain(lane=lane) for lane in dict.fromkeys(lanes))


def due_heads(*, limit: int) -> list[int]:
    """Ids of lane heads that could be performed now, those waiting longest first: what the rescuer wakes."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_HEADS, [clock.now(), limit])
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _lane_lock(*, lane: str) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, lane])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_SPACE, lane])


def _due_head(*, lane: str) -> Effect | None:
    head = Effect.objects.filter(lane=lane, done_at__isnull=True).order_by("id").first()
    if head is None or head.state in (State.REJECTED, State.MANUAL):
        return None
    if head.state == State.RETRYING and head.next_at is not None and head.next_at > clock.now():
        return None
    return head


def _claim_head(*, lane: str) -> Effect | None:
    """The head of the lane, claimed under its next attempt number; None when there is nothing to perform now."""
    return next(iter(Effect.objects.raw(_CLAIM, [lane, clock.now()])), None)


def _perform(*, effect: Effect) -> bool:
    """Do what was claimed and note the result. False when the claim was lost: leave the lane to whoever has it."""
    attempt = effect.attempts
    result = _attempt(effect=view_of(effect=effect), failures=effect.failures)
    written = Effect.objects.filter(
        Q(pk=effect.pk, attempts=attempt, state=State.SENDING),
    ).update(**result)
    if not written:
        log.warning("effect %s was taken over by another worker during attempt %s", effect.pk, attempt)
    return bool(written)


def _attempt(*, effect: EffectView, failures: int) -> dict[str, Any]:
    """Run the handler and say what to write into the row."""
    try:
        receipt = handler_for(effect.kind)(effect)
    except Rejected as refusal:
        log.warning("effect %s (%s/%s) refused: %s", effect.id, effect.link, effect.name, refusal.code)
        return {"state": State.REJECTED, "last_error": str(refusal)[:_ERROR_CHARACTERS]}
    except Unavailable as outage:
        return _later(effect=effect, failures=failures, error=outage.reason)
    except Exception as surprise:
        log.exception("effect %s (%s/%s) failed", effect.id, effect.kind, effect.name)
        return _later(effect=effect, failures=failures, error=f"{type(surprise).__name__}: {surprise}")
    return _done(receipt=receipt, at=clock.now())


def _done(*, receipt: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "state": State.DELIVERED,
        "receipt": dict(receipt),
        "done_at": at,
        "last_error": "",
        "next_at": None,
    }


def _later(*, effect: EffectView, failures: int, error: str) -> dict[str, Any]:
    now = clock.now()
    first = effect.first_failed_at or now
    when = next_try(failures=failures + 1, first_failed_at=first, now=now)
    return {
        "state": State.MANUAL if when is None else State.RETRYING,
        "failures": failures + 1,
        "first_failed_at": first,
        "next_at": when,
        "last_error": error[:_ERROR_CHARACTERS],
    }
