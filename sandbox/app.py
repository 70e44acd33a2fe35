"""The web application: `/{link}/…` for the product, pages and switches for people, `/_received` for tests.

A request to a partner goes through its faults, its signature check and its idempotency table before it is judged;
what the partner keeps and what it answers are one transaction, so an answer that gets lost leaves exactly one effect.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox import pages
from sandbox.callbacks import BadCallback, push
from sandbox.identity.app import LINKS, Platforms
from sandbox.partners import PARTNERS
from sandbox.partners.base import checked
from sandbox.partners.crypto import CRYPTO, make_keys
from sandbox.partners.sealing import make_seals
from sandbox.protocol import (
    WINDOW_MS,
    Answer,
    Incoming,
    Refused,
    Unauthorised,
    answer_headers,
    check,
    key_of,
    now_ms,
)
from sandbox.provinces.web import Provinces
from sandbox.store import Store
from sandbox.switches import BadSwitch, parse
from sandbox.web import answer_page, from_elsewhere, is_form
from sandbox.web import told as told_of

_STYLES = (Path(__file__).parent / "static" / "sandbox.css").read_text(encoding="utf-8")
_MAX_BODY = 32 * 1024 * 1024


class CutConnection(Response):
    """An answer that breaks off in the middle: the caller sees the connection die."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise a body, send one byte, and stop."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4096")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


class Sandbox:
    """All partners over one store."""

    def __init__(self, *, var: Path, product: str, here: str = "http://127.0.0.1:8010") -> None:
        self.var = var
        self.product = product.rstrip("/")
        self.store = Store(var / "sandbox")
        self.keys = {link: key_of(var=var, link=link) for link in PARTNERS}
        self.identity = Platforms(
            store=self.store, secret=key_of(var=var, link="identity"), product=self.product
        )
        self.provinces = Provinces(var=var, product=self.product, here=here, store=self.store)
        make_seals(store=self.store)
        make_keys(store=self.store, shared=self.keys[CRYPTO.code])

    @asynccontextmanager
    async def lifespan(self, application: Starlette) -> AsyncIterator[None]:
        """While the sandbox serves, the provinces see to their subscriptions."""
        subscribing = asyncio.create_task(self.provinces.subscribe_all())
        try:
            yield
        finally:
            subscribing.cancel()

    async def serve(self, request: Request) -> Response:
        """One request from the product to a partner."""
        link = request.path_params["link"]
        if link not in PARTNERS:
            return JSONResponse({"code": "404", "message": f"没有对接系统“{link}”。"}, 404)
        if self.store.fires(link=link, fault="down") is not None:
            return Response("503 演示停机", 503)
        if self.store.fires(link=link, fault="drop") is not None:
            return CutConnection()
        if (seconds := self.store.fires(link=link, fault="slow")) is not None:
            await asyncio.sleep(seconds)
        incoming = await _incoming(request, link)
        try:
            self._authenticate(incoming)
        except Unauthorised as error:
            return JSONResponse({"code": "401", "message": str(error)}, 401)
        answer = self._judge(incoming)
        if (seconds := self.store.fires(link=link, fault="lost_answer")) is not None:
            await asyncio.sleep(seconds)
            return CutConnection()
        body = answer.body()
        key = self.keys[link]
        if self.store.fires(link=link, fault="bad_signature") is not None:
            key = bytes(32)
        headers = answer_headers(key=key, status=answer.status, nonce=incoming.nonce, body=body)
        return Response(body, answer.status, headers)

    def _authenticate(self, incoming: Incoming) -> None:
        check(request=incoming, key=self.keys[incoming.link])
        if not self.store.is_new_nonce(nonce=incoming.nonce, now_ms=now_ms(), window_ms=WINDOW_MS):
            raise Unauthorised("请求重复（随机数已用过）")

    def _judge(self, incoming: Incoming) -> Answer:
        try:
            if self.store.fires(link=incoming.link, fault="reject") is not None:
                raise Refused("E900", "演示开关：业务拒绝。")
            return self._ask(incoming) if incoming.method == "GET" else self._take(incoming)
        except Refused as refusal:
            return Answer(status=422, code=refusal.code, message=refusal.message)

    def _ask(self, incoming: Incoming) -> Answer:
        question = PARTNERS[incoming.link].questions.get(incoming.path)
        if question is None:
            raise Refused("E404", "没有这个查询接口。")
        return Answer(data=question(incoming.query, self.store))

    def _take(self, incoming: Incoming) -> Answer:
        inlet = PARTNERS[incoming.link].inlets.get(incoming.path)
        if inlet is None:
            raise Refused("E404", "没有这个接收接口。")
        if not incoming.key:
            raise Refused("E400", "缺少幂等键。")
        body = _object(incoming.body)
        with self.store.transaction():
            before = self.store.under_key(link=incoming.link, key=incoming.key)
            if before is not None and before.accepted:
                if (before.path, before.body) != (incoming.path, body):
                    raise Refused("E410", "同一幂等键的内容与上次不同。")
                self.store.note_repeat(received=before)
                return Answer(message="已接收", data=before.data, repeated=True)
            keep = partial(
                self.store.keep, link=incoming.link, path=incoming.path, key=incoming.key, body=body
            )
            try:
                data = inlet.take(checked(inlet=inlet, body=body), self.store)
            except Refused as refusal:
                keep(accepted=False, code=refusal.code, message=refusal.message)
                return Answer(status=422, code=refusal.code, message=refusal.message)
            keep(accepted=True, data=data)
        return Answer(message="已接收", data=data)

    async def home(self, request: Request) -> Response:
        """The overview of all partners."""
        return answer_page(pages.overview(counts=self.store.counts(), switches=self.store.switches()))

    async def partner(self, request: Request) -> Response:
        """What one partner received, and its switches."""
        partner = PARTNERS.get(request.path_params["link"])
        if partner is None:
            return answer_page(pages.missing(), 404)
        case = request.query_params.get("case", "").strip()
        received = self.store.received(link=partner.code, case=case)
        switches = self.store.switches(link=partner.code)
        return answer_page(pages.partner(partner=partner, received=received, switches=switches, case=case))

    async def switch(self, request: Request) -> Response:
        """Set a fault, from the page (form) or by a test (JSON)."""
        if from_elsewhere(request):
            return JSONResponse({"message": "只能在本页设置开关。"}, 403)
        try:
            switch = parse(told=await told_of(request), links=frozenset(PARTNERS) | LINKS)
        except (BadSwitch, ValueError, TypeError) as error:
            return JSONResponse({"message": str(error)}, 400)
        self.store.set_switch(switch=switch)
        if is_form(request):
            return RedirectResponse(f"/{switch.link}", 303)
        return JSONResponse({"on": [f"{one.link}.{one.fault}" for one in self.store.switches()]})

    async def say(self, request: Request) -> Response:
        """Have a partner say something: kept for whoever asks, and pushed to the product unless `push` is false."""
        link = request.path_params["link"]
        partner = PARTNERS.get(link)
        outlet = partner.outlets.get(request.path_params["name"]) if partner else None
        if outlet is None or from_elsewhere(request):
            return JSONResponse(
                {"message": "没有这个发出接口，或不是从本页发出。"}, 404 if outlet is None else 403
            )
        try:
            told = await told_of(request)
            body = outlet.word(told, self.store)
        except (Refused, ValueError, TypeError, KeyError) as error:
            return JSONResponse({"message": f"无法发出：{error}"}, 400)
        sent: list[dict[str, object]] = []
        if told.get("push") is not False:
            address = str(told.get("url") or self.product + outlet.path)
            try:
                sent = await push(
                    url=address, bodies=[body], link=link, key=self.keys[link], store=self.store
                )
            except BadCallback as error:
                return JSONResponse({"message": str(error)}, 400)
        return (
            RedirectResponse(f"/{link}", 303)
            if is_form(request)
            else JSONResponse({"said": body, "sent": sent})
        )

    async def received(self, request: Request) -> Response:
        """What one partner received, as JSON, oldest first."""
        link = request.path_params["link"]
        if link not in PARTNERS:
            return JSONResponse({"message": "没有这个对接系统。"}, 404)
        rows = self.store.received(link=link, case=request.query_params.get("case", ""), limit=10_000)
        return JSONResponse({"received": [vars(row) for row in reversed(rows)]})

    async def callback(self, request: Request) -> Response:
        """Have a partner push messages to the product: `{"url": …, "bodies": [{…}]}`."""
        link = request.path_params["link"]
        if link not in PARTNERS:
            return JSONResponse({"message": "没有这个对接系统。"}, 404)
        try:
            told = json.loads(await request.body())
            sent = await push(
                url=str(told["url"]),
                bodies=list(told["bodies"]),
                link=link,
                key=self.keys[link],
                store=self.store,
            )
        except (BadCallback, ValueError, KeyError, TypeError) as error:
            return JSONResponse({"message": f"回调参数不正确：{error}"}, 400)
        return JSONResponse({"sent": sent})


def create(
    *, var: Path, product: str = "http://127.0.0.1:8000", here: str = "http://127.0.0.1:8010"
) -> Starlette:
    """The application, keeping everything under `var`, pushing to the product at that address; `here` is its own."""
    sandbox = Sandbox(var=var, product=product, here=here)
    routes = [
        Route("/", sandbox.home),
        Route("/_static/sandbox.css", _styles),
        Route("/_switch", sandbox.switch, methods=["POST"]),
        Route("/_received/{link}", sandbox.received),
        Route("/_callback/{link}", sandbox.callback, methods=["POST"]),
        Route("/_say/{link}/{name}", sandbox.say, methods=["POST"]),
        *sandbox.identity.routes(),
        *sandbox.provinces.routes(),
        Route("/{link}", sandbox.partner),
        Route("/{link}/{path:path}", sandbox.serve, methods=["GET", "POST"]),
    ]
    handlers: dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        404: _not_found
    }
    application = Starlette(routes=routes, exception_handlers=handlers, lifespan=sandbox.lifespan)
    application.state.identity = sandbox.identity
    return application


async def _incoming(request: Request, link: str) -> Incoming:
    query = request.url.query
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    body = await request.body()
    return Incoming(
        link=link,
        path="/" + request.path_params["path"],
        full_path=raw_path.decode() + (f"?{query}" if query else ""),
        method=request.method,
        headers=dict(request.headers),
        query=dict(request.query_params),
        body=body[: _MAX_BODY + 1],
    )


def _object(body: bytes) -> dict[str, object]:
    if len(body) > _MAX_BODY:
        raise Refused("E413", "报文过大。")
    try:
        told = json.loads(body)
    except ValueError as error:
        raise Refused("E400", "报文不是JSON。") from error
    if not isinstance(told, dict):
        raise Refused("E400", "报文应为JSON对象。")
    return told


async def _styles(request: Request) -> Response:
    return Response(_STYLES, headers={"Content-Type": "text/css; charset=utf-8"})


async def _not_found(request: Request, error: Exception) -> Response:
    return answer_page(pages.missing(), 404)
