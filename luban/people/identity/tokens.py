"""Believing what an identity platform signed, or saying why not. Pure: keys and the time are given.

OpenID Connect Core 3.1.3.7 and Back-Channel Logout 2.6: signature by one of the platform's keys and an asymmetric
algorithm of our list (never ``none``, never a shared secret), issuer, audience, expiry, nonce.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import (
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    MissingKeyError,
)
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
LEEWAY = 60  # seconds two clocks may differ
OLDEST = 600  # seconds since a token was made
LONGEST_TOKEN = 16 * 1024
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class TokenRefused(ValueError):
    """A token that is not believed. ``why``: shape, signature, key (unknown), issuer, audience, expired, nonce, age, event."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def id_token(
    token: object,
    *,
    keys: Mapping[str, Any],
    issuer: str,
    client_id: str,
    nonce: str,
    now: int,
    proved_since: int | None = None,
) -> dict[str, Any]:
    """The claims of an ID token. ``now`` and ``proved_since`` are seconds since 1970; with the latter the person must
    have proved who it is (``auth_time``) no earlier. Raises TokenRefused.
    """
    claims = _checked(token, keys=keys, issuer=issuer, client_id=client_id, now=now)
    if not isinstance(claims.get("exp"), int):
        raise TokenRefused("expired")
    if not nonce or claims.get("nonce") != nonce:
        raise TokenRefused("nonce")
    if proved_since is not None:
        proved = claims.get("auth_time")
        if not isinstance(proved, int) or proved < proved_since - LEEWAY:
            raise TokenRefused("age")
    return claims


def logout_token(
    token: object, *, keys: Mapping[str, Any], issuer: str, client_id: str, now: int
) -> dict[str, Any]:
    """The claims of a logout token: whose sessions the platform has ended. Raises TokenRefused."""
    claims = _checked(token, keys=keys, issuer=issuer, client_id=client_id, now=now)
    events = claims.get("events")
    if "nonce" in claims or not isinstance(events, dict) or LOGOUT_EVENT not in events:
        raise TokenRefused("event")
    if not isinstance(claims.get("jti"), str):
        raise TokenRefused("shape")
    return claims


def _checked(
    token: object, *, keys: Mapping[str, Any], issuer: str, client_id: str, now: int
) -> dict[str, Any]:
    """Signature, issuer, audience and times."""
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
        raise TokenRefused("shape")
    claims = dict(_opened(token, keys))
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
        raise TokenRefused("shape")
    for name, why, wanted in (
        ("iss", "issuer", {"essential": True, "value": issuer}),
        ("aud", "audience", {"essential": True, "value": client_id}),
    ):
        try:
            jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY, **{name: wanted}).validate(  # type: ignore[arg-type]
                {name: claims.get(name)} if name in claims else {}
            )
        except ClaimError:
            raise TokenRefused(why) from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise TokenRefused("audience")
    made = claims.get("iat")
    if not isinstance(made, int) or not now - OLDEST - LEEWAY <= made <= now + LEEWAY:
        raise TokenRefused("expired")
    try:
        jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY).validate(claims)
    except (ExpiredTokenError, ClaimError):
        raise TokenRefused("expired") from None
    return claims


def _opened(token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in a token whose signature fits."""
    try:
        held = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise TokenRefused("key") from None
    try:
        claims = jwt.decode(token, held, algorithms=list(ALGORITHMS)).claims
    except (InvalidKeyIdError, MissingKeyError):
        raise TokenRefused("key") from None
    except (JoseError, ValueError, KeyError, TypeError):
        raise TokenRefused("signature") from None
    if not isinstance(claims, dict):
        raise TokenRefused("shape")
    return claims
