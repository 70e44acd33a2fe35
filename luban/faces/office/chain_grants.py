"""取数授权: an application is let see a record, or what comes from a province, for a time; and no longer.

For the administrator of chain and access. A grant is filled in with nothing chosen beforehand, shown as a sentence,
and only then given; it is withdrawn with a reason. Each is one line of the audit trail.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from luban.faces.office.chain_apps import REGIONS, app_or_404
from luban.faces.office.chain_grants_asked import MOST_REASON, Wanted, given_in, wanted
from luban.faces.office.chain_grants_words import PLAIN, remarks, scope_of, sentence
from luban.faces.office.frame import office_page
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.ledger.conclusions import SECTION_NAMES
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.gateway import applications, reading_back
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.models import REVOKED, ChainApp
from luban.stages.gateway.reading_back import KINDS, SECTIONS_OF

GIVE, BACK = "give", "back"


@office_page(right="chain.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest, key: str) -> HttpResponse:
    """The form; posted, what the application would see; posted again, the grant. Raises Refused (409)."""
    app = app_or_404(key)
    if app.state == REVOKED:
        raise Refused("REVOKED", f"“{app.name}”已吊销，不能再授权。")
    if request.method != "POST":
        return _form(request, app, given_in(request.GET))
    given, act = given_in(request.POST), request.POST.get("act", "")
    try:
        asked = wanted(given, today=clock.today())
        if act == BACK:
            return _form(request, app, {**given, "which": asked.scope.number})
        if act != GIVE:
            return _sure(request, app, asked, given)
        number = _give(request, app, asked)
    except (GatewayError, Refused) as refused:
        return _form(request, app, given, refused.message)
    messages.success(request, f"已授权（第 {number} 号）：{sentence(app=app.name, scope=asked.scope)}")
    return HttpResponseRedirect(reverse("office:chain_app", args=[app.key]))


def _give(request: ActorRequest, app: ChainApp, asked: Wanted) -> int:
    scope = asked.scope
    with transaction.atomic():
        made = applications.grant(
            app=app.key,
            record=scope.kind,
            record_key=scope.key,
            region=scope.region,
            sections=scope.sections,
            attachments=scope.attachments,
            since=asked.begins,
            until=asked.ends,
            reason=asked.reason,
            by=request.actor.name,
        )
        detail = {
            "grant": made.pk,
            "record": scope.kind,
            "of": scope.number or scope.region,
            "sections": list(scope.sections),
            "attachments": scope.attachments,
            "since": scope.since.isoformat(),
            "until": scope.until.isoformat(),
            "reason": asked.reason,
        }
        _noted(request, "chain.grant", app.key, detail)
    return int(made.pk)


@office_page(right="chain.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, key: str, number: int) -> HttpResponse:
    """What would end, and why; posted, it ends. Raises Refused (409)."""
    app = app_or_404(key)
    line = reading_back.grant_of(app, number=number) if number < 2**63 else None
    if line is None:
        raise Http404
    if not line.open:
        raise Refused("OVER", f"第 {number} 号授权已到期或已收回，不必再收回。")
    words: dict[str, Any] = {
        "app": app,
        "line": line,
        "said": sentence(app=app.name, scope=scope_of(line)),
        "most": MOST_REASON,
    }
    if request.method != "POST":
        return render(request, "office/chain_grant_withdraw.html", words)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not reason or len(reason) > MOST_REASON:
        words |= {"refused": f"请写明收回的理由，{MOST_REASON} 字以内。", "reason": reason}
        return render(request, "office/chain_grant_withdraw.html", words, status=422)
    with transaction.atomic():
        applications.withdraw_grant(number=number)
        _noted(request, "chain.grant.withdraw", app.key, {"grant": number, "reason": reason})
    messages.success(request, f"已收回第 {number} 号授权，应用即刻不能再查看。")
    return HttpResponseRedirect(reverse("office:chain_app", args=[app.key]))


def _form(request: ActorRequest, app: ChainApp, given: dict[str, Any], refused: str = "") -> HttpResponse:
    kind = given["record"] if given["record"] in KINDS else ""
    words = {
        "app": app,
        "given": given,
        "refused": refused,
        "kinds": KINDS,
        "kind": kind,
        "kind_title": KINDS.get(kind, ""),
        "sections": [(one, SECTION_NAMES[one]) for one in SECTIONS_OF.get(kind, ())],
        "regions": REGIONS,
        "plain": PLAIN,
        "most": MOST_REASON,
    }
    return render(request, "office/chain_grant_new.html", words, status=422 if refused else 200)


def _sure(request: ActorRequest, app: ChainApp, asked: Wanted, given: dict[str, Any]) -> HttpResponse:
    kept = {**given, "which": asked.scope.key, "reason": asked.reason}
    words = {
        "app": app,
        "asked": asked,
        "said": sentence(app=app.name, scope=asked.scope),
        "remarks": list(remarks(app=app, scope=asked.scope, core=asked.core)),
        "plain": PLAIN,
        "hidden": [(name, value) for name, value in kept.items() if name != "sections"],
        "sections": asked.scope.sections,
    }
    return render(request, "office/chain_grant_sure.html", words)


def _noted(request: ActorRequest, action: str, key: str, detail: dict[str, Any]) -> None:
    audit(
        actor=request.actor,
        action=action,
        target=f"chain-app:{key}",
        detail=detail,
        ip=address_of(request),
    )
