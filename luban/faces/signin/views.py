"""Signing in, for firms and for officials.

The two pages differ in whom they let in and where they lead. After a break (a session ended in mid-form) the visitor
signs in on a second page, which ends at ``done``; the first page goes on with everything that was typed, its scripts
taking the new form token from the cookie.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luban.faces.signin.forms import SigninForm
from luban.kit.refusal import Refused
from luban.people import demo
from luban.people.access import access, signin_url
from luban.people.requests import ActorRequest
from luban.people.roles import FIRM_ROLES, PUBLIC, ROLES
from luban.people.signing import FIRM_KINDS, OFFICE_KINDS, sign_in, sign_out, switch_role

DONE = "/signin/done/"


@dataclass(frozen=True, slots=True)
class Door:
    """One of the two pages: whom it lets in, where it leads, and the words on it."""

    face: str
    title: str
    hint: str
    home: str
    kinds: Collection[str]
    other_title: str
    other_face: str


FIRM_DOOR = Door(
    "portal",
    "企业登录",
    "用单位账号登录，办理申请、补正，查看证照。",
    "/",
    FIRM_KINDS,
    "工作人员登录",
    "office",
)
OFFICE_DOOR = Door(
    "office",
    "工作人员登录",
    "生态环境部门工作人员用本人账号登录。",
    "/office/",
    OFFICE_KINDS,
    "企业登录",
    "portal",
)


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
@require_POST
def leave(request: ActorRequest) -> HttpResponse:
    """Sign out and return to the page one came in by."""
    actor = request.actor
    door = FIRM_DOOR if actor.is_firm or not actor.signed_in else OFFICE_DOOR
    sign_out(request)
    messages.success(request, "您已退出登录。")
    return HttpResponseRedirect(signin_url(face=door.face))


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
    """Where signing in again on a second page ends: go back to the first one."""
    return render(request, "signin/done.html")


def safe_next(request: ActorRequest, *, door: Door) -> str:
    """Where to go afterwards: ``next`` if it is an address of this house on this door's side, else the door's home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    path = wanted.split("?")[0]
    if not ours or not path.startswith("/") or (path.endswith("/signin/") or path == "/signout/"):
        return door.home
    office_side = path.startswith(("/office/", "/screen/"))
    if path != DONE and office_side != (door is OFFICE_DOOR):
        return door.home
    return wanted


def _sign_in_page(request: ActorRequest, *, door: Door) -> HttpResponse:
    after = safe_next(request, door=door)
    if request.method == "POST":
        form = SigninForm(request.POST)
        if not form.is_valid():
            return _draw(request, door=door, form=form, after=after, status=400)
        try:
            sign_in(request, kinds=door.kinds, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return _draw(request, door=door, form=form, after=after, status=refusal.status)
        return HttpResponseRedirect(after)
    actor = request.actor
    if actor.signed_in and actor.is_firm == (door is FIRM_DOOR):
        return HttpResponseRedirect(after)
    return _draw(request, door=door, form=_empty_form(request, door=door), after=after)


def _empty_form(request: ActorRequest, *, door: Door) -> SigninForm:
    """The form, filled in when a demonstration account was picked from the table."""
    picked = next((row for row in _demo_accounts(door) if row.username == request.GET.get("demo")), None)
    return SigninForm(
        initial={"username": picked.username, "password": demo.demo_password()} if picked else None
    )


def _demo_accounts(door: Door) -> tuple[demo.DemoAccount, ...]:
    return tuple(row for row in demo.accounts() if row.kind in door.kinds) if settings.LUBAN_DEMO else ()


def _draw(
    request: ActorRequest, *, door: Door, form: SigninForm, after: str, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "signin/signin.html",
        {
            "door": door,
            "form": form,
            "next": after,
            "expired": request.session_expired or bool(request.GET.get("next")),
            "other_url": signin_url(face=door.other_face),
            "demo_accounts": _demo_accounts(door),
            "picked": request.GET.get("demo", ""),
        },
        status=status,
    )
