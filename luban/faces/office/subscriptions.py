"""订阅与通知: which application is told of what, how far it is told; what was given up is told again, what goes by letter
is written down.

For the administrator of the chain. What is done here carries a reason and is audited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.faces.office.chain_tabs import chain_tabs
from luban.faces.office.frame import office_page
from luban.faces.office.subscriptions_words import (
    DELIVERIES,
    STATES,
    delivery_mark,
    event_words,
    notice_line,
    province_words,
)
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.models import ChainApp
from luban.stages.subscriptions.asked import ReplayAsked
from luban.stages.subscriptions.models import DEAD, REMOVED, Subscription
from luban.stages.subscriptions.notice_book import to_be_told, told_by_hand
from luban.stages.subscriptions.registering import again, deliveries, set_state
from luban.stages.subscriptions.wake import wake_reader, wake_subscription
from luban.ui.view import Pager

PAGE, MOST_REASON, LETTERS, LISTED = 50, 500, 50, 100
ACTS = {"pause": "暂停订阅", "resume": "恢复订阅", "replay": "重新投递未能送达的"}
_UNDONE = Q(deliveries__done_at__isnull=True)
_GIVEN_UP = Q(deliveries__state=DEAD)


@office_page(right="chain.manage")
@require_safe
def subscriptions(request: ActorRequest) -> HttpResponse:
    """Every subscription, and the notices that wait to be told by letter."""
    names = dict(ChainApp.objects.values_list("key", "name"))
    rows = Subscription.objects.exclude(state=REMOVED).order_by("region", "created_at")
    counted = rows.annotate(
        waiting=Count("deliveries", filter=_UNDONE), dead=Count("deliveries", filter=_GIVEN_UP)
    )
    words = {
        "tabs": chain_tabs(request),
        "rows": [
            (row, province_words(row.region), names.get(row.app_key, row.app_key), STATES[row.state])
            for row in counted[:LISTED]
        ],
        "letters": [notice_line(one) for one in to_be_told()[:LETTERS]],
    }
    return render(request, "office/subscriptions.html", words)


@office_page(right="chain.manage")
@require_safe
def subscription(request: ActorRequest, subscription_id: str) -> HttpResponse:
    """One subscription's deliveries, newest first."""
    row = _found(subscription_id)
    state = request.GET.get("state", "")
    state = state if state in DELIVERIES else ""
    before = whole_number(request.GET.get("before", "")) or 0
    found = deliveries(subscription=row, state=state, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    here = reverse("office:subscription", args=[row.pk])
    narrowed = f"state={state}&" if state else ""
    following = f"{here}?{narrowed}before={shown[-1].pk}" if len(found) > PAGE else ""
    words: dict[str, Any] = {
        "row": row,
        "province": province_words(row.region),
        "mark": STATES[row.state],
        "lines": [(one, event_words(one.event_type), delivery_mark(one)) for one in shown],
        "states": [("", "全部", not state), *_choices(state)],
        "dead": _dead(row).count(),
        "pager": Pager(f"从新到旧，本页 {len(shown)} 条", here if before else "", following),
    }
    return render(request, "office/subscription.html", words)


def _choices(state: str) -> Iterator[tuple[str, str, bool]]:
    yield from ((code, mark.word, code == state) for code, mark in DELIVERIES.items())


@office_page(right="chain.manage")
@require_POST
def act(request: ActorRequest, subscription_id: str) -> HttpResponse:
    """Pause, resume, or tell again what was given up. Raises Refused (404, 409, 422)."""
    row, wanted = _found(subscription_id), request.POST.get("act", "")
    if wanted not in ACTS:
        raise Refused("NO_ACTION", "请选择暂停、恢复或重新投递。", status=422)
    reason = _reason(request, ACTS[wanted])
    count = _replayed(row) if wanted == "replay" else 0
    if wanted != "replay":
        set_state(
            subscription_id=row.pk, active=wanted == "resume", why=f"由{request.actor.name}{ACTS[wanted]}。"
        )
    wake_reader()
    wake_subscription(subscription_id=row.pk)
    audit(
        actor=request.actor,
        action=f"subscription.{wanted}",
        target=f"subscription:{row.pk}",
        detail={"reason": reason, "events": count},
        ip=address_of(request),
    )
    messages.success(request, f"已{ACTS[wanted]}{f'，共{count}条' if count else ''}。")
    return HttpResponseRedirect(reverse("office:subscription", args=[row.pk]))


def _replayed(row: Subscription) -> int:
    ids = list(dict.fromkeys(_dead(row).order_by("id").values_list("event_id", flat=True)[: PAGE * 10]))
    if not ids:
        raise Refused("NOTHING", "这个订阅没有未能送达的事件。")
    try:
        return again(subscription=row, asked=ReplayAsked(event_ids=ids))
    except GatewayError as refused:
        raise Refused("NOTHING", refused.message) from refused


def _dead(row: Subscription) -> QuerySet[Any]:
    return row.deliveries.filter(state=DEAD)


@office_page(right="chain.manage")
@require_POST
def notice(request: ActorRequest, notice_id: int) -> HttpResponse:
    """Write down how a province outside the chain was told. Raises Refused (409, 422)."""
    how = _reason(request, "登记线下通报", "请写明函号或通报的方式")
    if not told_by_hand(notice_id=notice_id, how=how):
        raise Refused("NOT_NOW", "这条通知不在等待线下通报，请刷新后再看。")
    audit(
        actor=request.actor,
        action="notice.told",
        target=f"notice:{notice_id}",
        detail={"how": how},
        ip=address_of(request),
    )
    messages.success(request, "已登记线下通报。")
    return HttpResponseRedirect(reverse("office:subscriptions"))


def _found(subscription_id: str) -> Subscription:
    row = Subscription.objects.filter(pk=subscription_id).first()
    if row is None:
        raise Refused("NO_SUBSCRIPTION", "没有这个订阅，请从列表打开。", status=404)
    return row


def _reason(request: ActorRequest, what: str, ask: str = "") -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(
            "NO_REASON", f"{ask or f'请写明{what}的理由'}，{MOST_REASON} 字以内，再提交。", status=422
        )
    return reason
