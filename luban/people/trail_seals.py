"""Checkpoints of the audit trail: lines are chained by SM3 and the chain's end is signed with SM2, by a job each minute.

Writing a line stays one insert: it carries its own code, and the chain is made afterwards, over lines that are
committed, so that nobody waits for anybody's lock. The digest after a line is SM3(digest before ‖ the line's columns, its
id and code among them). A checkpoint names its lines, so a line that was taken out is named as well as one that was changed.
A line may commit after a younger one: each run looks back an hour for stragglers.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from luban.kit.clock import clock
from luban.people.models import AuditEntry, AuditSeal
from luban.trust import certificates, ring, sm2
from luban.trust.digest import sm3
from luban.trust.row_mac import encode, row_bytes

logger = logging.getLogger(__name__)

GENESIS = "0" * 64
MOST = 5_000
STRAGGLERS = timedelta(hours=1)
_LOCK = 0x4C42_5452  # any number nobody else locks
LINE = ("id", "at", "account", "role", "organisation", "action", "object", "detail", "ip", "mac")


def seal_new() -> AuditSeal | None:
    """Take up the lines that no checkpoint holds yet, at most MOST of them; None when there is none.

    Two that run at once: the second does nothing. Raises KeyMissing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        last = AuditSeal.objects.order_by("-number").first()
        lines = unsealed(limit=MOST)
        return _seal(last, lines) if lines else None


def unsealed(*, limit: int | None = None) -> list[dict[str, Any]]:
    """The lines that stand in no checkpoint, oldest first, as LINE columns."""
    seals = AuditSeal.objects.filter(sealed_at__gte=clock.now() - STRAGGLERS).order_by("number")
    recent = list(seals.values_list("number", "entries"))
    before = AuditSeal.objects.order_by("-number")
    if recent:
        before = before.filter(number__lt=recent[0][0])
    floor = before.values_list("last", flat=True).first() or 0
    taken = [line for _, entries in recent for line in entries]
    found = AuditEntry.objects.filter(pk__gt=floor).exclude(pk__in=taken).order_by("pk").values(*LINE)
    return list(found[:limit] if limit else found)


def _seal(last: AuditSeal | None, lines: Sequence[dict[str, Any]]) -> AuditSeal:
    number, prev = (last.number + 1, last.digest) if last else (1, GENESIS)
    digest, at, keys = chained(prev=prev, lines=lines), clock.now(), ring.keys()
    highest = max(lines[-1]["id"], last.last if last else 0)
    made = AuditSeal.objects.create(
        number=number,
        entries=[line["id"] for line in lines],
        last=highest,
        prev=prev,
        digest=digest,
        sealed_at=at,
        certificate=base64.b64encode(keys.certificate()).decode(),
        signature=base64.b64encode(keys.sign(words(number=number, digest=digest, at=at))).decode(),
    )
    logger.info("audit trail checkpoint %s: %s lines, head %s", number, len(lines), digest)
    return made


def chained(*, prev: str, lines: Iterable[dict[str, Any]]) -> str:
    """The chain's digest after the lines (LINE columns)."""
    for line in lines:
        prev = sm3(prev.encode() + row_bytes([(name, encode(line[name])) for name in LINE]))
    return prev


def words(*, number: int, digest: str, at: datetime) -> bytes:
    """What is signed of a checkpoint."""
    return f"LBA1|{number}|{digest}|{int(at.timestamp() * 1000)}".encode()


def is_signed(seal: AuditSeal) -> bool:
    """Whether a certificate of the platform, present or past, signed the checkpoint."""
    try:
        certificate, signature = base64.b64decode(seal.certificate), base64.b64decode(seal.signature)
    except ValueError:
        return False
    if certificate not in ring.keys().certificates():
        return False
    public = certificates.public_key(certificate)
    said = words(number=seal.number, digest=seal.digest, at=seal.sealed_at)
    return sm2.verify(public=public, message=said, signature=signature)
