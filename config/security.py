"""Two guards every request passes: the content security policy and the size of what is sent.

The policy allows our own scripts and styles only, nothing inline: a text that slips through unescaped cannot run.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import errors

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
# Room for the other fields of a form that carries a file of the largest size.
_ENVELOPE_BYTES = 1024 * 1024


class ContentSecurityPolicy:
    """Set the policy on every answer that does not bring a stricter one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy header."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class BodySizeLimit:
    """Refuse a body larger than one file of the largest size with 413, and one of unknown length with 411."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse before anything is read."""
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return errors.page(request, status=411)
        length = request.headers.get("Content-Length", "0") or "0"
        if length.isdigit() and int(length) > settings.LUBAN_UPLOAD_MAX_BYTES + _ENVELOPE_BYTES:
            return errors.page(request, status=413)
        return self.get_response(request)
