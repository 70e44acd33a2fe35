"""The one way to ask a partner.

Every request is signed and every answer's signature is checked before a byte of it is believed. Three things can come
of it: an `Answer`; `Rejected`, a business refusal, signed by the partner and never retried; `Unavailable`, everything
else, retried by the outbox. Partners answer `{"code": "0", "message": "", "data": {…}, "repeated": false}`;
any other code is a refusal. (Assumed for every partner; to be confirmed with each, domain README §3.)
"""

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from luban.links import breaker
from luban.links.channels import Channel, channel
from luban.links.outcomes import Rejected, Unavailable
from luban.links.signing import ANSWER_SIGNATURE, SignedRequest, answer_is_genuine

CONNECT_SECONDS = 3.0
_AGAIN_LATER = {401, 403, 408, 425, 429}  # not a business refusal: our access, or their load


@dataclass(frozen=True)
class Answer:
    """What a partner answered. `repeated`: it had already done this and says the same again."""

    data: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    repeated: bool = False


def call(
    *,
    link: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    params: Mapping[str, str] | None = None,
    idempotency_key: str = "",
) -> Answer:
    """Send `body` (POST) or ask with `params` (GET) at the link's `path`. Raises Rejected or Unavailable."""
    return ask(way=channel(link=link), path=path, body=body, params=params, idempotency_key=idempotency_key)


def ask(
    *,
    way: Channel,
    path: str,
    body: Mapping[str, Any] | None = None,
    params: Mapping[str, str] | None = None,
    idempotency_key: str = "",
) -> Answer:
    """Like `call`, over a given channel."""
    if wait := breaker.seconds_left(base_url=way.base_url):
        raise Unavailable(f"对方系统连续无响应，{wait:.0f}秒内不再请求。")
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    request = _client(os.getpid()).build_request(
        "GET" if body is None else "POST",
        way.base_url + path,
        params=params,
        content=content,
        headers={"Content-Type": "application/json"} if content else None,
        timeout=httpx.Timeout(way.timeout, connect=min(CONNECT_SECONDS, way.timeout)),
    )
    signed = SignedRequest(
        method=request.method,
        path=request.url.raw_path.decode(),
        time_ms=time.time_ns() // 1_000_000,  # the machine's time, not the house's: it guards against replays
        nonce=secrets.token_hex(16),
        body=content,
        idempotency_key=idempotency_key,
    )
    request.headers.update(signed.headers(app=way.app, key=way.key))
    status, signature, answer = _send(request=request, way=way)
    genuine = answer_is_genuine(
        key=way.key, status=status, nonce=signed.nonce, body=answer, signature=signature
    )
    return _understand(status=status, genuine=genuine, answer=answer)


@cache
def _client(pid: int) -> httpx.Client:
    """One pool of connections for each process (a forked child must not share its parent's)."""
    return httpx.Client(
        trust_env=False,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=30.0),
    )


def _send(*, request: httpx.Request, way: Channel) -> tuple[int, str, bytes]:
    """Status, signature and body of the answer, all of it within the channel's time and size."""
    deadline = time.monotonic() + way.timeout
    try:
        response = _client(os.getpid()).send(request, stream=True)
        try:
            answer = bytearray()
            for piece in response.iter_bytes():
                answer += piece
                if len(answer) > way.max_answer_bytes:
                    raise Unavailable("对方应答过大，已放弃接收。")
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("deadline", request=request)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        breaker.timed_out(base_url=way.base_url)
        raise Unavailable(f"对方系统{way.timeout:g}秒内没有应答。") from error
    except httpx.ConnectError as error:
        raise Unavailable("无法连接对方系统。") from error
    except httpx.HTTPError as error:
        breaker.answered(base_url=way.base_url)
        raise Unavailable("与对方系统的连接中断，没有收到完整应答。") from error
    breaker.answered(base_url=way.base_url)
    return response.status_code, response.headers.get(ANSWER_SIGNATURE, ""), bytes(answer)


def _understand(*, status: int, genuine: bool, answer: bytes) -> Answer:
    if status >= 500 or status in _AGAIN_LATER or 300 <= status < 400:
        raise Unavailable(f"对方系统返回错误（HTTP {status}）。")
    if not genuine:
        raise Unavailable("对方应答的签名不正确，未予采信。")
    try:
        told = json.loads(answer)
        code, message = str(told["code"]), str(told.get("message") or "")
        data = told.get("data") or {}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unavailable("对方应答的内容无法识别。") from error
    if code != "0" or status >= 400:
        raise Rejected(code, message or "对方未说明原因。")
    if not isinstance(data, dict):
        raise Unavailable("对方应答的内容无法识别。")
    return Answer(data=data, message=message, repeated=bool(told.get("repeated")))
