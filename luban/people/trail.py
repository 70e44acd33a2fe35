"""The audit trail: who did what to which object, when and from where. Lines are only ever added.

The history of a case lives with the case; this trail holds what happens around it: sign-ins, role switches, reading
secrets unmasked, exports, edits of registers and accounts. Details must not carry the secrets themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.people.models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line as others read it. ``number`` orders the trail and is the key to page on."""

    number: int
    at: datetime
    account: str
    role: str
    organisation: str
    action: str
    object: str
    detail: Mapping[str, Any]
    ip: str


def audit(
    *, actor: Actor, action: str, target: str = "", detail: Mapping[str, Any] | None = None, ip: str = ""
) -> None:
    """Add one line, in the caller's transaction. ``action`` is a dotted code (``secret.unmask``), ``target`` what it
    was done to (``case:GFB-310115-20260302-0001``), ``detail`` JSON without secrets.
    """
    AuditEntry.objects.create(
        at=clock.now(),
        account=actor.account[:64],
        role=actor.role,
        organisation=actor.organisation,
        action=action,
        object=target[:200],
        detail=dict(detail or {}),
        ip=ip,
    )


def read_trail(
    *, before: int | None = None, account: str = "", action: str = "", target: str = "", limit: int = 50
) -> tuple[AuditLine, ...]:
    """The newest lines first, at most ``limit`` (≤ 500), numbered below ``before``; filters are exact, '' = any."""
    rows = AuditEntry.objects.order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    for column, wanted in (("account", account), ("action", action), ("object", target)):
        if wanted:
            rows = rows.filter(**{column: wanted})
    return tuple(
        AuditLine(
            row.pk,
            row.at,
            row.account,
            row.role,
            row.organisation,
            row.action,
            row.object,
            row.detail,
            row.ip,
        )
        for row in rows[: min(limit, 500)]
    )


def address_of(request: HttpRequest) -> str:
    """The visitor's address. Behind ``settings.LUBAN_TRUSTED_PROXIES`` proxies (default 0) it is taken from the
    X-Forwarded-For entry that the outermost trusted proxy wrote; entries a visitor sends himself are ignored.
    """
    trusted = getattr(settings, "LUBAN_TRUSTED_PROXIES", 0)
    if trusted:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= trusted:
            return hops[-trusted][:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
