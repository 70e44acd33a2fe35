"""The SDK inside our own process: the same operations, the same checks, the same transaction as whoever calls.

A transport that hands the client's request to `perform` instead of a network. Nothing is signed: the caller is the
application of a province as its row stands, and a suspended one is refused here as anywhere (40105).
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import httpx
from luban_chain import ChainClient

from luban.stages.gateway.applications import caller_of, house_app
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.packets import packet, refusal, text
from luban.stages.gateway.perform import Question, perform

PREFIX = "/chain-gw/v1/"
BASE = "http://gateway.in-process"


class InProcess(httpx.BaseTransport):
    """Requests of one caller; `group` is the order in which the writes go."""

    def __init__(self, *, caller: Caller, group: str = "") -> None:
        self._caller, self._group = caller, group

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request. What is no refusal of the gateway is raised, so that the caller's transaction ends."""
        asked = Question(
            method=request.method,
            path=request.url.path.removeprefix(PREFIX),
            query=dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
            body=request.read(),
            request_id=request.headers.get("Idempotency-Key", ""),
        )
        try:
            answer = perform(caller=self._caller, question=asked, group=self._group)
        except GatewayError as error:
            return _response(error.status, text(refusal(error=error, request_id=asked.request_id)))
        if answer.content is not None:
            return httpx.Response(answer.status, content=answer.content)
        return _response(answer.status, text(packet(data=answer.data, request_id=asked.request_id)))


def client(*, region: str, name: str, group: str = "") -> ChainClient:
    """A client that acts as the application of a region (`name` is given to one made at the first need).

    Raises GatewayError (40105) when that application may not be served.
    """
    caller = caller_of(house_app(region=region, name=name), inner=True)
    transport = InProcess(caller=caller, group=group)
    return ChainClient(BASE, caller.app, "", region=region, transport=transport, tries=1)


def _response(status: int, content: bytes) -> httpx.Response:
    return httpx.Response(status, content=content, headers={"Content-Type": "application/json"})
