"""A browser whose every request is answered by the test's own process: no server, no port, the test's own transaction.

Chromium asks for http://localhost/…; the request is handed to a `django.test.Client`, which goes through all of the
house's middleware, and its answer (headers, cookies and content security policy too) is handed back. So a page stands
in a world that is never committed. Styles and scripts are the same for every page and kept after the first time.
"""

from __future__ import annotations

from contextvars import copy_context
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import BrowserContext, Request, Route

ORIGIN = "http://localhost"
_PASSED_ON = (
    "accept",
    "hx-request",
    "hx-target",
    "hx-trigger",
    "hx-current-url",
    "x-csrftoken",
    "x-requested-with",
)
_kept: dict[str, tuple[int, dict[str, str], bytes]] = {}


def wire(context: BrowserContext, client: Client) -> None:
    """Let the client answer whatever the context's pages ask for."""
    here = copy_context()  # Playwright calls from a context of its own, which has another database connection

    def answer(route: Route, request: Request) -> None:
        if not request.url.startswith(f"{ORIGIN}/"):
            route.abort()
            return
        status, headers, body = here.run(_answer, client, request)
        route.fulfill(status=status, headers=headers, body=body)

    context.route("**/*", answer)


def _answer(client: Client, request: Request) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(request.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if path in _kept:
        return _kept[path]
    sent = request.headers
    response: Any = client.generic(
        request.method,
        path,
        request.post_data_buffer or b"",
        content_type=sent.get("content-type", "application/octet-stream"),
        headers={name: sent[name] for name in _PASSED_ON if name in sent},
        SERVER_NAME="localhost",
    )
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
    found = response.status_code, headers, b"".join(response) if response.streaming else response.content
    if parts.path.startswith("/static/") and response.status_code == 200:
        _kept[path] = found
    return found
