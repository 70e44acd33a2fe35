"""The audit trail: who did what to which object, when and from where. Lines are only ever added.

The history of a case lives with the case; this trail holds what happens around it: sign-ins, role switches, reading
secrets unmasked, exports, edits of registers and accounts. Details must not carry the secrets themselves.

A line is one insert, with a code of its own (HMAC-SM3); a job chains the lines and signs checkpoints (``trail_seals``).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from luban.kit.clock import ZONE, clock
from luban.people.actor import Actor
from luban.people.genuine import touched
from luban.people.models import AuditEntry, AuditSeal

SEALS = 400  # checkpoints looked through for lost lines of one page


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line as others read it. ``number`` orders the trail and is the key to page on; ``touched`` names the columns
    that are not as they were written ("?": cannot be told), None when all is well.
    """

    number: int
    at: datetime
    account: str
    role: str
    organisation: str
    action: str
    object: str
    detail: Mapping[str, Any]
    ip: str
    touched: tuple[str, ...] | None = None


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


def read_trail(*, before: int | None = None, limit: int = 50, **wanted: Any) -> tuple[AuditLine, ...]:
    """The newest lines first, at most ``limit`` (≤ 500), numbered below ``before``; see ``lines_of`` for the filters."""
    rows = _wanted(**wanted)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return tuple(_line(row) for row in rows[: min(limit, 500)])


def lines_of(**wanted: Any) -> Iterator[AuditLine]:
    """Every line that fits, newest first, a few at a time: for exports. Filters are exact, '' = any: ``account``,
    ``action``, ``target``; ``actions`` any of several; ``since`` and ``until`` are days, both included.
    """
    return (_line(row) for row in _wanted(**wanted).iterator(chunk_size=1000))


def lost_between(*, low: int, high: int) -> tuple[int, ...]:
    """Numbers of lines from ``low`` to ``high`` that a checkpoint holds and the table no longer does (tampering)."""
    seals = (
        AuditSeal.objects.filter(last__gte=low).order_by("number").values_list("entries", flat=True)[:SEALS]
    )
    held = {line for entries in seals for line in entries if low <= line <= high}
    there = set(AuditEntry.objects.filter(pk__gte=low, pk__lte=high).values_list("pk", flat=True))
    return tuple(sorted(held - there))


def last_seal() -> AuditSeal | None:
    """The newest checkpoint."""
    return AuditSeal.objects.order_by("-number").first()


def _wanted(
    *,
    account: str = "",
    action: str = "",
    target: str = "",
    actions: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.order_by("-id")
    if actions:
        rows = rows.filter(action__in=list(actions))
    for column, wanted in (("account", account), ("action", action), ("object", target)):
        if wanted:
            rows = rows.filter(**{column: wanted})
    if since is not None:
        rows = rows.filter(at__gte=datetime.combine(since, time.min, ZONE))
    if until is not None:
        rows = rows.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, ZONE))
    return rows


def _line(row: AuditEntry) -> AuditLine:
    found = touched(row)
    return AuditLine(
        row.pk,
        row.at,
        row.account,
        row.role,
        row.organisation,
        row.action,
        row.object,
        row.detail,
        row.ip,
        None if found is None else found.columns or ("?",),
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
