"""My drafts: what is begun and not handed in; go on with one or throw it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.faces.portal.addresses import fill_url
from luban.faces.portal.frame import firm_page
from luban.people.requests import ActorRequest
from luban.stages.fill import drafts as stage
from luban.ui.view import Crumbs, Pager

PAGE = 20


@firm_page
@require_safe
def drafts(request: ActorRequest) -> HttpResponse:
    """A page of drafts, latest first; `after` is where the page before ended."""
    after = request.GET.get("after", "")
    lines = stage.of_owner(actor=request.actor, limit=PAGE + 1, after=after.replace(" ", "+") or None)
    shown, here = lines[:PAGE], reverse("portal:drafts")
    return render(
        request,
        "portal/drafts.html",
        {
            "crumbs": Crumbs((("首页", "/"),), "我的草稿"),
            "lines": [(line, fill_url(line.id)) for line in shown],
            "pager": Pager(
                f"本页 {len(shown)} 份",
                previous_href=here if after else "",
                next_href=f"{here}?after={shown[-1].cursor}" if len(lines) > PAGE else "",
            ),
        },
    )


@firm_page
@require_POST
def discard(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Throw a draft away with its files. Raises Refused (409 submitted, 404 foreign)."""
    stage.discard(draft_id=draft_id, actor=request.actor)
    messages.success(request, "草稿已删除。")
    return HttpResponseRedirect(reverse("portal:drafts"))
