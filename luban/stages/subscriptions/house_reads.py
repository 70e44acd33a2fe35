"""The house reads the events of the chain for itself: notices into their book, replies into the inbox; once each, in order.

How far it went is kept with what came of it, in one transaction; a chain that cannot be read stops it until later.
"""

from __future__ import annotations

from django.db import transaction

from luban.ledger.port import ChainPort
from luban.stages.subscriptions.events import REPLIED, Told
from luban.stages.subscriptions.models import Reading
from luban.stages.subscriptions.notice_book import enter
from luban.stages.subscriptions.reading import Subject, page_after, subjects
from luban.stages.subscriptions.replies import come_in

AT_ONCE = 200


def read_on(*, port: ChainPort) -> int:
    """Read what is new; returns how many events were read. Raises ChainUnavailable."""
    count = 0
    while True:
        read, more = _page(port)
        count += read
        if not more:
            return count


@transaction.atomic
def _page(port: ChainPort) -> tuple[int, bool]:
    row, _ = Reading.objects.select_for_update().get_or_create(pk=1, defaults={"position": 0})
    page = page_after(seq=row.position, limit=AT_ONCE)
    if page.reached == row.position:
        return 0, False
    about = subjects(keys=[told.event.record_key for told in page.told])
    for told in page.told:
        _take(told, about.get(told.event.record_key), port)
    row.position = page.reached
    row.save(update_fields=["position"])
    return len(page.told), page.full


def _take(told: Told, subject: Subject | None, port: ChainPort) -> None:
    enter(told=told, subject=subject)
    if told.event.event_type == REPLIED and subject is not None:
        come_in(event=told.event, subject=subject, port=port)
