"""The two identity platforms: the city's for firms, the e-government's for officials; and asking them over HTTP.

Which platform stands where comes from the environment (LUBAN_OIDC_…); in a demonstration without it, the sandbox plays
both. Only https is spoken, unless the platform is on this machine; every address it names in its discovery document is
held to that, too. Answers are small and quick, or they are no answers.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from django.conf import settings
from django.core.cache import cache

from luban.kit.refusal import Refused
from luban.people.models import AccountKind

CITY, EGOV = "city", "egov"
SECONDS = 8.0
MOST_BYTES = 256 * 1024
KEPT_SECONDS = 600
AGAIN_SECONDS = 30
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
DEMO_SECRET = Path("links") / "identity.key"
"""Under LUBAN_VAR: what the demonstration's platforms know the house by; the sandbox makes it."""

_TITLES = {CITY: "市统一身份认证", EGOV: "政务外网统一身份认证"}
_KINDS = {CITY: AccountKind.ENTERPRISE, EGOV: AccountKind.OFFICIAL}


class PlatformAway(Refused):
    """The platform does not answer, or not as it should."""

    def __init__(self, title: str, why: str = "暂时无法连接") -> None:
        super().__init__("OIDC_AWAY", f"{title}{why}，请稍后再试；急需办理请联系平台运维人员。", status=424)


@dataclass(frozen=True, slots=True)
class Platform:
    """One identity platform. ``kind`` of accounts it vouches for; ``issuer`` as it calls itself, without a slash added."""

    code: str
    title: str
    kind: AccountKind
    issuer: str
    client_id: str
    secret: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, so that plain http may be spoken."""
        return urlsplit(self.issuer).hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the discovery document says; ``end_session`` may be ''."""

    authorize: str
    token: str
    jwks: str
    end_session: str


def platform(*, code: str) -> Platform | None:
    """The platform of that code, None when it is not configured."""
    stated: Mapping[str, str] | None = settings.LUBAN_OIDC.get(code)
    if stated is None or code not in _TITLES or not stated.get("issuer"):
        return None
    secret = stated.get("secret") or _demo_secret()
    return Platform(
        code, _TITLES[code], _KINDS[code], stated["issuer"], stated.get("client") or "luban", secret
    )


def platforms(*, kinds: Any) -> tuple[Platform, ...]:
    """The configured platforms that vouch for accounts of these kinds."""
    found = (platform(code=code) for code in _TITLES)
    return tuple(one for one in found if one is not None and one.kind in kinds)


def endpoints(*, of: Platform) -> Endpoints:
    """Where the platform wants to be asked (kept for ten minutes). Raises PlatformAway."""
    told = _kept(of, "discovery", f"{of.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != of.issuer:
        raise PlatformAway(of.title, "自报的名称与配置不符")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
    found = [told.get(name, "") for name in names]
    for address in found:
        if not isinstance(address, str) or (address and not may_ask(address, local=of.is_local)):
            raise PlatformAway(of.title, "给出的地址不是 https，不予采用")
    if not all(found[:3]):
        raise PlatformAway(of.title, "的说明不完整")
    return Endpoints(*found)


def keys(*, of: Platform, anew: bool = False) -> dict[str, Any]:
    """Its public keys (JWKS). ``anew``: a key is missing, ask again (at most twice a minute). Raises PlatformAway."""
    if anew and cache.add(f"oidc:again:{of.issuer}", 1, AGAIN_SECONDS):
        cache.delete(f"oidc:jwks:{of.issuer}")
    return _kept(of, "jwks", endpoints(of=of).jwks)


def trade(*, of: Platform, code: str, verifier: str, back: str) -> dict[str, Any]:
    """What the platform gives for a code (its token answer). Raises PlatformAway, Refused when the code is refused."""
    where = endpoints(of=of).token
    try:
        with client(of=of, back=back) as asking:
            told = asking.fetch_token(
                where, grant_type="authorization_code", code=code, code_verifier=verifier
            )
    except AuthlibBaseError:
        raise Refused(
            "OIDC_CODE", f"{of.title}没有接受本次登录（可能已使用过或超时），请重新登录。", status=400
        ) from None
    except (httpx.HTTPError, ValueError, OSError):
        raise PlatformAway(of.title) from None
    return dict(told)


def client(*, of: Platform, back: str = "") -> OAuth2Client:
    """A client of the platform: no proxies, no redirects, small answers, PKCE."""
    return OAuth2Client(
        of.client_id,
        of.secret,
        scope="openid profile",
        redirect_uri=back,
        token_endpoint_auth_method="client_secret_basic",  # noqa: S106  a method's name
        code_challenge_method="S256",
        transport=SmallAnswers(),
        timeout=SECONDS,
        follow_redirects=False,
        trust_env=False,
    )


def may_ask(address: str, *, local: bool) -> bool:
    """Whether an address is https, or http on this machine where that is allowed."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return local and parts.scheme == "http" and parts.hostname in LOOPBACK


class SmallAnswers(httpx.HTTPTransport):
    """Lets no more than ``MOST_BYTES`` of an answer through."""

    def __init__(self) -> None:
        super().__init__(verify=ssl.create_default_context())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask; the body is counted as it is read."""
        answer = super().handle_request(request)
        answer.stream = _Counted(answer.stream)  # type: ignore[arg-type]
        return answer


class _Counted(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise httpx.ReadError("the answer is too large")
            yield piece

    def close(self) -> None:
        self._stream.close()


def _kept(of: Platform, what: str, address: str) -> dict[str, Any]:
    """A document of the platform, asked for once in ten minutes."""
    name = f"oidc:{what}:{of.issuer}"
    found: dict[str, Any] | None = cache.get(name)
    if found is None:
        found = _fetched(of, address)
        cache.set(name, found, KEPT_SECONDS)
    return found


def _fetched(of: Platform, address: str) -> dict[str, Any]:
    if not may_ask(address, local=of.is_local):
        raise PlatformAway(of.title, "的地址不是 https，不予采用")
    try:
        with httpx.Client(
            transport=SmallAnswers(), timeout=SECONDS, trust_env=False, follow_redirects=False
        ) as asking:
            told = asking.get(address).raise_for_status().json()
    except (httpx.HTTPError, ValueError, OSError):
        raise PlatformAway(of.title) from None
    if not isinstance(told, dict):
        raise PlatformAway(of.title, "的应答无法识别")
    return told


def _demo_secret() -> str:
    """The demonstration's secret; '' outside of it or before the sandbox has made one."""
    path = Path(settings.LUBAN_VAR) / DEMO_SECRET
    return path.read_text().strip() if settings.LUBAN_DEMO and path.exists() else ""
