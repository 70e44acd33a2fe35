"""Every request carries an actor.

Two queries at most: the session, and the account joined with its organisation; a visitor without a cookie costs none.
An account whose row was touched (a role given by hand in the database) is nobody.
A session idle for longer than ``settings.LUBAN_IDLE_MINUTES`` (default 30) is ended here; what the visitor is then
told is decided by ``access``, by the kind of request. The moment last seen is written at most once a minute.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.people.genuine import RowTouched, genuine
from luban.people.models import Account
from luban.people.signing import ROLE_KEY, SEEN_KEY, actor_of
from luban.trust.keys import KeyMissing

IDLE_MINUTES = 30
RENEW_SECONDS = 60


class ActorMiddleware:
    """Sets ``request.actor`` (never None), ``request.actor_roles`` and ``request.session_expired``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Recognise the visitor, then answer."""
        request.session_expired = _end_if_idle(request)  # type: ignore[attr-defined]
        account = request.user
        known = isinstance(account, Account) and bool(account.roles) and _is_genuine(account, request)
        request.actor_roles = tuple(account.roles) if known else ()  # type: ignore[attr-defined, union-attr]
        request.actor = (  # type: ignore[attr-defined]
            actor_of(account, role=request.session.get(ROLE_KEY, ""))  # type: ignore[arg-type]
            if known
            else Actor.public()
        )
        return self.get_response(request)


def _is_genuine(account: Account, request: HttpRequest) -> bool:
    """Whether the account's row is as the platform wrote it; the alarm has sounded when it is not.

    Without a key nobody can tell: the request is marked, and whoever draws pages refuses it.
    """
    try:
        genuine(account)
    except RowTouched:
        return False
    except KeyMissing as missing:
        request.keys_missing = missing  # type: ignore[attr-defined]
        return False
    return True


def _end_if_idle(request: HttpRequest) -> bool:
    """Whether this visitor's session was ended just now for being idle; otherwise note the moment."""
    seen = request.session.get(SEEN_KEY)
    if seen is None:
        return False
    now = clock.now().timestamp()
    if now - seen > getattr(settings, "LUBAN_IDLE_MINUTES", IDLE_MINUTES) * 60:
        request.session.flush()
        return True
    if not 0 <= now - seen < RENEW_SECONDS:
        request.session[SEEN_KEY] = now
    return False
