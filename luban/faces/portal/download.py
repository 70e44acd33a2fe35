"""Files as attachments: never shown inline, never guessed, under their Chinese names."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def attachment(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """`content` to be saved as `name`."""
    answer = HttpResponse(content, content_type=kind)
    safe = name.replace("/", "_").replace("\\", "_").replace("\r", "").replace("\n", "")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(safe)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
