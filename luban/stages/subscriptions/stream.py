"""Events as a stream (server-sent events): what `pull` gives, as it comes, for at most a minute.

A stream holds a thread of the web process, so there are few and they end by themselves; the client comes again with the
id of the last event it was told (`Last-Event-ID`), and nothing is lost or told twice between two streams.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

from django.db.models import Max

from luban.ledger.index_models import ChainEvent
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions.pull import MOST, cursor_of, pull, scope_of, seq_of

SECONDS = 55.0
AT_ONCE = 2
"""Streams a web process serves side by side."""
LOOK_SECONDS, QUIET_SECONDS = 0.5, 10.0
RETRY_MS = 1_000
_free = threading.BoundedSemaphore(AT_ONCE)


def stream(*, caller: Caller, last: str, seconds: float = SECONDS) -> Iterator[bytes]:
    """Open a stream after the event or cursor `last` (empty: from now on).

    Raises GatewayError: 40001, 40301, and 42901 while too many streams are open.
    """
    scope_of(caller)
    cursor = cursor_of(seq_of(last)) if last else newest()
    if not _free.acquire(blocking=False):
        raise GatewayError(42901, "事件流已满，请稍后重连，或改用 pull_events。")
    return _Once(_told(caller, cursor, seconds))


def newest() -> str:
    """The cursor behind the newest event."""
    return cursor_of(int(ChainEvent.objects.aggregate(last=Max("id"))["last"] or 0))


class _Once:
    """The stream's pieces; its place is given back when it ends, is closed, or was never read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._open = pieces, True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back, once."""
        if self._open:
            self._open = False
            _free.release()


def _told(caller: Caller, cursor: str, seconds: float) -> Iterator[bytes]:
    until, spoke = time.monotonic() + seconds, time.monotonic()
    yield f"id: {cursor}\nretry: {RETRY_MS}\n\n".encode()  # whoever is told nothing comes back to this very place
    while time.monotonic() < until:
        found = pull(caller=caller, cursor=cursor, limit=MOST)
        for one in found.events:
            said = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
            yield f"id: {one['event_id']}\nevent: {one['event_type']}\ndata: {said}\n\n".encode()
            spoke = time.monotonic()
        cursor = found.cursor
        if found.more:
            continue
        if time.monotonic() - spoke > QUIET_SECONDS:
            spoke = time.monotonic()
            yield f"id: {cursor}\n\n".encode()
        time.sleep(LOOK_SECONDS)
