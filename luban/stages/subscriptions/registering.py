"""Subscriptions as their owners handle them: made, changed, paused, resumed, replayed, removed (waste-chain §8.2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from luban.kit.clock import clock
from luban.ledger.index_models import ChainEvent
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions.asked import Asked, ReplayAsked, read
from luban.stages.subscriptions.deliver import look_at
from luban.stages.subscriptions.models import ACTIVE, PAUSED, REMOVED, Delivery, Subscription
from luban.stages.subscriptions.reading import told_of
from luban.stages.subscriptions.spread import keep
from luban.trust.addresses import AddressRefused

MOST_SUBSCRIPTIONS = 20
MOST_REPLAYED = 5_000
PARTY, ALL = "subscribe:party", "subscribe:all"
PAUSED_BY_OWNER = "由应用暂停。"


def create(*, caller: Caller, told: Mapping[str, Any]) -> Subscription:
    """A new subscription. Raises GatewayError: 40001 for what makes no sense, 40301 without the scope."""
    asked = _checked(caller, told)
    with transaction.atomic():
        held = mine(caller).select_for_update().count()
        if held >= MOST_SUBSCRIPTIONS:
            raise GatewayError(40001, f"一个应用最多{MOST_SUBSCRIPTIONS}个订阅，请删除不用的订阅。")
        now = clock.now()
        return Subscription.objects.create(
            id=f"sub_{secrets.token_hex(8)}",
            app_key=caller.app,
            region=caller.region,
            start_from=asked.start_from,
            position=_position(asked.start_from),
            state=ACTIVE if asked.enabled else PAUSED,
            why="" if asked.enabled else PAUSED_BY_OWNER,
            created_at=now,
            updated_at=now,
            **asked.kept(),
        )


def change(*, caller: Caller, subscription_id: str, told: Mapping[str, Any]) -> Subscription:
    """Change a subscription; where it started stays. Raises GatewayError (40001, 40301, 40403)."""
    asked = _checked(caller, told)
    with transaction.atomic():
        row = _mine(caller, subscription_id)
        for name, value in asked.kept().items():
            setattr(row, name, value)
        if asked.enabled and row.state != ACTIVE:
            _open(row)
        elif not asked.enabled and row.state == ACTIVE:
            row.state, row.why = PAUSED, PAUSED_BY_OWNER
        row.updated_at = clock.now()
        row.save()
    return row


def mine(caller: Caller) -> QuerySet[Subscription]:
    """The application's subscriptions, oldest first."""
    return Subscription.objects.filter(app_key=caller.app).exclude(state=REMOVED).order_by("created_at", "id")


def one(*, caller: Caller, subscription_id: str) -> Subscription:
    """One of the application's subscriptions. Raises GatewayError (40403)."""
    row = mine(caller).filter(pk=subscription_id).first()
    if row is None:
        raise GatewayError(40403, "没有这个订阅，请核对订阅编号。")
    return row


def pause(*, caller: Caller, subscription_id: str) -> Subscription:
    """Send nothing until it is resumed. Raises GatewayError (40403)."""
    with transaction.atomic():
        row = _mine(caller, subscription_id)
        row.state, row.why, row.updated_at = PAUSED, PAUSED_BY_OWNER, clock.now()
        row.save(update_fields=["state", "why", "updated_at"])
    return row


def resume(*, caller: Caller, subscription_id: str) -> Subscription:
    """Go on where it stopped. Raises GatewayError (40403)."""
    with transaction.atomic():
        row = _mine(caller, subscription_id)
        _open(row)
        row.save()
    return row


def set_state(*, subscription_id: str, active: bool, why: str) -> None:
    """An official lets a subscription go on, or stops it."""
    with transaction.atomic():
        row = Subscription.objects.select_for_update().exclude(state=REMOVED).get(pk=subscription_id)
        if active:
            _open(row)
        else:
            row.state, row.why, row.updated_at = PAUSED, why[:300], clock.now()
        row.save()


def remove(*, caller: Caller, subscription_id: str) -> None:
    """End a subscription; what it was told stays on record. Raises GatewayError (40403)."""
    with transaction.atomic():
        row = _mine(caller, subscription_id)
        row.state, row.why, row.updated_at = REMOVED, "已删除。", clock.now()
        row.save(update_fields=["state", "why", "updated_at"])
        row.deliveries.filter(done_at__isnull=True).delete()


def replay(*, caller: Caller, subscription_id: str, told: Mapping[str, Any]) -> int:
    """Tell events again, by their ids, by blocks or by times; returns how many. Raises GatewayError (40001, 40403)."""
    row = one(caller=caller, subscription_id=subscription_id)
    return again(subscription=row, asked=read(ReplayAsked, told))


def again(*, subscription: Subscription, asked: ReplayAsked) -> int:
    """Keep deliveries of past events in a run of their own; its order and its failures touch no other."""
    run, made = f"rep_{secrets.token_hex(6)}", 0
    with transaction.atomic():
        for event_ids in _pieces(_asked_for(asked)):
            told = [found for event_id in event_ids if (found := told_of(event_id=event_id)) is not None]
            made += keep(subscription=subscription, told=told, run=run)
    return made


def _asked_for(asked: ReplayAsked) -> list[str]:
    rows = ChainEvent.objects.order_by("block_number", "log_index")
    if asked.event_ids:
        rows = rows.filter(event_id__in=asked.event_ids)
    elif asked.from_block is not None:
        rows = rows.filter(
            block_number__gte=asked.from_block, block_number__lte=asked.to_block or asked.from_block
        )
    else:
        rows = rows.filter(block_at__gte=asked.from_time, block_at__lte=asked.to_time)
    found = list(rows.values_list("event_id", flat=True)[: MOST_REPLAYED + 1])
    if len(found) > MOST_REPLAYED:
        raise GatewayError(40001, f"一次最多重放{MOST_REPLAYED}条，请缩小区间。")
    if not found:
        raise GatewayError(40001, "所指范围内没有事件，请核对。")
    return found


def _pieces(ids: Sequence[str], size: int = 200) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _checked(caller: Caller, told: Mapping[str, Any]) -> Asked:
    asked = read(Asked, told)
    caller.need(ALL if asked.scope == "all" else PARTY, ALL)
    try:
        look_at(asked.callback_url)
    except AddressRefused as refused:
        raise GatewayError(40001, refused.message) from refused
    return asked


def _mine(caller: Caller, subscription_id: str) -> Subscription:
    row = mine(caller).select_for_update().filter(pk=subscription_id).first()
    if row is None:
        raise GatewayError(40403, "没有这个订阅，请核对订阅编号。")
    return row


def _open(row: Subscription) -> None:
    row.state, row.why, row.dead_in_a_row, row.rest_until = ACTIVE, "", 0, None
    row.updated_at = clock.now()


def _position(start_from: str) -> int:
    """The number after which events are new to a subscription that starts so."""
    if start_from == "earliest":
        return 0
    rows = ChainEvent.objects.all()
    if start_from != "latest":
        rows = rows.filter(block_number__lt=int(start_from.partition(":")[2]))
    return int(rows.aggregate(last=Max("id"))["last"] or 0)


def deliveries(
    *, subscription: Subscription, state: str = "", before: int = 0, limit: int = 50
) -> list[Delivery]:
    """The subscription's deliveries, newest first, those with a number below `before` (0: from the newest)."""
    rows = Delivery.objects.filter(subscription=subscription).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    return list(rows.filter(id__lt=before)[:limit] if before else rows[:limit])


def words(row: Subscription) -> dict[str, Any]:
    """A subscription as its owner is shown it."""
    return {
        "id": row.pk,
        "name": row.name,
        "callback_url": row.callback_url,
        "event_types": row.event_types,
        "contracts": row.contracts,
        "scope": row.scope,
        "start_from": row.start_from,
        "include_sections": row.include_sections,
        "max_concurrency": row.max_concurrency,
        "enabled": row.state == ACTIVE,
        "state": row.state,
        "why": row.why,
        "waiting": row.deliveries.filter(done_at__isnull=True).count(),
        "created_at": _ms(row.created_at),
    }


def delivery_words(one: Delivery) -> dict[str, Any]:
    """A delivery as the subscription's owner is shown it."""
    return {
        "event_id": one.event_id,
        "event_type": one.event_type,
        "record_key": one.record_key,
        "block_number": one.block_number,
        "state": one.state,
        "attempts": one.attempts,
        "status": one.status,
        "error": one.error,
        "replay": bool(one.run),
        "next_at": _ms(one.next_at),
        "done_at": _ms(one.done_at),
    }


def _ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None
