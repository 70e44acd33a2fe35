"""Events fetched instead of pushed: an opaque cursor, at least ninety days back, the same envelopes cut by the same sight.

Pulling and pushing know nothing of each other. Who may subscribe to all events is given all, everybody else those that
concern its province.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from luban.kit.clock import clock
from luban.ledger.index_models import ChainEvent
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions.body import made_for
from luban.stages.subscriptions.events import Wanted, wants
from luban.stages.subscriptions.reading import page_after, subjects

LIMIT, MOST = 100, 500
KEPT = timedelta(days=90)
_MARK = "e1:"
_PAGES = 5
"""Pages looked through for one answer: whoever few events concern gets a cursor and asks again."""


@dataclass(frozen=True)
class Pulled:
    """Envelopes in order, where to go on, and whether there may be more at once."""

    events: tuple[dict[str, Any], ...]
    cursor: str
    more: bool


def pull(*, caller: Caller, cursor: str = "", limit: int = LIMIT, include_sections: bool = False) -> Pulled:
    """The next events after a cursor; an empty one begins ninety days ago. Raises GatewayError (40001, 40301)."""
    wanted = scope_of(caller)
    seq = seq_of(cursor) if cursor else _beginning()
    found: list[dict[str, Any]] = []
    for _ in range(_PAGES):
        page = page_after(seq=seq)
        about = subjects(keys=[told.event.record_key for told in page.told])
        for told in page.told:
            subject = about.get(told.event.record_key)
            if not wants(wanted=wanted, told=told, parties=subject.parties if subject else ()):
                continue
            if len(found) == limit:
                return Pulled(tuple(found), cursor_of(seq), more=True)
            found.append(made_for(told=told, caller=caller, include_sections=include_sections, about=about))
            seq = told.event.seq
        seq = page.reached
        if not page.full:
            return Pulled(tuple(found), cursor_of(seq), more=False)
    return Pulled(tuple(found), cursor_of(seq), more=True)


def scope_of(caller: Caller) -> Wanted:
    """What an application may be told of. Raises GatewayError (40301)."""
    caller.need("subscribe:party", "subscribe:all")
    scope = "all" if caller.may("subscribe:all") else "party"
    return Wanted(region=caller.region, org=caller.org_id, scope=scope)


def cursor_of(seq: int) -> str:
    """The cursor behind event number `seq`."""
    return base64.urlsafe_b64encode(f"{_MARK}{seq}".encode()).decode().rstrip("=")


def seq_of(cursor: str) -> int:
    """The event number behind a cursor, or behind an event's id (what a stream was told last). Raises GatewayError."""
    if len(cursor) == 32:
        known = ChainEvent.objects.filter(event_id=cursor).values_list("id", flat=True).first()
        if known is not None:
            return known
    try:
        text = base64.urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}").decode()
    except (ValueError, binascii.Error, UnicodeError):
        text = ""
    number = text.removeprefix(_MARK)
    if not text.startswith(_MARK) or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise GatewayError(40001, "cursor 不正确，请使用上次返回的 next_cursor，或者不带 cursor 从头拉取。")
    return int(number)


def _beginning() -> int:
    since = int((clock.now() - KEPT).timestamp() * 1000)
    first = ChainEvent.objects.filter(block_at__gte=since).order_by("id").values_list("id", flat=True).first()
    return first - 1 if first else 0
