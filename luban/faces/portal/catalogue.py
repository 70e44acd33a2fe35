"""The hall: every item a firm may come for, by theme, or those that fit the words typed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from luban.faces.portal.families import examples, offered, search, themes
from luban.faces.portal.frame import open_page
from luban.people.requests import ActorRequest
from luban.ui.view import Crumbs

LONGEST_QUERY = 60


@open_page
@require_safe
def catalogue(request: ActorRequest) -> HttpResponse:
    """All items, or with `q` those found."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = search(text)
    return render(
        request,
        "portal/catalogue.html",
        {
            "q": text,
            "themes": themes(found),
            "count": len(found),
            "examples": examples(themes(offered())),
            "crumbs": Crumbs((("首页", "/"),), "办事大厅"),
        },
    )
