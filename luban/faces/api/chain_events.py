"""`GET /chain-gw/v1/events/stream`: the events of the chain as a stream (text/event-stream), after `Last-Event-ID`.

A stream lasts less than a minute and a process serves few of them side by side; the client connects again and goes on
where it was (the SDK does by itself). Who cannot be served now is answered 429 and pulls instead.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from luban.people.access import APPLICATION, access
from luban.people.requests import ActorRequest
from luban.people.trail import address_of
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.authentication import Signed, authenticate
from luban.stages.gateway.packets import refusal, text
from luban.stages.subscriptions.stream import stream


@csrf_exempt
@access(face="api", roles=(), scope=APPLICATION)
@never_cache
@require_GET
def events(request: ActorRequest) -> Any:
    """Tell events as they come: a streaming answer, or a refusal."""
    try:
        caller, _ = authenticate(
            Signed(
                method="GET",
                path=request.path,
                query=str(request.META.get("QUERY_STRING", "")),
                headers=request.headers,
                address=address_of(request),
                read=lambda: b"",
            )
        )
        pieces = stream(caller=caller, last=request.headers.get("Last-Event-ID", "")[:64])
    except GatewayError as error:
        content = text(refusal(error=error, request_id=""))
        return HttpResponse(content, status=error.status, content_type="application/json")
    answer = StreamingHttpResponse(pieces, content_type="text/event-stream")
    answer["X-Accel-Buffering"] = "no"
    return answer
