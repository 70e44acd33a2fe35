"""`POST /inbox/<link>/<message>/`: a partner tells us something.

Asked in this order, each with its own code: is there such a message, is the body small enough, is it signed with the key
we share and fresh, is it no replay, can it be understood, does it contradict what was told before. A message that passes
is kept before it is answered and answered before anybody acts on it; told again it is answered again (`repeated`).
Whatever was rightly signed but cannot be understood is kept, too, and answered 422. Answers are signed like a partner's.

| status | code | what to do |
|---|---|---|
| 200 | 0 | nothing: we have it |
| 401 | BAD_SIGNATURE, REPLAYED | sign each request anew, with its own nonce and the present time |
| 404 | NO_INLET | check the address |
| 409 | CONTRADICTION | a correction needs the next version |
| 413, 415, 422 | TOO_LARGE, NOT_JSON, BODY | send what the interface describes |
| 503 | NO_CHANNEL | the key is missing here: try later |
"""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from luban.kit.clock import clock
from luban.links.channels import channel
from luban.links.inbox.receive import MOST_BYTES, PUSH, Contradiction, Kept, is_new_nonce, receive
from luban.links.outcomes import Unavailable
from luban.links.registry import UnknownMessage, find_inbound
from luban.links.signing import (
    ANSWER_SIGNATURE,
    BadSignature,
    SignedRequest,
    answer_signature,
    verify_request,
)
from luban.people.access import APPLICATION, access
from luban.people.requests import ActorRequest

NONCE_CHARACTERS = 64


class _Refused(Exception):
    """Why a message is not taken: status, code, Chinese sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@csrf_exempt
@access(face="api", roles=(), scope=APPLICATION)
@never_cache
@require_POST
def push(request: ActorRequest, link: str, name: str) -> HttpResponse:
    """Take one message in."""
    key, nonce = b"", ""
    try:
        _known(link, name)
        body = _body(request)
        key = _key(link)
        nonce = _verified(request, key, body).nonce
        _not_replayed(link, nonce)
        kept = _kept(link, name, body)
    except _Refused as refusal:
        told = {"code": refusal.code, "message": refusal.message, "data": {}, "repeated": False}
        return _signed(JsonResponse(told, status=refusal.status), key, nonce)
    told = {"code": "0", "message": "已收到。", "data": {"reference": f"LW-{kept.id}"}}
    return _signed(JsonResponse({**told, "repeated": kept.repeated}), key, nonce)


def _known(link: str, name: str) -> None:
    try:
        find_inbound(link=link, name=name)
    except UnknownMessage as unknown:
        raise _Refused(404, "NO_INLET", str(unknown)) from unknown


def _body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise _Refused(415, "NOT_JSON", "请以application/json发送报文。")
    too_large = _Refused(413, "TOO_LARGE", f"报文超过{MOST_BYTES // 1024}KB，未予接收，请核对内容后重发。")
    stated = request.headers.get("Content-Length", "")
    if stated.isdigit() and int(stated) > MOST_BYTES:
        raise too_large
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large
    return body


def _key(link: str) -> bytes:
    try:
        return channel(link=link).key
    except Unavailable as missing:
        raise _Refused(503, "NO_CHANNEL", missing.reason) from missing


def _verified(request: HttpRequest, key: bytes, body: bytes) -> SignedRequest:
    """The request as signed; the machine's time decides, as on the way out: it guards against replays."""
    try:
        signed = verify_request(
            key=key,
            method=str(request.method),
            path=request.get_full_path(),
            headers=request.headers,
            body=body,
            now_ms=time.time_ns() // 1_000_000,
        )
    except BadSignature as bad:
        raise _Refused(401, "BAD_SIGNATURE", str(bad)) from bad
    if not 0 < len(signed.nonce) <= NONCE_CHARACTERS:
        raise _Refused(401, "BAD_SIGNATURE", f"随机数应为1到{NONCE_CHARACTERS}个字符。")
    return signed


def _not_replayed(link: str, nonce: str) -> None:
    if not is_new_nonce(link=link, nonce=nonce, now_ms=time.time_ns() // 1_000_000):
        raise _Refused(401, "REPLAYED", "该请求已收到过（随机数重复），重发请重新签名。")


def _kept(link: str, name: str, body: bytes) -> Kept:
    try:
        kept = receive(link=link, name=name, body=body, came_by=PUSH, at=clock.now())
    except Contradiction as contradiction:
        raise _Refused(409, "CONTRADICTION", str(contradiction)) from contradiction
    if kept.problem:
        raise _Refused(422, "BODY", kept.problem)
    return kept


def _signed(answer: HttpResponse, key: bytes, nonce: str) -> HttpResponse:
    """The answer with its signature, once we know for whom to sign."""
    if key and nonce:
        made = answer_signature(key=key, status=answer.status_code, nonce=nonce, body=answer.content)
        answer.headers[ANSWER_SIGNATURE] = made
    return answer
