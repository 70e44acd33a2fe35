"""Three guards every request passes: the headers of every answer, the size of what is sent, and no NUL in it.

The content security policy allows our own scripts and styles only, nothing inline: a text that slips through unescaped
cannot run. The guard of headers stands outermost, so that errors and refusals of other guards carry them, too; HSTS and
redirects to https are Django's (LUBAN_SECURE).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from config import errors

NUL = "\x00"
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
        "frame-src 'none'",
        "worker-src 'self'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": (
        "accelerometer=(), bluetooth=(), camera=(), geolocation=(), gyroscope=(), hid=(), microphone=(), midi=(), "
        "payment=(), serial=(), usb=()"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""What every answer carries unless it brings its own."""
# Room for the other fields of a form that carries a file of the largest size.
_ENVELOPE_BYTES = 1024 * 1024


class SecurityHeaders:
    """Set the headers on every answer that does not bring its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
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


class WithoutNul:
    """A NUL says nothing, and no database column takes it: queries and forms go on without it, an address is not found."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what is left without it."""
        if NUL in request.path:
            return errors.page(request, status=404)
        request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _without_nul(given: QueryDict) -> QueryDict:
    if not any(NUL in text for name, values in given.lists() for text in (name, *values)):
        return given
    kept = QueryDict(mutable=True)
    for name, values in given.lists():
        kept.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    return kept
