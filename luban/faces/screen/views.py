"""The big screen: one page that a script fills anew every ten seconds; officials of the bureaus may open it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from luban.faces.screen.content import content_now
from luban.people.access import access
from luban.people.requests import ActorRequest
from luban.people.roles import BUREAU_ROLES


@access(face="screen", roles=BUREAU_ROLES, scope="open")
@never_cache
@require_safe
def screen(request: ActorRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "screen/screen.html", {"s": content_now()})


@access(face="screen", roles=BUREAU_ROLES, scope="open")
@never_cache
@require_safe
def body(request: ActorRequest) -> HttpResponse:
    """What changes, for the script."""
    return render(request, "screen/body.html", {"s": content_now()})
