"""The two doors: whom each lets in, where it leads, what stands on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from luban.faces.signin.forms import SigninForm
from luban.kit.refusal import Refused
from luban.people import demo
from luban.people.access import signin_url
from luban.people.gateway import certificate_of
from luban.people.identity.platforms import Platform, platform, platforms
from luban.people.requests import ActorRequest
from luban.people.session_rules import ENDED_KEY, ENDED_WORDS
from luban.people.signing import FIRM_KINDS, OFFICE_KINDS

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
    password_title: str


FIRM_DOOR = Door(
    "portal",
    "企业登录",
    "单位法人和经办人用统一身份认证登录，办理申请、补正，查看证照。",
    "/",
    FIRM_KINDS,
    "工作人员登录",
    "office",
    "",
)
OFFICE_DOOR = Door(
    "office",
    "工作人员登录",
    "生态环境部门工作人员用本人的政务外网身份登录。",
    "/office/",
    OFFICE_KINDS,
    "企业登录",
    "portal",
    "管理员登录",
)


def door_of(platform: Platform) -> Door:
    """The door whose people a platform vouches for."""
    return FIRM_DOOR if platform.kind in FIRM_KINDS else OFFICE_DOOR


def platform_or_404(code: str) -> Platform:
    """The configured platform of that code. Raises Http404."""
    found = platform(code=code)
    if found is None:
        raise Http404
    return found


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
    if path != DONE and not path.startswith("/account/") and office_side != (door is OFFICE_DOOR):
        return door.home
    return wanted


def own_address(request: ActorRequest, path: str) -> str:
    """An address of the house as a platform knows it: the public one, or in a demonstration the one it was asked at."""
    if settings.LUBAN_DEMO:
        return request.build_absolute_uri(path)
    return f"{settings.LUBAN_PUBLIC_URL}{path}"


def demo_accounts(door: Door) -> tuple[demo.DemoAccount, ...]:
    """The demonstration's accounts of a door; none outside of it."""
    return tuple(row for row in demo.accounts() if row.kind in door.kinds) if settings.LUBAN_DEMO else ()


def draw(
    request: ActorRequest,
    *,
    door: Door,
    after: str,
    form: SigninForm | None = None,
    refused: Refused | None = None,
    status: int = 0,
) -> HttpResponse:
    """The page of a door, with a filled form or a refusal."""
    ended = request.session.pop(ENDED_KEY, "") if ENDED_KEY in request.session else ""
    said = ENDED_WORDS.get(ended, "").partition("本页内容还在")[0].rstrip("，。")
    words: dict[str, Any] = {
        "door": door,
        "form": form or SigninForm(),
        "refused": refused.message if refused else "",
        "next": after,
        "ended": f"{said}。" if said else "",
        "expired": request.session_expired or bool(request.GET.get("next")),
        "other_url": signin_url(face=door.other_face),
        "platforms": platforms(kinds=door.kinds),
        "certificate": certificate_of(request),
        "action": reverse("signin:firm" if door is FIRM_DOOR else "signin:office"),
        "by_password": settings.LUBAN_DEMO or door is OFFICE_DOOR,
        "demo_accounts": demo_accounts(door),
        "picked": request.GET.get("demo", ""),
    }
    return render(request, "signin/signin.html", words, status=status or (refused.status if refused else 200))
