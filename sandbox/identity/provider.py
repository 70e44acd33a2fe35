"""What a platform remembers and signs: requests under way, codes, its key, whom it signed in.

Codes live sixty seconds and are taken once. Tokens are signed by ES256 with a key made at start; the switches make
them wrong in one respect each.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from luban.kit.clock import clock
from sandbox.identity.persons import PERSONS, Human
from sandbox.store import Store

CLIENT = "luban"
CODE_SECONDS, REQUEST_SECONDS, TOKEN_SECONDS = 60, 600, 300
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
TITLES = {"city": "市统一身份认证", "egov": "政务外网统一身份认证"}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Wrong(ValueError):
    """A request that makes no sense; ``error`` is OAuth's word for it, the message for people."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True)
class Asked:
    """A request for somebody's identity, under way."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    at: float


@dataclass(frozen=True)
class Granted:
    """A code that was given: for which request, for whom."""

    asked: Asked
    person: Human
    at: float


class Provider:
    """One of the two platforms."""

    def __init__(self, *, code: str, store: Store, secret: bytes, product: str) -> None:
        self.code, self.link, self.title = code, f"identity_{code}", TITLES[code]
        self.persons = PERSONS[code]
        self._store, self._secret, self._product = store, secret.hex(), product.rstrip("/")
        self._key, self._other_key = _new_key(), _new_key()
        self._asked: dict[str, Asked] = {}
        self._granted: dict[str, Granted] = {}
        self.signed_in: list[Human] = []

    @property
    def jwks(self) -> dict[str, Any]:
        """The public key."""
        return {"keys": [self._key.as_dict(private=False)]}

    @property
    def ended_url(self) -> str:
        """Where the product is told that somebody has signed out here."""
        return f"{self._product}/signin/oidc/{self.code}/ended/"

    def fires(self, fault: str) -> float | None:
        """The seconds of a fault that is on."""
        return self._store.fires(link=self.link, fault=fault)

    def ask(self, query: Mapping[str, str]) -> str:
        """Begin: the id of a request that makes sense. Raises Wrong."""
        if query.get("client_id") != CLIENT:
            raise Wrong("unauthorized_client", "没有登记这个应用。")
        back = query.get("redirect_uri", "")
        if not self.knows(back, path=f"/signin/oidc/{self.code}/back/"):
            raise Wrong("invalid_request", "回调地址没有登记。")
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            raise Wrong("unsupported_response_type", "只支持授权码方式，scope 须含 openid。")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or len(challenge) != 43:
            raise Wrong("invalid_request", "须用 PKCE（S256）。")
        now, name = _now(), secrets.token_urlsafe(16)
        self._asked = {k: v for k, v in self._asked.items() if now - v.at < REQUEST_SECONDS}
        self._asked[name] = Asked(back, query.get("state", ""), query.get("nonce", ""), challenge, now)
        return name

    def asked(self, name: str) -> Asked:
        """The request of that id. Raises Wrong when it is over."""
        found = self._asked.get(name)
        if found is None or _now() - found.at >= REQUEST_SECONDS:
            raise Wrong("invalid_request", "本次登录已超时，请回到业务系统重新登录。")
        return found

    def person(self, account: str) -> Human:
        """The person of that account. Raises Wrong."""
        try:
            return self.persons[account]
        except KeyError:
            raise Wrong("invalid_request", "没有这个人。") from None

    def grant(self, name: str, account: str) -> tuple[Asked, str]:
        """Give a code for somebody who agreed; the request is over. Raises Wrong."""
        asked, person = self.asked(name), self.person(account)
        del self._asked[name]
        code = secrets.token_urlsafe(32)
        self._granted[code] = Granted(asked, person, _now())
        self.signed_in = [person, *(one for one in self.signed_in if one != person)][:20]
        return asked, code

    def deny(self, name: str) -> Asked:
        """End a request without an answer. Raises Wrong."""
        asked = self.asked(name)
        del self._asked[name]
        return asked

    def trade(self, form: Mapping[str, str], *, issuer: str, authorization: str) -> dict[str, Any]:
        """Tokens for a code. Raises Wrong."""
        if not _is_client(authorization, self._secret):
            raise Wrong("invalid_client", "应用的口令不正确。")
        granted = self._granted.pop(form.get("code", ""), None)  # whatever comes of it, it is used up
        if granted is None or _now() - granted.at >= CODE_SECONDS:
            raise Wrong("invalid_grant", "授权码已使用或已过期。")
        fits = hmac.compare_digest(_challenge(form.get("code_verifier", "")), granted.asked.challenge)
        if form.get("redirect_uri") != granted.asked.redirect_uri or not fits:
            raise Wrong("invalid_grant", "回调地址或 PKCE 校验不符。")
        return {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": self.token(granted, issuer=issuer),
        }

    def token(self, granted: Granted, *, issuer: str) -> str:
        """The ID token, wrong as the switches say."""
        late = TOKEN_SECONDS + 3600 if self.fires("expired_token") is not None else 0
        at = int(_now()) - late
        claims = {
            **granted.person.claims,
            "iss": issuer,
            "aud": "somebody-else" if self.fires("bad_audience") is not None else CLIENT,
            "iat": at,
            "exp": at + TOKEN_SECONDS,
            "auth_time": at,
            "nonce": "another-nonce" if self.fires("bad_nonce") is not None else granted.asked.nonce,
        }
        return self._signed(claims, bad=self.fires("bad_signature") is not None)

    def logout_token(self, person: Human, *, issuer: str) -> str:
        """What the product is told when somebody signs out here."""
        at = int(_now())
        claims = {"iss": issuer, "aud": CLIENT, "iat": at, "exp": at + 120, "jti": secrets.token_hex(16)}
        return self._signed({**claims, "sub": person.sub, "events": {LOGOUT_EVENT: {}}})

    def knows(self, address: str, *, path: str = "") -> bool:
        """Whether an address is the product's (or on this machine), with that path where one is given."""
        parts, ours = urlsplit(address), urlsplit(self._product)
        here = parts.scheme == "http" and parts.hostname in HERE
        return (here or (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)) and (
            not path or (parts.path == path and not parts.query)
        )

    def _signed(self, claims: dict[str, Any], *, bad: bool = False) -> str:
        kid = str(self._key.kid)
        return jwt.encode({"alg": "ES256", "kid": kid}, claims, self._other_key if bad else self._key)


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", parameters={"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"})


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _is_client(authorization: str, secret: str) -> bool:
    wanted = base64.b64encode(f"{CLIENT}:{secret}".encode()).decode()
    return hmac.compare_digest(authorization.encode(), f"Basic {wanted}".encode())


def _now() -> float:
    return clock.now().timestamp()
