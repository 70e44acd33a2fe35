"""接入应用: the applications of provinces at the chain gateway: issued, changed, rotated, suspended, revoked.

For the administrator of chain and access. A secret is on the one page that answers the press of a button and nowhere
afterwards; that page is not kept by anybody (no-store) and not reached by reloading.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from luban.faces.office.asked import day_of
from luban.faces.office.chain_grants_words import rows_of
from luban.faces.office.chain_tabs import chain_tabs
from luban.faces.office.frame import office_page
from luban.kit.clock import ZONE
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.ledger.setup import HOME, has_joined
from luban.people.organisations import PROVINCES
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.gateway import applications, reading_back
from luban.stages.gateway.applications import Issued
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.models import ACTIVE, REVOKED, SUSPENDED, ChainApp
from luban.stages.gateway.scopes import DEFAULT, SCOPES

REGIONS = {HOME: "上海市生态环境局", **PROVINCES}
STATES = {ACTIVE: "恢复启用", SUSPENDED: "停用", REVOKED: "吊销"}
DEFAULT_RATE = "50"


@office_page(right="chain.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def apps(request: ActorRequest) -> HttpResponse:
    """All applications, and a new one; its secrets are shown in the answer."""
    if request.method != "POST":
        return _list(request, {"rate": DEFAULT_RATE, "scopes": list(DEFAULT)})
    given = _given(request)
    try:
        made = applications.issue(by=request.actor.name, region=given["region"], **_checked(given))
    except (GatewayError, Refused) as refused:
        return _list(request, given, str(refused))
    _noted(request, "chain.app.issue", made.key)
    return _secret(request, made, f"已发放应用“{given['name']}”。")


@office_page(right="chain.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: ActorRequest, key: str) -> HttpResponse:
    """One application; POST changes it."""
    row = app_or_404(key)
    if request.method != "POST":
        return _page(request, row, _words(row))
    given = _given(request)
    try:
        applications.change(key=key, **_checked(given))
    except (GatewayError, Refused) as refused:
        return _page(request, row, given, str(refused))
    _noted(request, "chain.app.change", key)
    messages.success(request, "已保存。")
    return HttpResponseRedirect(reverse("office:chain_app", args=[key]))


@office_page(right="chain.manage")
@require_POST
def rotate(request: ActorRequest, key: str) -> HttpResponse:
    """A new secret; the old one goes on for a day, or ends at once."""
    row = app_or_404(key)
    at_once = request.POST.get("at_once") == "1"
    made = applications.rotate(key=row.key, at_once=at_once)
    _noted(request, "chain.app.rotate", key)
    old = "旧密钥已立即作废。" if at_once else "旧密钥24小时内仍可使用。"
    return _secret(request, made, f"已轮换“{row.name}”的密钥，{old}")


@office_page(right="chain.manage")
@require_POST
def state(request: ActorRequest, key: str) -> HttpResponse:
    """Suspend, resume or revoke."""
    row, wanted = app_or_404(key), request.POST.get("state", "")
    try:
        applications.set_state(key=row.key, state=wanted)
    except GatewayError as refused:
        return _page(request, row, _words(row), refused.message)
    _noted(request, f"chain.app.{wanted}", key)
    messages.success(request, f"已{STATES[wanted]}“{row.name}”。")
    return HttpResponseRedirect(reverse("office:chain_app", args=[key]))


def _given(request: ActorRequest) -> dict[str, Any]:
    names = ("name", "region", "ips", "rate", "valid_until")
    return {name: request.POST.get(name, "").strip() for name in names} | {
        "scopes": request.POST.getlist("scopes")
    }


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as an application has it. Raises GatewayError, Refused."""
    rate = whole_number(given["rate"])
    if rate is None:
        raise GatewayError(40001, "限流应为整数，例如 50。")
    day = day_of(given["valid_until"]) if given["valid_until"] else None
    end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE) if day else None
    return {
        "name": given["name"],
        "scopes": given["scopes"],
        "ips": given["ips"].split(),
        "rate": rate,
        "valid_until": end,
    }


def _words(row: ChainApp) -> dict[str, Any]:
    end = row.valid_until.astimezone(ZONE).date().isoformat() if row.valid_until else ""
    return {
        "name": row.name,
        "region": row.region,
        "ips": "\n".join(row.ips),
        "rate": str(row.rate),
        "valid_until": end,
        "scopes": list(row.scopes),
    }


def _list(request: ActorRequest, given: dict[str, Any], refused: str = "") -> HttpResponse:
    lines = [(row, REGIONS.get(row.region, row.region)) for row in applications.all_apps()]
    words: dict[str, Any] = {"lines": lines, "given": given, "refused": refused, "tabs": chain_tabs(request)}
    words |= {"regions": REGIONS, "scopes": SCOPES}
    return render(request, "office/chain_apps.html", words, status=422 if refused else 200)


def _page(request: ActorRequest, row: ChainApp, given: dict[str, Any], refused: str = "") -> HttpResponse:
    other = {ACTIVE: (SUSPENDED, REVOKED), SUSPENDED: (ACTIVE, REVOKED), REVOKED: ()}[row.state]
    words = {
        "app": row,
        "region": REGIONS.get(row.region, row.region),
        "joined": row.region == HOME or has_joined(region=row.region),
        "given": given,
        "refused": refused,
        "scopes": SCOPES,
        "states": [(code, STATES[code]) for code in other],
        "secrets": reading_back.secrets_standing(row),
        "reads": reading_back.latest_reads(row),
        "grants": rows_of(reading_back.grants_of(row)),
        "revoked": row.state == REVOKED,
    }
    return render(request, "office/chain_app.html", words, status=422 if refused else 200)


def _secret(request: ActorRequest, made: Issued, said: str) -> HttpResponse:
    answer = render(request, "office/chain_app_secret.html", {"made": made, "said": said})
    answer["Cache-Control"] = "no-store"
    return answer


def app_or_404(key: str) -> ChainApp:
    """The application of that key. Raises Http404."""
    row = applications.app_of(key)
    if row is None:
        raise Http404
    return row


def _noted(request: ActorRequest, action: str, key: str) -> None:
    audit(actor=request.actor, action=action, target=f"chain-app:{key}", ip=address_of(request))
