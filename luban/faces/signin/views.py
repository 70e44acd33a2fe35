"""Signing in, for firms and for officials.

The two pages differ in whom they let in and where they lead. After a break (a session ended in mid-form) the visitor
signs in on a second page, which ends at ``done``; the first page goes on with everything that was typed, its scripts
taking the new form token from the cookie.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luban.faces.signin.doors import (
    FIRM_DOOR,
    OFFICE_DOOR,
    Door,
    demo_accounts,
    draw,
    own_address,
    safe_next,
)
from luban.faces.signin.forms import SigninForm
from luban.kit.refusal import Refused
from luban.people import demo
from luban.people.access import access, signin_url
from luban.people.gateway import note_pretence
from luban.people.identity.leaving import way_out
from luban.people.requests import ActorRequest
from luban.people.roles import FIRM_ROLES, PUBLIC, ROLES
from luban.people.second import SecondNeeded
from luban.people.signing import sign_in, sign_out, switch_role


@access(face="portal", roles=PUBLIC, scope="open")
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def firm(request: ActorRequest) -> HttpResponse:
    """The firms' sign-in page."""
    return _sign_in_page(request, door=FIRM_DOOR)


@access(face="office", roles=PUBLIC, scope="open")
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def office(request: ActorRequest) -> HttpResponse:
    """The officials' sign-in page."""
    return _sign_in_page(request, door=OFFICE_DOOR)


@access(face="portal", roles=PUBLIC, scope="open")
@never_cache
@require_POST
def leave(request: ActorRequest) -> HttpResponse:
    """Sign out here and, for who came by a platform, there; then return to the page one came in by."""
    return left(request)


def left(request: ActorRequest) -> HttpResponse:
    """End this session and lead to the platform's end of it, or to the door.

    A form may not be redirected to another house (content security policy), so the way there is a page that moves on.
    """
    actor = request.actor
    door = FIRM_DOOR if actor.is_firm or not actor.signed_in else OFFICE_DOOR
    back = signin_url(face=door.face)
    away = way_out(request, back=own_address(request, back))
    sign_out(request)
    if away:
        answer = render(request, "signin/leaving.html", {"away": away, "back": back})
        answer.headers["Refresh"] = f"0; url={away}"
        return answer
    messages.success(request, "您已退出登录。")
    return HttpResponseRedirect(back)


@access(face="public", roles=frozenset(ROLES) - PUBLIC, scope="open")
@require_POST
def role(request: ActorRequest) -> HttpResponse:
    """Make another role of the account active, then return to ``next``."""
    actor = request.actor
    door = FIRM_DOOR if actor.role in FIRM_ROLES else OFFICE_DOOR
    try:
        chosen = switch_role(request, role=request.POST.get("role", ""))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已切换为“{chosen.role_title}”。")
    return HttpResponseRedirect(safe_next(request, door=door))


@access(face="portal", roles=PUBLIC, scope="open")
@never_cache
@require_GET
def done(request: ActorRequest) -> HttpResponse:
    """Where signing in again (or proving who one is) on a second page ends: go back to the first one."""
    return render(request, "signin/done.html")


def _sign_in_page(request: ActorRequest, *, door: Door) -> HttpResponse:
    after = safe_next(request, door=door)
    note_pretence(request)
    if request.method == "POST":
        form = SigninForm(request.POST)
        if not form.is_valid():
            return draw(request, door=door, form=form, after=after, status=400)
        try:
            sign_in(request, kinds=door.kinds, **form.cleaned_data)
        except SecondNeeded:
            return HttpResponseRedirect(f"{reverse('signin:second')}?{urlencode({'next': after})}")
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return draw(request, door=door, form=form, after=after, status=refusal.status)
        return HttpResponseRedirect(after)
    actor = request.actor
    if actor.signed_in and actor.is_firm == (door is FIRM_DOOR):
        return HttpResponseRedirect(after)
    return draw(request, door=door, form=_empty_form(request, door=door), after=after)


def _empty_form(request: ActorRequest, *, door: Door) -> SigninForm:
    """The form, filled in when a demonstration account was picked from the table."""
    picked = next((row for row in demo_accounts(door) if row.username == request.GET.get("demo")), None)
    filled = picked is not None and settings.LUBAN_DEMO
    return SigninForm(
        initial={"username": picked.username, "password": demo.demo_password()}
        if picked is not None and filled
        else None
    )
