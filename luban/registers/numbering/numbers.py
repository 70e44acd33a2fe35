"""Handing out numbers: one statement draws the next, the document keeps it, a retry gets the same one.

A number precedes the typesetting of its document, so an abandoned document leaves a number behind: it is registered
void and never used again. Nobody promises that numbers are without gaps.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from luban.kit.clock import clock
from luban.registers.numbering.models import Issued
from luban.registers.numbering.templates import format_number, sequence_of

_DRAW = (
    "INSERT INTO numbering_sequence (name, value) VALUES (%s, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = numbering_sequence.value + 1 RETURNING value"
)
_KEEP = (
    "INSERT INTO numbering_issued (number, sequence, value, document, issued_at, voided_by, void_reason) "
    "VALUES (%s, %s, %s, %s, %s, '', '') ON CONFLICT DO NOTHING RETURNING id"
)


class NumberRefused(ValueError):
    """A number that cannot be voided or issued; the message says why."""


class _TakenMeanwhileError(Exception):
    """Another transaction gave this document its number first."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A number: its text, running value, sequence and the document that holds it."""

    number: str
    value: int
    sequence: str
    document: str


@dataclass(frozen=True, slots=True)
class Void:
    """An abandoned number and why."""

    number: str
    document: str
    voided_at: datetime
    voided_by: str
    reason: str


def next_number(*, template: str, day: date, document: str, sequence: str = "", **parts: str) -> Reserved:
    """Reserve the next number for ``document`` (any stable id); the same document gets the same number again.

    ``sequence`` is derived from the template and its parts unless numbers of several templates run through one.
    Two statements in a transaction of its own, or in the caller's (then the sequence waits for it).
    Raises TemplateFault; NumberRefused when the number is already another document's.
    """
    held = number_of(document=document)
    if held is not None:
        return held
    name = sequence or sequence_of(template=template, day=day, **parts)
    try:
        with transaction.atomic():
            return _draw(name, template, day, document, parts)
    except _TakenMeanwhileError:
        held = number_of(document=document)
        if held is None:
            raise NumberRefused("该编号已被占用，请检查编号模板与序列。") from None
        return held


def _draw(name: str, template: str, day: date, document: str, parts: dict[str, str]) -> Reserved:
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [name])
        value = int(cursor.fetchone()[0])
        number = format_number(template=template, value=value, day=day, **parts)
        cursor.execute(_KEEP, [number, name, value, document, clock.now()])
        if cursor.fetchone() is None:
            raise _TakenMeanwhileError
    return Reserved(number, value, name, document)


def number_of(*, document: str) -> Reserved | None:
    """The number a document holds, or None."""
    found = Issued.objects.filter(document=document, voided_at__isnull=True).first()
    return Reserved(found.number, found.value, found.sequence, found.document) if found else None


def void(*, number: str, by: str, reason: str) -> Void:
    """Register a number as void: its document was abandoned, the number is never used again. Raises NumberRefused."""
    if not reason.strip():
        raise NumberRefused("请写明作废理由。")
    at = clock.now()
    changed = Issued.objects.filter(number=number, voided_at__isnull=True).update(
        voided_at=at, voided_by=by, void_reason=reason.strip()
    )
    if not changed:
        raise NumberRefused(f"编号“{number}”未发出或已作废。")
    document = Issued.objects.values_list("document", flat=True).get(number=number)
    return Void(number, document, at, by, reason.strip())


def draw_number(*, template: str, day: date, **parts: str) -> str:
    """The next number of a template in one statement, inside the caller's transaction: for cases, which hold it themselves.

    Raises TemplateFault.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [sequence_of(template=template, day=day, **parts)])
        return format_number(template=template, value=int(cursor.fetchone()[0]), day=day, **parts)


def voids(*, sequence: str = "", limit: int = 200) -> tuple[Void, ...]:
    """The void register, newest first."""
    found = Issued.objects.filter(voided_at__isnull=False, **({"sequence": sequence} if sequence else {}))
    columns = ("number", "document", "voided_at", "voided_by", "void_reason")
    return tuple(Void(*row) for row in found.order_by("-voided_at", "-id").values_list(*columns)[:limit])
