"""Log lines that can be followed: every request has an id, and with LUBAN_LOG=json every line is one JSON object.

The id is the caller's X-Request-ID when it looks like one, else a fresh one; it goes back in the answer, and every line
written while the request is answered carries it, with the account and the case's number where the address names one.
Lines of workers carry what is given them (`extra={"case": …}`).
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from config import metrics

HEADER = "X-Request-ID"
_LOOKS_LIKE_ONE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_NAMES_A_CASE = ("number", "case", "case_id")
_about: ContextVar[dict[str, str]] = ContextVar("about", default={})  # noqa: B039  never changed, only replaced
access_log = logging.getLogger("luban.access")


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, request, case, account, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
        }
        for name in ("request", "case", "effect", "account", "status", "milliseconds", "path", "method"):
            value = record.__dict__.get(name)
            if isinstance(value, str | int):
                line[name] = value
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class RequestIds:
    """Gives each request its id, measures it and writes a line of the access log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under an id."""
        given = request.headers.get(HEADER, "")
        own = given if _LOOKS_LIKE_ONE.fullmatch(given) else secrets.token_hex(8)
        token = _about.set({"request": own})
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            self._noted(request, response, time.perf_counter() - began)
        finally:
            _about.reset(token)
        response.headers[HEADER] = own
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: dict[str, Any]) -> None:
        """Note whom and which case the lines from here on are about."""
        case = next((str(kwargs[name]) for name in _NAMES_A_CASE if name in kwargs), "")
        account = getattr(getattr(request, "actor", None), "account", "")
        more = {name: value for name, value in (("case", case), ("account", account)) if value}
        _about.set({**_about.get(), **more})

    def _noted(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        metrics.answered(
            view=match.view_name if match else "",
            method=request.method or "",
            status=response.status_code,
            seconds=seconds,
        )
        if not request.path.startswith("/static/"):
            about = {"method": request.method, "path": request.path, "status": response.status_code}
            access_log.debug("answered", extra={**about, "milliseconds": round(seconds * 1000)})
