"""The addresses of the two identity platforms, under `/identity/{city|egov}/`; a page for people at `/identity_{…}`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import parse_qs, urlencode

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.identity import pages
from sandbox.identity.persons import PERSONS
from sandbox.identity.provider import Provider, Wrong
from sandbox.store import Store

LINKS = frozenset(f"identity_{code}" for code in PERSONS)
"""The platforms as the switches name them."""
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Answer = Callable[["Platforms", Request, Provider], Awaitable[Response]]


def _served(answer: Answer) -> Callable[[Platforms, Request], Awaitable[Response]]:
    """Find the platform, show its faults, turn what makes no sense into a page."""

    @wraps(answer)
    async def served(self: Platforms, request: Request) -> Response:
        provider = self.providers.get(request.path_params["code"])
        if provider is None:
            return JSONResponse({"error": "not_found"}, 404)
        if provider.fires("down") is not None:
            return Response("503 演示停机", 503)
        if (seconds := provider.fires("slow")) is not None:
            await asyncio.sleep(seconds)
        try:
            return await answer(self, request, provider)
        except Wrong as error:
            return _page(pages.wrong(provider=provider, message=str(error)), 400)

    return served


class Platforms:
    """The two of them."""

    def __init__(self, *, store: Store, secret: bytes, product: str) -> None:
        self._store = store
        self.providers = {
            code: Provider(code=code, store=store, secret=secret, product=product) for code in PERSONS
        }

    @_served
    async def discovery(self, request: Request, provider: Provider) -> Response:
        """OpenID Connect Discovery."""
        issuer = _issuer(request, provider)
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/jwks",
                "end_session_endpoint": f"{issuer}/end_session",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "backchannel_logout_supported": True,
            }
        )

    @_served
    async def jwks(self, request: Request, provider: Provider) -> Response:
        """The public keys."""
        return JSONResponse(provider.jwks)

    @_served
    async def authorize(self, request: Request, provider: Provider) -> Response:
        """Somebody comes to sign in."""
        return _page(pages.choose(provider=provider, request=provider.ask(dict(request.query_params))))

    @_served
    async def choose(self, request: Request, provider: Provider) -> Response:
        """The list once more."""
        name = request.query_params.get("request", "")
        provider.asked(name)
        return _page(pages.choose(provider=provider, request=name))

    @_served
    async def consent(self, request: Request, provider: Provider) -> Response:
        """One was chosen: what will be told."""
        name = request.query_params.get("request", "")
        provider.asked(name)
        person = provider.person(request.query_params.get("who", ""))
        return _page(pages.consent(provider=provider, request=name, person=person))

    @_served
    async def grant(self, request: Request, provider: Provider) -> Response:
        """Agreed: back with a code."""
        name = request.query_params.get("request", "")
        if provider.fires("reject") is not None:
            return _back(request, provider, name)
        asked, code = provider.grant(name, request.query_params.get("who", ""))
        told = {"code": code, "state": asked.state, "iss": _issuer(request, provider)}
        return RedirectResponse(f"{asked.redirect_uri}?{urlencode(told)}", 302, _POLICY)

    @_served
    async def deny(self, request: Request, provider: Provider) -> Response:
        """Not agreed: back without."""
        return _back(request, provider, request.query_params.get("request", ""))

    @_served
    async def token(self, request: Request, provider: Provider) -> Response:
        """Tokens for a code."""
        form = {name: values[-1] for name, values in parse_qs((await request.body()).decode()).items()}
        given = request.headers.get("authorization", "")
        try:
            told = provider.trade(form, issuer=_issuer(request, provider), authorization=given)
        except Wrong as error:
            status = 401 if error.error == "invalid_client" else 400
            return JSONResponse({"error": error.error, "error_description": str(error)}, status)
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    @_served
    async def end_session(self, request: Request, provider: Provider) -> Response:
        """Sign out here and go back to the product."""
        back = request.query_params.get("post_logout_redirect_uri", "")
        if not provider.knows(back):
            return _page(pages.left(provider=provider, back=""))
        return RedirectResponse(back, 302, _POLICY)

    @_served
    async def leave(self, request: Request, provider: Provider) -> Response:
        """Somebody signs out here: the product is told on the back channel."""
        origin = request.headers.get("origin")
        if origin and origin.split("://")[-1] != request.headers.get("host"):
            raise Wrong("invalid_request", "只能从本页退出。")
        form = parse_qs((await request.body()).decode())
        person = provider.person(form.get("who", [""])[-1])
        token = provider.logout_token(person, issuer=_issuer(request, provider))
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            await client.post(provider.ended_url, data={"logout_token": token})
        provider.signed_in = [one for one in provider.signed_in if one != person]
        return RedirectResponse(f"/{provider.link}", 303)

    async def look(self, request: Request) -> Response:
        """The page for people: switches, whom it signed in."""
        provider = self.providers[request.url.path.removeprefix("/identity_")]
        return _page(pages.overview(provider=provider, switches=self._store.switches(link=provider.link)))

    def routes(self) -> list[Route]:
        """Every address."""
        at = "/identity/{code}"
        return [
            *(Route(f"/{link}", self.look) for link in sorted(LINKS)),
            Route(f"{at}/.well-known/openid-configuration", self.discovery),
            *(
                Route(f"{at}/{name}", getattr(self, name))
                for name in ("jwks", "authorize", "choose", "consent", "grant", "deny", "end_session")
            ),
            *(Route(f"{at}/{name}", getattr(self, name), methods=["POST"]) for name in ("token", "leave")),
        ]


def _issuer(request: Request, provider: Provider) -> str:
    return f"http://{request.headers.get('host', '')}/identity/{provider.code}"


def _back(request: Request, provider: Provider, name: str) -> Response:
    asked = provider.deny(name)
    told = {"error": "access_denied", "state": asked.state, "iss": _issuer(request, provider)}
    return RedirectResponse(f"{asked.redirect_uri}?{urlencode(told)}", 302, _POLICY)


def _page(html: str, status: int = 200) -> Response:
    return Response(html, status, {"Content-Type": "text/html; charset=utf-8", **_POLICY})
