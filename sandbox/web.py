"""What all pages of the sandbox share: who asks from this very page, what a form or a JSON object said, how a page goes out."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def from_elsewhere(request: Request) -> bool:
    """Whether another site's page asks."""
    origin = request.headers.get("origin")
    return bool(origin) and urlsplit(str(origin)).netloc != request.headers.get("host")


def is_form(request: Request) -> bool:
    """Whether a page's form asks."""
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


async def told(request: Request) -> dict[str, object]:
    """The fields of a form, or a JSON object. Raises ValueError, TypeError."""
    raw = (await request.body()).decode("utf-8", "replace")
    if is_form(request):
        return {name: values[-1] for name, values in parse_qs(raw).items()}
    return dict(json.loads(raw))


def answer_page(html: str, status: int = 200) -> Response:
    """A page of plain HTML."""
    return Response(html, status, {"Content-Type": "text/html; charset=utf-8", **POLICY})
