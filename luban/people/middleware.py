"""Every request carries an actor.

Two queries at most: the session, and the account joined with its organisation; a visitor without a cookie costs none.
An account whose row was touched (a role given by hand in the database) is nobody.
A session that is over (``session_rules``) is ended here; what the visitor is then told is decided by ``access``, by the
kind of request.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from luban.people.actor import Actor
from luban.people.genuine import RowTouched, genuine
from luban.people.models import Account
from luban.people.session_rules import (
    ELSEWHERE,
    ENDED_WORDS,
    ROLE_KEY,
    actor_of,
    end,
    end_if_over,
    superseded,
)
from luban.trust.keys import KeyMissing


class ActorMiddleware:
    """Sets ``request.actor`` (never None), ``request.actor_roles``, ``request.session_expired``, ``request.ended_words``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Recognise the visitor, then answer."""
        ended = end_if_over(request)
        account = request.user
        known = isinstance(account, Account) and bool(account.roles) and _is_genuine(account, request)
        if known and superseded(request, account=account):  # type: ignore[arg-type]
            end(request, why=ELSEWHERE)
            ended, known = ELSEWHERE, False
        request.session_expired = bool(ended)  # type: ignore[attr-defined]
        request.ended_words = ENDED_WORDS.get(ended, "")  # type: ignore[attr-defined]
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
