"""上链组织: which organisations the chain knows, with what roles; a province is entered here.

For the administrator of chain and access. Entering writes two transactions that nobody can take back, so what they say is
shown first. What is entered is a line of the audit trail.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.cases import house
from luban.faces.office import chain_orgs_found as found
from luban.faces.office.chain_tabs import chain_tabs
from luban.faces.office.frame import office_page
from luban.kit.refusal import Refused
from luban.ledger import setup
from luban.people.organisations import PROVINCES
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.chain.wake import wake


@office_page(right="chain.manage")
@require_safe
def organisations(request: ActorRequest) -> HttpResponse:
    """The list, and which province may still be entered."""
    lines, problem = found.organisations()
    words: dict[str, Any] = {
        "tabs": chain_tabs(request),
        "lines": lines,
        "problem": problem,
        "regions": found.not_entered(),
    }
    return render(request, "office/chain_orgs.html", words)


@office_page(right="chain.manage")
@require_POST
def enter(request: ActorRequest) -> HttpResponse:
    """What will be written; posted again, it is. Raises Refused (422, 409)."""
    region = request.POST.get("region", "")
    if region not in PROVINCES:
        raise Refused("NO_REGION", "请选择要登记的省。", status=422)
    name = PROVINCES[region]
    if setup.has_joined(region=region):
        raise Refused("ENTERED", f"{name}已在链上登记或正在登记，不必再登记；进度见上链组织。")
    if request.POST.get("sure") != "1":
        roles = found.role_words(setup.MEMBER_ROLES)
        return render(request, "office/chain_org_sure.html", {"region": region, "name": name, "roles": roles})
    with transaction.atomic():
        setup.begin(keys=house.keys())
        setup.join(region=region, name=name, keys=house.keys())
        audit(
            actor=request.actor,
            action="chain.org.enter",
            target=f"chain-org:{region}",
            detail={"name": name, "roles": setup.MEMBER_ROLES},
            ip=address_of(request),
        )
        wake()
    messages.success(request, f"已提交{name}的上链登记，几秒后完成，请刷新查看。")
    return HttpResponseRedirect(reverse("office:chain_orgs"))
