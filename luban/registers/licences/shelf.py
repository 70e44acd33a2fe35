"""Licences in PostgreSQL: issue, find, list.

`issue` is called in the transaction that stores the sealed file: the file is there and the licence in force, or
neither. A repeat returns what was issued. Nothing here commits or reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from luban.kit.view import LicenceView
from luban.people.genuine import all_genuine, genuine
from luban.registers.licences.decisions import TAKES_CAPACITY
from luban.registers.licences.models import Licence
from luban.registers.licences.parts import LicenceFact, is_token, new_token
from luban.tables.fixed import read

PAGE = 20
COMMITTED = """
SELECT coalesce(sum(coalesce((quantity ->> 'qty_t')::numeric(15, 3), 0.000)), 0.000) FROM licences_licence
WHERE quantity ->> 'receiver_uscc' = %s AND status = ANY(%s)
  AND valid_from <= %s AND (valid_to >= %s OR valid_to IS NULL)
"""
_BETWEEN = """
t.quantity ->> 'receiver_uscc' = %s AND t.holder = %s AND (t.valid_to >= %s OR t.valid_to IS NULL) ORDER BY t.id
"""


@dataclass(frozen=True)
class LicencePage:
    """Licences, newest first, and where the next page starts (None: no more)."""

    licences: tuple[LicenceFact, ...]
    after: int | None


def fact(row: Licence) -> LicenceFact:
    """A row as others see it. Raises RowTouched."""
    genuine(row)
    return LicenceFact(
        number=row.number,
        holder=row.holder,
        valid_from=row.valid_from,
        token=row.token,
        case_id=row.case_id,
        case_number=row.case_number,
        item=row.item,
        document=row.document,
        title=row.title,
        version=row.version,
        holder_name=row.holder_name,
        office=row.office,
        office_name=row.office_name,
        valid_to=row.valid_to,
        status=row.status,
        status_on=row.status_on,
        status_reason=row.status_reason,
        changed_by=row.changed_by,
        replaced_by=row.replaced_by,
        pending_by=row.pending_by,
        shows=tuple((str(label), str(value)) for label, value in row.shows),
        quantity=row.quantity,
        file_sm3=row.file_sm3,
        evidence=row.evidence,
        issued_at=row.issued_at,
    )


def issue(*, licence: LicenceFact, at: datetime) -> LicenceFact:
    """Put a licence in force and return it; the same case, document and version again returns the first one.

    `licence.token` is the one printed in its QR code (a fresh one when empty); `at` is aware. An earlier version of
    the same document of the same case becomes superseded and points at this one.
    """
    token = licence.token or new_token()
    row, made = Licence.objects.get_or_create(
        case_id=licence.case_id,
        document=licence.document,
        version=licence.version,
        defaults={
            "token": token,
            "case_number": licence.case_number,
            "item": licence.item,
            "title": licence.title,
            "number": licence.number,
            "holder": licence.holder,
            "holder_name": licence.holder_name,
            "office": licence.office,
            "office_name": licence.office_name,
            "valid_from": licence.valid_from,
            "valid_to": licence.valid_to,
            "status": "issued",
            "status_on": at.date(),
            "status_reason": "",
            "changed_by": "",
            "replaced_by": "",
            "pending_by": "",
            "shows": [list(pair) for pair in licence.shows],
            "quantity": dict(licence.quantity),
            "file_sm3": licence.file_sm3,
            "evidence": dict(licence.evidence),
            "issued_at": at,
        },
    )
    if made and licence.version > 1:
        earlier = Licence.objects.filter(
            case_id=licence.case_id, document=licence.document, version__lt=licence.version, status="issued"
        )
        for old in all_genuine(earlier.select_for_update()):
            old.status, old.status_on = "superseded", at.date()
            old.changed_by, old.replaced_by = licence.case_number, token
            old.save(update_fields=["status", "status_on", "changed_by", "replaced_by"])
    return fact(row)


def find(*, token: str) -> LicenceFact | None:
    """The licence behind a QR code; None when there is none (or the text is no token at all)."""
    row = Licence.objects.filter(token=token).first() if is_token(token) else None
    return fact(row) if row else None


def by_number(*, number: str | None) -> LicenceFact | None:
    """The latest version of the licence of a number."""
    row = Licence.objects.filter(number=number).order_by("-version", "-id").first() if number else None
    return fact(row) if row else None


def of_holder(*, holder: str, after: int | None = None, limit: int = PAGE) -> LicencePage:
    """A page of a holder's licences, newest first; `after` is the `after` of the page before."""
    rows = Licence.objects.filter(holder=holder).order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=after)
    page = list(rows[: limit + 1])
    shown = page[:limit]
    return LicencePage(tuple(fact(row) for row in shown), shown[-1].id if len(page) > limit else None)


def of_case(*, case_id: str) -> tuple[LicenceFact, ...]:
    """The licences of a case, oldest first."""
    return tuple(fact(row) for row in Licence.objects.filter(case_id=case_id).order_by("id"))


def views_of_case(*, case_id: str, verify_base: str) -> tuple[LicenceView, ...]:
    """The licences of a case as its documents and pages carry them; `verify_base` ends before the token."""
    return tuple(licence.as_view(verify_base=verify_base) for licence in of_case(case_id=case_id))


def note_evidence(*, token: str, evidence: dict[str, object]) -> None:
    """Add what the chain answered (transaction, block …) to a licence's evidence."""
    row = genuine(Licence.objects.select_for_update().get(token=token))
    row.evidence = {**row.evidence, **evidence}
    row.save(update_fields=["evidence"])


def note_used(*, token: str, tonnes: Decimal) -> bool:
    """Note how much of what a licence allows is gone; False when there is none of that token, or it is known already.

    Call inside a transaction. Raises RowTouched.
    """
    row = Licence.objects.select_for_update().filter(token=token).first()
    if row is None or fact(row).used_t == tonnes:
        return False
    row.quantity = {**row.quantity, "used_t": format(tonnes, "f")}
    row.save(update_fields=["quantity"])
    return True


def ending_on(*, days: tuple[date, ...]) -> tuple[LicenceFact, ...]:
    """The issued licences whose last day is one of `days` (reminders before the end)."""
    rows = Licence.objects.filter(status="issued", valid_to__in=days).order_by("id")
    return tuple(fact(row) for row in rows)


def committed(*, receiver: str, first: date, last: date) -> Decimal:
    """Tonnes of the licences at a receiver that take capacity and share a day with [first, last], added up in one query."""
    with connection.cursor() as cursor:
        cursor.execute(COMMITTED, [receiver, list(TAKES_CAPACITY), last, first])
        tonnes: Decimal = cursor.fetchone()[0]
    return tonnes


def between(*, holder: str, receiver: str, ending_from: date) -> tuple[LicenceFact, ...]:
    """One firm's licences that name a receiver and end on `ending_from` or later."""
    found = read(Licence, where=_BETWEEN, given=[receiver, holder, ending_from])
    return tuple(fact(row) for row in found)


def locked(*, number: str | None) -> Licence | None:
    """The latest version of the licence of a number, its row locked until the transaction ends."""
    rows = Licence.objects.select_for_update().filter(number=number) if number else Licence.objects.none()
    row = rows.order_by("-version", "-id").first()
    return genuine(row) if row else None


def keep(*, row: Licence, changed: LicenceFact) -> None:
    """Write a decided change back to its locked row."""
    row.status, row.status_on = changed.status, changed.status_on or row.status_on
    row.status_reason, row.changed_by = changed.status_reason, changed.changed_by
    row.pending_by = changed.pending_by
    row.save(update_fields=["status", "status_on", "status_reason", "changed_by", "pending_by"])
