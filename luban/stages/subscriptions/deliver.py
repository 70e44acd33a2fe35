"""One lap of a subscription: what is due of its records is sent side by side, and what came of it is written down.

Whoever goes a lap holds the subscription's lease (a session lock of the database), so what it finds in `sending` was
left by a worker that died, and is sent again: at least once. Of each record only the first open delivery can be sent,
so a record's events come in their order; records do not wait for each other.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from luban.kit.clock import clock
from luban.stages.subscriptions import audience
from luban.stages.subscriptions.body import body_of
from luban.stages.subscriptions.callback import Answered, headers, judged
from luban.stages.subscriptions.ladder import ANSWER_SECONDS, DEAD_IN_A_ROW, pause_after
from luban.stages.subscriptions.models import (
    ACTIVE,
    DEAD,
    DELIVERED,
    DISABLED,
    PAUSED,
    SENDING,
    WAITING,
    Delivery,
    Subscription,
)
from luban.stages.subscriptions.notice_book import pushed
from luban.trust.addresses import AddressRefused, Checked, checked, pinned_client

log = logging.getLogger(__name__)

_LOCK_SPACE = 7_305_804
REST = timedelta(seconds=10)
"""Nothing is sent for so long after a lap in which nothing answered at all: a worker is not held by one outage."""
LEASE_SECONDS = 1.0
"""How long a worker waits for another one's lap; a receiver that answers more slowly is left to that one."""
_ERROR_CHARACTERS = 300

_DUE = """
SELECT * FROM (
    SELECT DISTINCT ON (record_key, run) * FROM subscriptions_delivery
    WHERE subscription_id = %s AND done_at IS NULL
    ORDER BY record_key, run, block_number, log_index
) head
WHERE state = 'sending' OR next_at IS NULL OR next_at <= %s
ORDER BY block_number, log_index, id LIMIT %s
"""


@dataclass(frozen=True)
class Lap:
    """What a lap came to: how many were tried, whether more can be sent at once, else when to look again."""

    tried: int = 0
    more: bool = False
    again_at: datetime | None = None


@dataclass(frozen=True)
class _Parcel:
    """One try, ready to send."""

    delivery: Delivery
    body: bytes
    headers: Mapping[str, str]


def lap(*, subscription_id: str) -> Lap:
    """Send what is due now, at most as many side by side as the subscription allows."""
    with _lease(subscription_id) as mine:
        if not mine:  # whoever has it may have looked before what we were woken for was there
            return Lap(again_at=clock.now())
        row = Subscription.objects.filter(pk=subscription_id, state=ACTIVE).first()
        reader = audience.reader(app_key=row.app_key) if row else None
        if row is None or reader is None:
            return Lap()
        if row.rest_until is not None and row.rest_until > clock.now():
            return Lap(again_at=row.rest_until)
        claimed = _claim(row)
        parcels = [_parcel(one, row, reader) for one in claimed]
        answers = _send(row.callback_url, parcels)
        for parcel, answer in zip(parcels, answers, strict=True):
            _settle(parcel.delivery, answer)
        _rest(row, answers)
        return Lap(len(parcels), more=bool(_due(row, 1)), again_at=_again_at(row))


@contextmanager
def _lease(name: str) -> Iterator[bool]:
    """The subscription's lease, waited for a moment: whoever goes a lap is through with it in a few tenths of a second,
    and what we were woken for should not wait for the next round.
    """
    until = time.monotonic() + LEASE_SECONDS
    while not (mine := _taken(name)) and time.monotonic() < until:
        time.sleep(LEASE_SECONDS / 20)
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_SPACE, name])


def _taken(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])
        return bool(cursor.fetchone()[0])


def _due(row: Subscription, limit: int) -> list[Delivery]:
    return list(Delivery.objects.raw(_DUE, [row.pk, clock.now(), limit]))


def _claim(row: Subscription) -> list[Delivery]:
    claimed = _due(row, row.max_concurrency)
    Delivery.objects.filter(pk__in=[one.pk for one in claimed]).update(
        state=SENDING, attempts=F("attempts") + 1, claimed_at=clock.now()
    )
    for one in claimed:
        one.attempts += 1
    return claimed


def _parcel(delivery: Delivery, row: Subscription, reader: audience.Reader) -> _Parcel:
    body = body_of(
        event_id=delivery.event_id,
        reader=reader,
        scope=row.scope,
        include_sections=row.include_sections,
        replay=bool(delivery.run),
        missed_before=_missed(delivery),
    )
    stamped = headers(
        app_key=row.app_key,
        secret=reader.callback_secret,
        timestamp=str(int(clock.now().timestamp() * 1000)),
        nonce=secrets.token_hex(16),
        body=body,
        event_id=delivery.event_id,
        attempt=delivery.attempts,
    )
    return _Parcel(delivery, body, stamped)


def _missed(delivery: Delivery) -> tuple[str, ...]:
    """The events of the record that were given up since the last one that arrived."""
    before = Delivery.objects.filter(
        Q(block_number__lt=delivery.block_number)
        | Q(block_number=delivery.block_number, log_index__lt=delivery.log_index),
        subscription_id=delivery.subscription_id,
        record_key=delivery.record_key,
        run=delivery.run,
    ).order_by("-block_number", "-log_index")
    missed: list[str] = []
    for state, event_id in before.values_list("state", "event_id").iterator():
        if state != DEAD:
            break
        missed.append(event_id)
    return tuple(reversed(missed))


def allowed_hosts() -> tuple[str, ...]:
    """Hosts of this machine that may be called back over plain http: the demonstration's stand-ins."""
    return tuple(settings.LUBAN_CALLBACK_HOSTS)


def look_at(url: str) -> Checked:
    """An address as it may be called now. Raises AddressRefused."""
    return checked(url, allow=allowed_hosts(), networks=tuple(settings.LUBAN_CALLBACK_NETWORKS))


def _send(url: str, parcels: Sequence[_Parcel]) -> list[Answered]:
    if not parcels:
        return []
    try:
        found = look_at(url)
    except AddressRefused as refused:
        return [Answered(0, refused.message) for _ in parcels]
    with (
        pinned_client(found, timeout=ANSWER_SECONDS) as client,
        ThreadPoolExecutor(max_workers=len(parcels)) as pool,
    ):
        return list(pool.map(lambda one: _post(client, found.url, one), parcels))


def _post(client: httpx.Client, url: str, parcel: _Parcel) -> Answered:
    began = time.monotonic()
    try:
        answer = client.post(url, content=parcel.body, headers=dict(parcel.headers))
    except httpx.TimeoutException:
        return Answered(0, f"{ANSWER_SECONDS:g}秒内没有应答。")
    except httpx.HTTPError as error:
        return Answered(0, f"连接失败（{type(error).__name__}）。")
    return judged(status=answer.status_code, body=answer.content, seconds=time.monotonic() - began)


@transaction.atomic
def _settle(delivery: Delivery, answer: Answered) -> None:
    now = clock.now()
    delivery.status, delivery.error = answer.status, answer.fault[:_ERROR_CHARACTERS]
    pause = None if answer.well else pause_after(delivery.attempts)
    if answer.well:
        delivery.state, delivery.done_at, delivery.next_at = DELIVERED, now, None
        Subscription.objects.filter(pk=delivery.subscription_id, dead_in_a_row__gt=0).update(dead_in_a_row=0)
        pushed(event_id=delivery.event_id, region=delivery.subscription.region)
    elif answer.gone:
        delivery.state, delivery.next_at = WAITING, now + REST
        _stop(delivery.subscription_id, DISABLED, "接收方应答410，订阅自动停用。接收方恢复后请重新启用。")
    elif pause is None:
        delivery.state, delivery.done_at, delivery.next_at = DEAD, now, None
        _bury(delivery)
    else:
        delivery.state, delivery.next_at = WAITING, now + pause
    delivery.save(update_fields=["state", "next_at", "status", "error", "done_at"])


def _bury(delivery: Delivery) -> None:
    log.error(
        "subscription %s: event %s (%s) was given up after %s tries: %s",
        delivery.subscription_id,
        delivery.event_id,
        delivery.event_type,
        delivery.attempts,
        delivery.error,
    )
    if delivery.run:
        return
    row = Subscription.objects.select_for_update().get(pk=delivery.subscription_id)
    row.dead_in_a_row += 1
    row.save(update_fields=["dead_in_a_row"])
    if row.dead_in_a_row >= DEAD_IN_A_ROW:
        _stop(
            row.pk, PAUSED, f"连续{row.dead_in_a_row}条未能送达，订阅自动暂停。请接收方排除故障后恢复订阅。"
        )


def _stop(subscription_id: str, state: str, why: str) -> None:
    stopped = Subscription.objects.filter(pk=subscription_id, state=ACTIVE).update(
        state=state, why=why, updated_at=clock.now()
    )
    if stopped:
        log.error("subscription %s is %s: %s", subscription_id, state, why)


def _rest(row: Subscription, answers: Sequence[Answered]) -> None:
    """After a lap in which nobody answered at all, the whole subscription waits a moment."""
    silent = bool(answers) and all(answer.status == 0 for answer in answers)
    until = clock.now() + REST if silent else None
    if row.rest_until != until:
        Subscription.objects.filter(pk=row.pk).update(rest_until=until)
        row.rest_until = until


def _again_at(row: Subscription) -> datetime | None:
    """When the next delivery that waits is due; None while none waits."""
    waiting = Delivery.objects.filter(subscription=row, done_at__isnull=True, next_at__isnull=False)
    first = waiting.order_by("next_at").values_list("next_at", flat=True).first()
    return max(first, row.rest_until) if first and row.rest_until else first
