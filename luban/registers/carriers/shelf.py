"""The library of carriers in PostgreSQL: read, search, change under the row's lock.

Nothing here reads a clock but `load_demo`, which brings the demonstration's carriers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from luban.kit.clock import clock
from luban.kit.view import CaseView
from luban.registers.carriers import decisions, packing
from luban.registers.carriers.models import Carrier as Row
from luban.registers.carriers.models import FilingRecord
from luban.registers.carriers.parts import Carrier
from luban.registers.carriers.written import written_carriers
from luban.registers.numbering.numbers import next_number

PAGE = 20


@dataclass(frozen=True)
class CarrierPage:
    """Carriers in the order of their numbers, and where the next page starts (None: no more)."""

    carriers: tuple[Carrier, ...]
    after: int | None


@dataclass(frozen=True)
class FilingFact:
    """How a filing ended; `before` is None for a first one. `command` is the register's, `kind` the filing's."""

    case_number: str
    kind: str
    command: str
    version: int
    before: Carrier | None
    after: Carrier
    by_name: str
    opinion: str
    at: datetime


def by_ids(*, ids: Iterable[str]) -> dict[str, Carrier]:
    """The carriers of these numbers that are known, in one query."""
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    return {row.carrier_id: packing.carrier_of(row) for row in Row.objects.filter(carrier_id__in=wanted)}


def by_uscc(*, uscc: str) -> Carrier | None:
    """The carrier of a credit code, or None."""
    row = Row.objects.filter(uscc=uscc).first() if uscc else None
    return packing.carrier_of(row) if row else None


def search(*, text: str = "", after: int | None = None, limit: int = PAGE) -> CarrierPage:
    """A page of the library: part of a name, or the beginning of a credit code or number; all when empty."""
    rows = Row.objects.order_by("id")
    words = text.replace("\x00", "").strip()
    if words:
        code = words.upper()
        rows = rows.filter(
            Q(name__icontains=words) | Q(uscc__startswith=code) | Q(carrier_id__startswith=code)
        )
    if after is not None:
        rows = rows.filter(id__gt=after)
    page = list(rows[: limit + 1])
    shown = page[:limit]
    return CarrierPage(
        tuple(packing.carrier_of(row) for row in shown), shown[-1].id if len(page) > limit else None
    )


def others_with(*, plates: Iterable[str], but: str) -> dict[str, str]:
    """Plates of these that belong to another carrier in service than `but` (a credit code): plate → its name."""
    wanted = {plate for plate in plates if plate}
    if not wanted:
        return {}
    rows = Row.objects.filter(plates__overlap=sorted(wanted), filing_status__in=("approved", "suspended"))
    found = rows.exclude(uscc=but).order_by("id").values_list("name", "plates")
    return {plate: name for name, held in found for plate in held if plate in wanted}


def ending_on(*, days: Iterable[date]) -> tuple[Carrier, ...]:
    """The filed carriers whose road transport licence ends on one of `days` (reminders before the end)."""
    rows = Row.objects.filter(rtl_to__in=list(days), filing_status="approved").order_by("id")
    return tuple(packing.carrier_of(row) for row in rows)


def number_for(*, uscc: str, day: date) -> str:
    """The number of a firm's entry, the same however often it is asked for."""
    return next_number(template=decisions.NUMBER, day=day, document=f"carrier:{uscc}").number


def change(*, command: str, view: CaseView, at: datetime) -> None:
    """Carry out a command of `decisions.COMMANDS` on the entry of the firm that files, its row locked.

    Call inside the act's transaction. Raises Refused (404, 409).
    """
    row = Row.objects.select_for_update().filter(uscc=view.applicant).first()
    before = packing.carrier_of(row) if row else None
    number = before.carrier_id if before else number_for(uscc=view.applicant, day=at.date())
    after = decisions.COMMANDS[command](before, view=view, day=at.date(), carrier_id=number)
    if after is None:
        return
    kept = keep(carrier=after)
    if command in decisions.RECORDED:
        _record(kept, before, after, command, view, at)


def keep(*, carrier: Carrier) -> Row:
    """Write an entry as it stands."""
    values = packing.columns(carrier)
    key = values.pop("carrier_id")
    row, _ = Row.objects.update_or_create(carrier_id=key, defaults=values)
    return row


def _record(
    row: Row, before: Carrier | None, after: Carrier, command: str, view: CaseView, at: datetime
) -> None:
    said: Mapping[str, Any] = view.last.data
    FilingRecord.objects.create(
        carrier=row,
        case_number=view.number,
        kind=view.form.filing.kind or decisions.ADD,
        command=command,
        version=after.version,
        before=packing.snapshot(before) if before else None,
        after=packing.snapshot(after),
        by_name=view.last.actor_name,
        opinion=str(said.get("reason") or said.get("opinion") or ""),
        at=at,
    )


def filings(*, carrier_id: str, limit: int = PAGE) -> tuple[FilingFact, ...]:
    """How a carrier's filings ended, newest first."""
    rows = FilingRecord.objects.filter(carrier__carrier_id=carrier_id).order_by("-id")[:limit]
    return tuple(
        FilingFact(
            row.case_number,
            row.kind,
            row.command,
            row.version,
            packing.unpacked(row.before) if row.before else None,
            packing.unpacked(row.after),
            row.by_name,
            row.opinion,
            row.at,
        )
        for row in rows
    )


@transaction.atomic
def load_demo() -> list[str]:
    """Bring the demonstration's carriers that are missing (by credit code); returns a line for each one brought."""
    today, lines = clock.today(), []
    for carrier in written_carriers(today=today):
        if Row.objects.filter(uscc=carrier.uscc).exists():
            continue
        number = number_for(uscc=carrier.uscc, day=today)
        keep(carrier=replace(carrier, carrier_id=number))
        lines.append(f"运输单位 {number} {carrier.name}")
    return lines
