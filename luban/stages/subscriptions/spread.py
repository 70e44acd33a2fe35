"""From new events to deliveries: each subscription goes through the events in order and keeps those it wants.

How far it went is kept with what it found, in one transaction. A subscription that is far behind takes up no more than
it can send: events wait in the index, not twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from luban.kit.clock import clock
from luban.ledger.digests import organisation_id
from luban.stages.subscriptions.events import Told, Wanted, wants
from luban.stages.subscriptions.models import ACTIVE, WAITING, Delivery, Subscription
from luban.stages.subscriptions.reading import Subject, page_after, subjects

MOST_OPEN = 2_000


def spread(*, subscription_id: str) -> int:
    """Match a subscription with the events that are new to it; returns how many deliveries were kept."""
    made = 0
    while True:
        now, more = _next_page(subscription_id)
        made += now
        if not more:
            return made


@transaction.atomic
def _next_page(subscription_id: str) -> tuple[int, bool]:
    row = Subscription.objects.select_for_update().filter(pk=subscription_id, state=ACTIVE).first()
    if row is None or row.deliveries.filter(done_at__isnull=True).count() >= MOST_OPEN:
        return 0, False
    page = page_after(seq=row.position)
    if page.reached == row.position:
        return 0, False
    kept = keep(subscription=row, told=page.told)
    row.position = page.reached
    row.save(update_fields=["position"])
    return kept, page.full


def keep(*, subscription: Subscription, told: Iterable[Told], run: str = "") -> int:
    """Keep the deliveries of the events the subscription wants; those kept already stay as they are."""
    found = tuple(told)
    about = subjects(keys=(one.event.record_key for one in found))
    wanted = wanted_of(subscription)
    rows = [_row(subscription, one, run) for one in found if wanted_here(wanted, one, about)]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def wanted_of(subscription: Subscription) -> Wanted:
    """What a subscription asks for."""
    return Wanted(
        region=subscription.region,
        org=organisation_id(region=subscription.region),
        scope=subscription.scope,
        event_types=frozenset(subscription.event_types),
        contracts=frozenset(subscription.contracts),
    )


def wanted_here(wanted: Wanted, told: Told, about: Mapping[str, Subject]) -> bool:
    """Whether an event is wanted, its record being known or not."""
    subject = about.get(told.event.record_key)
    return wants(wanted=wanted, told=told, parties=subject.parties if subject else ())


def _row(subscription: Subscription, told: Told, run: str) -> Delivery:
    event = told.event
    return Delivery(
        subscription=subscription,
        run=run,
        event_seq=event.seq,
        event_id=event.event_id,
        event_type=event.event_type,
        record_key=event.record_key,
        block_number=event.block_number,
        log_index=event.log_index,
        state=WAITING,
        created_at=clock.now(),
    )
