"""Ending a session on both sides: ours through the platform's (RP-initiated logout), and the platform's through ours
(back-channel logout)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest

from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.people.identity import tokens
from luban.people.identity.binding import linked
from luban.people.identity.platforms import Platform, PlatformAway, endpoints, keys, platform
from luban.people.session_rules import PLATFORM, TOKEN_KEY, WAY_KEY, end_everywhere
from luban.people.trail import address_of, audit


def way_out(request: HttpRequest, *, back: str) -> str:
    """Where the platform ends its side of the session that is about to end here; '' when it did not begin there, or the
    platform cannot be asked."""
    way = request.session.get(WAY_KEY, "")
    of = platform(code=way.removeprefix(PLATFORM)) if way.startswith(PLATFORM) else None
    if of is None:
        return ""
    try:
        where = endpoints(of=of).end_session
    except PlatformAway:
        return ""
    hint = request.session.get(TOKEN_KEY, "")
    said = {"id_token_hint": hint, "client_id": of.client_id, "post_logout_redirect_uri": back}
    return f"{where}?{urlencode(said)}" if where else ""


def told_to_end(request: HttpRequest, *, of: Platform, token: str) -> None:
    """The platform says that somebody has signed out there. Raises TokenRefused, PlatformAway."""
    claims = tokens.logout_token(
        token,
        keys=keys(of=of),
        issuer=of.issuer,
        client_id=of.client_id,
        now=int(clock.now().timestamp()),
    )
    if not cache.add(f"oidc:logout:{of.issuer}:{claims['jti']}", 1, 2 * tokens.OLDEST):
        return
    account = linked(issuer=of.issuer, subject=claims["sub"])
    if account is not None:
        end_everywhere(account=account)
        audit(
            actor=Actor.system(),
            action="signout.platform",
            target=f"account:{account.username}",
            ip=address_of(request),
        )
