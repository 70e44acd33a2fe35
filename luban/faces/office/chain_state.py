"""链的状态: which chain, how high, which contracts and accounts, what waits; alarms acknowledged, writes tried again.

For the administrator of the chain and the security administrator. What is done here carries a reason and is audited.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.faces.office.chain_tabs import chain_tabs
from luban.faces.office.explorer_words import CONTRACTS
from luban.faces.office.frame import office_page
from luban.kit.refusal import Refused
from luban.ledger.chain import acknowledge_alarm
from luban.ledger.models import ChainAccount, ChainBinding, ChainContract, ChainCursor, ChainWrite
from luban.ledger.states import OPEN, PENDING, TITLES
from luban.ledger.writes import again, cancel, stuck
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.chain.figures import figures
from luban.stages.chain.wake import wake

MOST_REASON = 500
SHOWN_ALARMS = 20
ACTS = {"resend": "重新上链", "cancel": "放弃上链"}


@office_page(right="chain.state")
@require_safe
def state(request: ActorRequest) -> HttpResponse:
    """The page."""
    binding = ChainBinding.objects.filter(pk=1).first()
    words: dict[str, Any] = {
        "tabs": chain_tabs(request),
        "binding": binding,
        "alarms": list(reversed(binding.alarms[-SHOWN_ALARMS:])) if binding else [],
        "lasting": bool(binding and binding.alarm and binding.alarms and binding.alarms[-1]["lasting"]),
        "figures": figures(),
        "cursor": ChainCursor.objects.filter(pk=1).first(),
        "contracts": [
            (row, CONTRACTS.get(row.name, row.name))
            for row in ChainContract.objects.order_by("-active", "id")
        ],
        "accounts": ChainAccount.objects.order_by("name"),
        "waiting": _waiting(),
        "stuck": stuck(),
        "may_act": request.actor.role == "chain_admin",
    }
    return render(request, "office/chain_state.html", words)


def _waiting() -> list[tuple[str, int, Any]]:
    """Open writes by state: title, how many, the oldest."""
    rows = (
        ChainWrite.objects.filter(state__in=OPEN)
        .values("state")
        .annotate(n=Count("pk"), since=Min("created_at"))
    )
    found = {row["state"]: (row["n"], row["since"]) for row in rows.order_by()}
    told = [(TITLES[name], *found[name]) for name in OPEN if name in found]
    retried = ChainWrite.objects.filter(state=PENDING, attempts__gt=0)
    if n := retried.count():
        told.append(
            ("待上链中，失败过、正在按计划重试", n, retried.aggregate(since=Min("created_at"))["since"])
        )
    return told


@office_page(right="chain.state")
@require_POST
def acknowledge(request: ActorRequest) -> HttpResponse:
    """A person has looked at the alarm and lets writing go on. Raises Refused (409, 422)."""
    reason = _reason(request, "确认告警")
    binding = ChainBinding.objects.filter(pk=1).first()
    if binding is None or not binding.alarm:
        raise Refused("NO_ALARM", "现在没有告警，无需确认。")
    if not binding.alarms[-1]["lasting"]:
        raise Refused("NOT_NOW", "这项告警在原来的链恢复后自动解除，不能人工确认；请先恢复节点。")
    text = binding.alarm
    acknowledge_alarm(by=request.actor.account, reason=reason)
    _noted(request, "chain.acknowledge", "chain", {"reason": reason, "alarm": text})
    wake()
    messages.success(request, "已确认告警，恢复上链；理由已记入审计日志。")
    return HttpResponseRedirect(reverse("office:chain_state"))


@office_page(right="chain.manage")
@require_POST
def settle(request: ActorRequest) -> HttpResponse:
    """Try a rejected or dead write again, or give it up. Raises Refused (409, 422)."""
    act, wanted = request.POST.get("act", ""), request.POST.get("write", "")[:200]
    if act not in ACTS:
        raise Refused("NO_ACTION", "请选择重新上链或放弃上链。", status=422)
    reason = _reason(request, ACTS[act])
    done = (again if act == "resend" else cancel)(request_id=wanted)
    if not done:
        raise Refused("NOT_NOW", "这笔写入不在等待处理的状态，请刷新后再看。")
    _noted(request, f"chain.{act}", f"write:{wanted}", {"reason": reason})
    wake()
    messages.success(request, f"已{ACTS[act]}：{wanted}。")
    return HttpResponseRedirect(reverse("office:chain_state"))


def _reason(request: ActorRequest, what: str) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused("NO_REASON", f"请写明{what}的理由，{MOST_REASON} 字以内，再提交。", status=422)
    return reason


def _noted(request: ActorRequest, action: str, target: str, detail: dict[str, str]) -> None:
    audit(actor=request.actor, action=action, target=target, detail=detail, ip=address_of(request))
