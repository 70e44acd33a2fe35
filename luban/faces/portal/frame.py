"""What every page of the firms' face shares: its frame, who may open it, and refusals turned into pages.

    @firm_page
    def cases(request): ...

`firm_page` is for those signed in for a firm (one sees one's own firm's cases), `open_page` for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache

from luban.cases.models import Case
from luban.kit.process import APPLICANT_STEP
from luban.kit.refusal import Refused
from luban.people.access import access
from luban.people.actor import Actor, reach_of
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC
from luban.ui.face import Face, Link, NavItem

View = Callable[..., HttpResponse]
DRAWN = {400: 400, 403: 403, 404: 404, 409: 409, 413: 413, 429: 429}
MOST_COUNTED = 99


def firm_page(view: View) -> View:
    """A page for people of a firm."""
    guarded: View = access(face="portal", right="case.apply")(never_cache(_framed(view)))
    return guarded


def open_page(view: View) -> View:
    """A page anybody may open."""
    guarded: View = access(face="portal", roles=PUBLIC, scope="open")(never_cache(_framed(view)))
    return guarded


def _framed(view: View) -> View:
    @wraps(view)
    def framed(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.face = SimpleLazyObject(lambda: face_of(request))  # type: ignore[attr-defined]
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return refusal_page(request, refused)

    return framed


def refusal_page(request: ActorRequest, refused: Refused) -> HttpResponse:
    """The refusal as a page of its own, with its status and sentence."""
    template = f"ui/errors/{DRAWN.get(refused.status, 400)}.html"
    return render(request, template, {"message": refused.message}, status=refused.status)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases the actor may read as its firm: an agent's only those of the items entrusted to it."""
    reach = reach_of(actor)
    rows = Case.objects.filter(applicant=actor.subject) if reach.applicant else Case.objects.none()
    return rows if reach.items is None else rows.filter(item__in=sorted(reach.items))


def to_correct(actor: Actor) -> int:
    """How many cases wait for the actor's firm."""
    return own_cases(actor).filter(step=APPLICANT_STEP)[: MOST_COUNTED + 1].count()


def face_of(request: ActorRequest) -> Face:
    """Navigation and account links of this visitor."""
    actor = request.actor
    here = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    if not actor.is_firm:
        verify = NavItem("查询核验", reverse("api:ask"))
        nav = (
            NavItem("首页", reverse("portal:home")),
            NavItem("办事大厅", reverse("portal:catalogue")),
            verify,
        )
        sign_in = "" if actor.signed_in else f"{reverse('signin:firm')}?{urlencode({'next': here})}"
        office = (Link("回办公端", "/office/", "layout-dashboard"),) if actor.signed_in else ()
        return Face(nav=nav, sign_in_url=sign_in, account_links=office)
    waiting = to_correct(actor)
    badge = f"{MOST_COUNTED}+" if waiting > MOST_COUNTED else str(waiting or "")
    return Face(
        nav=(
            NavItem("首页", reverse("portal:home")),
            NavItem("办事大厅", reverse("portal:catalogue")),
            NavItem("我的办件", reverse("portal:cases"), badge=badge),
            NavItem("我的证照", reverse("portal:licences")),
            NavItem("查询核验", reverse("api:ask")),
        ),
        messages_url=reverse("portal:news"),
        account_links=(
            Link("我的草稿", reverse("portal:drafts"), "pencil"),
            Link("账号与会话", reverse("signin:account"), "shield-lock"),
        ),
    )
