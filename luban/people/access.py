"""Who may open which address, declared on the view once and readable there.

    @access(face="office", right="register.edit", scope="own_office")
    def edit(request): ...

A view names a right of the table (``permissions``), which is asked at each request, or (public pages, signing in) roles.

A declaration is checked when the module is imported: a misspelt face, role or scope, or a scope narrower than a
role's own, fails at once. It stays readable as ``view.access``, so ``routes()`` can walk every URL and a test can
fail on one without a declaration. The decorator settles face and role; a view that shows one case then calls
``require_sight``. Refusals (README §2.2): a firm or a visitor is told 404, as if nothing were there; an official 403.

Someone not signed in (or whose session was just ended) is answered by the kind of request: a page is redirected to
sign in and come back; a script gets 401 with ``X-Lb-Signin``; a plain form gets 401 and a page that explains how to
keep what was typed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver

from luban.people.actor import Actor, may_see
from luban.people.permissions import may, shipped
from luban.people.requests import ActorRequest
from luban.people.roles import (
    FIRM_ROLES,
    OFFICIAL_ROLES,
    OPERATOR_ROLES,
    PUBLIC,
    Scope,
    role_of,
    title_of,
)

__all__ = ["Access", "access", "may_see", "refusal", "require_sight", "routes", "signin_url"]

SIGNIN_PATHS = {
    "portal": "/signin/",
    "mobile": "/signin/",
    "office": "/office/signin/",
    "screen": "/office/signin/",
}
FACES = frozenset({*SIGNIN_PATHS, "api", "public"})
SIDES = {
    "portal": FIRM_ROLES,
    "mobile": FIRM_ROLES,
    "office": OFFICIAL_ROLES | OPERATOR_ROLES,
    "screen": OFFICIAL_ROLES | OPERATOR_ROLES,
}
"""Who signs in at a face: a right held by both sides opens to each its own face only."""

OPEN, BY_ROLE, APPLICATION = "open", "role", "application"
"""Scopes of a view beside ``Scope``: no case data at all · each role's own scope · the partner application's grants."""

SIGNIN_HEADER = "X-Lb-Signin"
SIGNED_OUT = "登录已超时或尚未登录，本页内容还在。请在新打开的页面重新登录，再回到本页继续。"

# A view may be declared with a scope that covers what the role sees by itself.
_COVERS = {
    Scope.OWN_FIRM: {Scope.OWN_FIRM, Scope.OWN_FIRM_ITEMS},
    Scope.OWN_DISTRICT: {Scope.OWN_DISTRICT, Scope.OWN_OFFICE},
    Scope.OWN_OFFICE: {Scope.OWN_OFFICE, Scope.OWN_DISTRICT, Scope.CITY, Scope.CITY_DIVISION},
    Scope.CITY: {Scope.CITY, Scope.CITY_DIVISION, Scope.CITY_ITEMS, Scope.OWN_OFFICE},
}


@dataclass(frozen=True, slots=True)
class Access:
    """One declaration. ``roles`` containing ``public`` opens the address to everybody. With a ``right`` the roles are
    those of the shipped table, and ``now`` those of the table in force.
    """

    face: str
    roles: frozenset[str]
    scope: str
    right: str = ""

    @property
    def now(self) -> frozenset[str]:
        """The roles that may open the address at this moment."""
        return may(self.right) & SIDES[self.face] if self.right else self.roles

    @property
    def is_public(self) -> bool:
        """Whether anybody may open it."""
        return bool(self.roles & PUBLIC)


V = TypeVar("V", bound=Callable[..., HttpResponse])


def access(
    *, face: str, roles: Collection[str] = (), scope: str = BY_ROLE, right: str = ""
) -> Callable[[V], V]:
    """Declare a view (or the result of ``View.as_view()``). Raises ValueError, UnknownRoleError or
    UnknownPermissionError when it makes no sense.

    ``face`` is one of FACES; either ``right`` or ``roles`` say who; ``scope`` is ``open``, ``role`` or a value of ``Scope``. With ``face="api"`` the caller
    is a partner application, checked by the API itself: ``roles`` is then empty and ``scope="application"``.
    """
    declared = _declaration(face=face, roles=frozenset(roles), scope=str(scope), right=right)

    def declare(view: V) -> V:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            answer = _gate(request, declared)
            return answer if answer is not None else view(request, *args, **kwargs)

        guarded.access = declared  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def _declaration(*, face: str, roles: frozenset[str], scope: str, right: str) -> Access:
    if face not in FACES:
        raise ValueError(f"unknown face {face!r}; known: {sorted(FACES)}")
    if right:
        if roles or face not in SIDES:
            raise ValueError(f"a right is declared without roles, on a face people sign in at, not {face!r}")
        roles = shipped(right) & SIDES[face]
    if face == "api" and scope == APPLICATION and not roles:
        return Access(face, roles, scope)
    if not roles or scope == APPLICATION:
        raise ValueError("roles are needed; partner applications use face='api', scope='application'")
    if scope not in {OPEN, BY_ROLE, *Scope}:
        raise ValueError(f"unknown scope {scope!r}")
    for code in sorted(roles):
        own = role_of(code).scope
        if scope not in (OPEN, BY_ROLE) and own not in _COVERS.get(Scope(scope), {Scope(scope)}):
            raise ValueError(f"role {code!r} sees {own.value!r}, which {scope!r} does not cover")
    return Access(face, roles, scope, right)


def _gate(request: ActorRequest, declared: Access) -> HttpResponse | None:
    """None when the visitor may pass, an answer when signing in is needed; raises the refusal otherwise."""
    actor = request.actor
    if declared.is_public or declared.scope == APPLICATION:
        return None
    if not actor.signed_in:
        return _ask_to_sign_in(request, face=declared.face)
    roles = declared.now
    if actor.role in roles:
        return None
    held = [role for role in request.actor_roles if role in roles]
    if held:
        raise PermissionDenied(f"本页需要以“{title_of(held[0])}”的角色打开，请先切换角色。")
    raise refusal(actor)


def refusal(actor: Actor) -> Exception:
    """What to raise to turn an actor away: Http404 for firms and visitors, who must not learn that anything is there;
    PermissionDenied (403) for officials.
    """
    if actor.is_firm or not actor.signed_in:
        return Http404()
    return PermissionDenied("您没有查看或办理此内容的权限。如需办理，请切换角色或联系本单位管理员。")


def require_sight(
    actor: Actor,
    *,
    applicant: str,
    handling_org: str,
    parties: Collection[str] = (),
    item: str = "",
    division: str = "",
) -> None:
    """Pass when the actor may read the case (see ``may_see``), otherwise raise its ``refusal``."""
    if not may_see(
        actor, applicant=applicant, handling_org=handling_org, parties=parties, item=item, division=division
    ):
        raise refusal(actor)


def signin_url(*, face: str, next_url: str = "") -> str:
    """The sign-in page of a face, returning to ``next_url`` afterwards."""
    path = SIGNIN_PATHS.get(face, SIGNIN_PATHS["portal"])
    return f"{path}?{urlencode({'next': next_url})}" if next_url else path


def _ask_to_sign_in(request: ActorRequest, *, face: str) -> HttpResponse:
    by_script = request.headers.get("HX-Request") == "true" or _wants_data(request)
    if not by_script and request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(signin_url(face=face, next_url=request.get_full_path()))
    again = signin_url(face=face, next_url="/signin/done/")
    message = getattr(request, "ended_words", "") or SIGNED_OUT
    response: HttpResponse
    if by_script:
        response = JsonResponse({"error": 401, "message": message, "signin": again}, status=401)
    else:
        response = render(
            request, "people/signed_out.html", {"signin": again, "message": message}, status=401
        )
    response.headers[SIGNIN_HEADER] = again
    return response


def _wants_data(request: ActorRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLActorRequest" or request.headers.get(
        "Accept", ""
    ).startswith("application/json")


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the house and its declaration, None when it has none."""

    path: str
    view: str
    access: Access | None


def routes(
    patterns: Iterable[URLPattern | URLResolver] | None = None, *, prefix: str = ""
) -> Iterator[Route]:
    """Every address of ``patterns`` (default: the whole URLconf), depth first, for the permission matrix."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix=path)
        else:
            yield Route(path, pattern.lookup_str, getattr(pattern.callback, "access", None))
