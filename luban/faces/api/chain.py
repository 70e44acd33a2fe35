"""`/chain-gw/v1/…`: the chain gateway over HTTP (waste-chain §6). Who asks is settled here, what is done is not.

Every answer is a packet {code, message, request_id, data}; the HTTP status is the code's first three digits, 200 for a
read, 202 for a write that waits for the chain. Codes and addresses: docs/api/paths/chain-gateway.yaml.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from luban.faces.api.chain_table import TABLE
from luban.people.access import APPLICATION, access
from luban.people.requests import ActorRequest
from luban.people.trail import address_of
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.authentication import Signed, authenticate, pairs_of
from luban.stages.gateway.packets import packet, refusal, text
from luban.stages.gateway.parsing import MOST_BYTES
from luban.stages.gateway.perform import REQUEST_ID, Question, perform

log = logging.getLogger(__name__)


@csrf_exempt
@access(face="api", roles=(), scope=APPLICATION)
@never_cache
@require_http_methods(["GET", "POST", "PUT", "DELETE"])
def gateway(request: ActorRequest, rest: str) -> HttpResponse:
    """Answer one request of an application."""
    given = request.headers.get("Idempotency-Key", "")
    request_id = given if REQUEST_ID.fullmatch(given) else ""
    try:
        return _answered(request, rest, given, request_id)
    except GatewayError as error:
        return _packet(error.status, text(refusal(error=error, request_id=request_id)))
    except Exception:  # a fault of ours must still be an answer a program can read
        log.exception("gateway: %s %s failed", request.method, rest)
        ours = GatewayError(50000, "网关内部错误，请稍后以同一请求号重试。")
        return _packet(ours.status, text(refusal(error=ours, request_id=request_id)))


def _answered(request: ActorRequest, rest: str, given: str, request_id: str) -> HttpResponse:
    query = str(request.META.get("QUERY_STRING", ""))
    caller, body = authenticate(
        Signed(
            method=str(request.method),
            path=request.path,
            query=query,
            headers=request.headers,
            address=address_of(request),
            read=lambda: _body(request),
        )
    )
    asked = Question(str(request.method), rest, dict(pairs_of(query)), body, given)
    answer = perform(caller=caller, question=asked, operations=TABLE)
    if answer.content is not None:
        return _file(answer.content)
    return _packet(answer.status, text(packet(data=answer.data, request_id=request_id)))


def _body(request: HttpRequest) -> bytes:
    """The body, as far as it may go. Raises GatewayError (40001)."""
    too_large = GatewayError(40001, f"报文超过{MOST_BYTES // 1024}KB，请核对内容；附件请只报摘要。")
    stated = request.headers.get("Content-Length", "") or "0"
    if stated.isdigit() and len(stated) < 16 and int(stated) > MOST_BYTES:
        raise too_large
    if stated != "0" and request.content_type != "application/json":
        raise GatewayError(40001, "请以application/json发送报文。")
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large
    return body


def _packet(status: int, content: bytes) -> HttpResponse:
    return HttpResponse(content, status=status, content_type="application/json")


def _file(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
