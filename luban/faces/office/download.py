"""Files on their way to an official: attachments under their Chinese names, pictures for the viewer."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """`content` to be saved as `name`."""
    return HttpResponse(content, content_type=kind, headers=headers_of(name))


def headers_of(name: str) -> dict[str, str]:
    """The headers of a file that is saved, never shown in the browser's own way."""
    safe = "".join("_" if c in '/\\\r\n"' else c for c in name)
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(safe)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def picture(png: bytes) -> HttpResponse:
    """A page drawn as a picture."""
    return HttpResponse(
        png,
        content_type="image/png",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
