"""What a session keeps and when it is over: idle for half an hour, older than twelve hours, or begun anew elsewhere.

A session carries a mark that stands in the account's row, too. Signing in makes a new mark where an account may have one
session only, so the older session no longer fits; signing out everywhere makes a new one for any account. Both rows are
read anyway with every request, so the rule costs no statement.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.people.models import Account
from luban.people.roles import Kind
from luban.people.trail import audit

ROLE_KEY = "luban_role"
SEEN_KEY = "luban_seen"
MARK_KEY = "luban_mark"
BEGAN_KEY = "luban_began"
PROOF_KEY = "luban_proof"
WAY_KEY = "luban_way"
FROM_KEY = "luban_from"
TOKEN_KEY = "luban_id_token"  # noqa: S105  the name of a place
ENDED_KEY = "luban_ended"
_OWN = (ROLE_KEY, SEEN_KEY, MARK_KEY, BEGAN_KEY, PROOF_KEY, WAY_KEY, FROM_KEY, TOKEN_KEY, ENDED_KEY)

IDLE_MINUTES = 30
RENEW_SECONDS = 60
IDLE, TOO_LONG, ELSEWHERE = "idle", "too_long", "elsewhere"
_KEPT = "本页内容还在。请在新打开的页面重新登录，再回到本页继续。"
ENDED_WORDS: Mapping[str, str] = {
    IDLE: "",
    TOO_LONG: f"本次登录已达到最长时限，需要重新登录，{_KEPT}",
    ELSEWHERE: f"您的账号已在别处登录，本处已退出；如非本人操作，请立即修改密码并联系管理员。{_KEPT}",
}
"""What somebody is told whose session is over ('': the words for an idle one, `access.SIGNED_OUT`)."""

PASSWORD, CERTIFICATE, PLATFORM = "password", "certificate", "oidc:"
"""Ways of signing in; a platform's code follows the last one."""
_BACKEND = "luban.people.backend.AccountBackend"


def actor_of(account: Account, *, role: str = "") -> Actor:
    """The actor of an account in ``role`` if it holds it, else in its first role."""
    organisation = account.organisation
    bureau = organisation.parent if organisation and organisation.kind == Kind.DIVISION else organisation
    return Actor(
        account=account.username,
        name=account.name,
        role=role if role in account.roles else account.roles[0],
        organisation=bureau.code if bureau else "",
        organisation_name=bureau.name if bureau else "",
        adcode=bureau.adcode if bureau else "",
        division=organisation.code if organisation and organisation is not bureau else "",
        items=frozenset(account.items),
    )


def begin(
    request: HttpRequest,
    *,
    account: Account,
    way: str,
    address: str,
    proved_at: datetime | None = None,
    id_token: str = "",
) -> Actor:
    """Start the session of somebody who has proved who it is (``proved_at``: when, now unless said), and note it."""
    now = clock.now()
    login(request, account, backend=_BACKEND)
    session = request.session
    session.set_expiry(0)
    for name in _OWN:
        session.pop(name, None)
    alone = account.kind in settings.LUBAN_ONE_SESSION or not account.session_mark
    mark = secrets.token_urlsafe(32) if alone else account.session_mark
    session[MARK_KEY], session[WAY_KEY], session[FROM_KEY] = mark, way, address
    session[SEEN_KEY] = session[BEGAN_KEY] = now.timestamp()
    session[PROOF_KEY] = (proved_at or now).timestamp()
    if id_token:
        session[TOKEN_KEY] = id_token
    Account.objects.filter(pk=account.pk).update(signed_in_at=now, session_mark=mark)
    actor = actor_of(account)
    audit(actor=actor, action="signin", detail={"way": way}, ip=address)
    return actor


def end_if_over(request: HttpRequest) -> str:
    """IDLE or TOO_LONG when this visitor's session was ended just now; '' otherwise, and the moment is noted.

    The moment last seen is written at most once a minute.
    """
    seen = request.session.get(SEEN_KEY)
    if seen is None:
        return ""
    now = clock.now().timestamp()
    if now - seen > getattr(settings, "LUBAN_IDLE_MINUTES", IDLE_MINUTES) * 60:
        end(request, why=IDLE)
        return IDLE
    if now - request.session.get(BEGAN_KEY, now) > settings.LUBAN_SESSION_HOURS * 3600:
        end(request, why=TOO_LONG)
        return TOO_LONG
    if not 0 <= now - seen < RENEW_SECONDS:
        request.session[SEEN_KEY] = now
    return ""


def superseded(request: HttpRequest, *, account: Account) -> bool:
    """Whether the session no longer belongs to the account: it signed in elsewhere, or out everywhere."""
    fits: bool = request.session.get(MARK_KEY, "") == account.session_mark
    return not fits


def end(request: HttpRequest, *, why: str) -> None:
    """End this session; the next sign-in page says why where there is something to say."""
    request.session.flush()
    request.user = AnonymousUser()
    if ENDED_WORDS[why]:
        request.session[ENDED_KEY] = why


def end_everywhere(*, account: Account) -> None:
    """Let no session of the account fit any more."""
    Account.objects.filter(pk=account.pk).update(session_mark=secrets.token_urlsafe(32))
