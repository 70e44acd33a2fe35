"""Asking again who it is before something is sealed.

    @proving
    def act(request): ...
        require_fresh_proof(request)

``require_fresh_proof`` passes while the last proof of identity is younger than LUBAN_PROOF_MINUTES (0: it must belong to
this very request) and raises ``ProofNeeded`` otherwise; ``proving`` turns that into a page which carries everything that
was posted along, asks for the password (and code), and posts it all to the same address again: nothing typed is lost,
nothing typed is kept on the way. Whoever signed in by a platform proves it there, on a second page; whoever signed in
by certificate shows it again. Call it before anything is written: what is tried here must count, whatever happens later.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.gateway import certificate_of, is_bound
from luban.people.models import Account
from luban.people.second import needs_second, prove_code
from luban.people.session_rules import CERTIFICATE, PLATFORM, PROOF_KEY, WAY_KEY, actor_of
from luban.people.signing import prove_password
from luban.people.trail import address_of, audit

ONCE_KEY = "luban_proof_once"
ONCE_SECONDS = 300
TRYING, WORD, CODE = "proof_try", "proof_password", "proof_code"
_NOT_CARRIED = frozenset({TRYING, WORD, CODE, "csrfmiddlewaretoken"})
View = TypeVar("View", bound=Callable[..., Any])


class ProofNeeded(Exception):
    """The last proof of identity is too old; ``message`` says what was wrong with the one just given ('': none was)."""

    def __init__(self, message: str = "", status: int = 428) -> None:
        super().__init__(message)
        self.message, self.status = message, status


def require_fresh_proof(request: HttpRequest) -> None:
    """Pass when the visitor has proved lately who it is. Raises ProofNeeded."""
    minutes = settings.LUBAN_PROOF_MINUTES
    if minutes is None or getattr(request, "proved_now", False):
        return
    now = clock.now().timestamp()
    if minutes and 0 <= now - request.session.get(PROOF_KEY, 0) <= minutes * 60:
        return
    once = request.session.pop(ONCE_KEY, None)  # proved on a second page a moment ago
    if once is not None and 0 <= now - once <= ONCE_SECONDS:
        request.proved_now = True  # type: ignore[attr-defined]
        return
    raise ProofNeeded()


def note_proof(request: HttpRequest, *, way: str) -> None:
    """The visitor has just proved who it is."""
    now = clock.now().timestamp()
    request.session[PROOF_KEY] = request.session[ONCE_KEY] = now
    account = request.user
    if isinstance(account, Account):
        audit(actor=actor_of(account), action="proof", detail={"way": way}, ip=address_of(request))


def proving(view: View) -> View:
    """A view that may ask for a fresh proof (see the module)."""

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method == "POST" and request.POST.get(TRYING):
                _try(request)
            answer: HttpResponse = view(request, *args, **kwargs)
        except ProofNeeded as needed:
            return _page(request, needed)
        return answer

    return proven  # type: ignore[return-value]


def _try(request: HttpRequest) -> None:
    """Take what was typed on the page of proof. Raises ProofNeeded with what is wrong."""
    account, way = request.user, request.session.get(WAY_KEY, "")
    if not isinstance(account, Account) or way.startswith(PLATFORM):
        return
    address = address_of(request)
    try:
        if way == CERTIFICATE:
            shown = certificate_of(request)
            if shown is None or not is_bound(shown, account=account):
                raise Refused("PROOF_CERTIFICATE", "没有读到您的数字证书，请插好密钥后再试。", status=400)
        else:
            word = request.POST.get(WORD, "")
            if not word or len(word) > 256:
                raise Refused("PROOF_EMPTY", "请输入密码。", status=400)
            prove_password(username=account.username, password=word, address=address)
            if needs_second(account):
                prove_code(account=account, code=request.POST.get(CODE, ""), address=address)
    except Refused as refused:
        raise ProofNeeded(refused.message, refused.status) from None
    note_proof(request, way=way)
    request.session.pop(ONCE_KEY, None)
    request.proved_now = True  # type: ignore[attr-defined]


def _page(request: HttpRequest, needed: ProofNeeded) -> HttpResponse:
    way = request.session.get(WAY_KEY, "")
    carried = [
        (name, value) for name, values in request.POST.lists() if name not in _NOT_CARRIED for value in values
    ]
    account = request.user
    words = {
        "carried": carried,
        "action": request.get_full_path(),
        "refused": needed.message,
        "platform_url": f"/signin/oidc/{way.removeprefix(PLATFORM)}/?{urlencode({'purpose': 'proof'})}"
        if way.startswith(PLATFORM)
        else "",
        "certificate": way == CERTIFICATE,
        "code": isinstance(account, Account) and needs_second(account),
        "minutes": settings.LUBAN_PROOF_MINUTES,
    }
    return render(request, "people/prove.html", words, status=needed.status)
