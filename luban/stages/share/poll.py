"""Asking for what should have come: a message that a case waits for and that nobody pushed.

For every open case at a step where its item waits for a message (`Hear.steps`), the partner is asked by the number of our
latest sealed paper. What it answers goes through the inbox like a push, so a push that comes later is recognised. A
partner that is out is left alone until the next round. Source: domain brief 危险废物 §9 (every 30 minutes).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from luban.cases.models import Document as Paper
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.sharing import Hear
from luban.links.inbox.receive import POLL, Contradiction, receive
from luban.links.messages import Inbound
from luban.links.outcomes import Rejected, Unavailable
from luban.links.registry import find_inbound

log = logging.getLogger(__name__)


def poll() -> int:
    """Ask every partner for what is awaited; returns how many new messages came."""
    came = 0
    for item in registry.all_items():
        for one in item.hears:
            _, inbound = find_inbound(link=one.link, name=one.name)
            came += _ask_all(item, one, inbound)
    return came


def _ask_all(item: Item, one: Hear, inbound: Inbound) -> int:
    came = 0
    for letter_no, case_no in awaited(item=item, hear=one):
        try:
            came += _ask(one, inbound, letter_no, case_no)
        except Unavailable as outage:
            log.warning("asking %s for %s: %s", one.link, one.name, outage.reason)
            return came
        except Rejected as refusal:
            log.warning("asking %s for %s to %s: %s", one.link, one.name, letter_no, refusal)
        except Contradiction as contradiction:
            log.warning("%s to %s: %s", one.name, letter_no, contradiction)
    return came


def _ask(one: Hear, inbound: Inbound, letter_no: str, case_no: str) -> bool:
    """Ask about one paper; whether something new came."""
    found = inbound.ask(letter_no, case_no) if inbound.ask else None
    if found is None:
        return False
    body = found.model_dump_json(exclude_none=True).encode()
    kept = receive(link=one.link, name=one.name, body=body, came_by=POLL, at=clock.now())
    return not kept.repeated


def awaited(*, item: Item, hear: Hear) -> Iterator[tuple[str, str]]:
    """Paper number and case number for every open case that waits to have its latest sealed paper answered."""
    if not hear.steps:
        return
    waiting = Paper.objects.filter(case__item=item.code, case__step__in=hear.steps).exclude(case__desk="")
    papers = waiting.filter(code=hear.document, state="sealed").exclude(number="")
    latest = papers.order_by("case_id", "-event_seq").distinct("case_id")
    yield from list(latest.values_list("number", "case__number"))
