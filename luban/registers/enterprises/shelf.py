"""Enterprises and carriers in PostgreSQL: remember, look up. Nothing here reads a clock."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from luban.registers.enterprises.models import Carrier, Enterprise
from luban.registers.enterprises.parts import CarrierFact, EnterpriseFact

SUGGESTIONS = 20
SHORTEST_PREFIX = 2


def remember(*, enterprise: EnterpriseFact, at: datetime) -> None:
    """Keep what a source said of a firm at `at` (aware); an older answer never replaces a newer one."""
    row, made = Enterprise.objects.select_for_update().get_or_create(
        uscc=enterprise.uscc, defaults=_columns(enterprise, at)
    )
    if not made and row.fetched_at <= at:
        Enterprise.objects.filter(uscc=enterprise.uscc).update(**_columns(enterprise, at))


def get(*, uscc: str) -> EnterpriseFact | None:
    """A firm as last remembered; None when it is not known."""
    row = Enterprise.objects.filter(uscc=uscc).first()
    if row is None:
        return None
    return EnterpriseFact(
        uscc=row.uscc,
        name=row.name,
        legal_rep=row.legal_rep,
        reg_address=row.reg_address,
        status=row.status,
        industry_code=row.industry_code,
        ent_ids=tuple(row.ent_ids),
        source=row.source,
        fetched_at=row.fetched_at,
    )


def _columns(enterprise: EnterpriseFact, at: datetime) -> dict[str, object]:
    return {
        "name": enterprise.name,
        "legal_rep": enterprise.legal_rep,
        "reg_address": enterprise.reg_address,
        "status": enterprise.status,
        "industry_code": enterprise.industry_code,
        "ent_ids": list(enterprise.ent_ids),
        "source": enterprise.source,
        "fetched_at": at,
    }


def remember_carriers(*, carriers: tuple[CarrierFact, ...], seen_in: str, on: date) -> None:
    """Keep the carriers of case `seen_in` filed on `on`, one statement; the latest case's words stand."""
    latest = {(carrier.uscc, carrier.mode): carrier for carrier in carriers if carrier.uscc and carrier.mode}
    rows = [
        Carrier(
            uscc=carrier.uscc,
            mode=carrier.mode,
            name=carrier.name,
            licence_type=carrier.licence_type,
            licence_no=carrier.licence_no,
            licence_valid_to=carrier.licence_valid_to,
            vehicles=[dict(row) for row in carrier.vehicles],
            ships=[dict(row) for row in carrier.ships],
            seen_in=seen_in,
            seen_on=on,
        )
        for _, carrier in sorted(latest.items())
    ]
    changing = [
        "name",
        "licence_type",
        "licence_no",
        "licence_valid_to",
        "vehicles",
        "ships",
        "seen_in",
        "seen_on",
    ]
    Carrier.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["uscc", "mode"], update_fields=changing
    )


def known_carriers(*, starts: str, limit: int = SUGGESTIONS) -> tuple[CarrierFact, ...]:
    """Carriers whose credit code or name begins with `starts` (two signs or more), most recently seen first."""
    starts = starts.strip()
    if len(starts) < SHORTEST_PREFIX:
        return ()
    rows = Carrier.objects.filter(Q(uscc__startswith=starts.upper()) | Q(name__startswith=starts))
    return tuple(_carrier(row) for row in rows.order_by("-seen_on", "-id")[:limit])


def _carrier(row: Carrier) -> CarrierFact:
    return CarrierFact(
        uscc=row.uscc,
        name=row.name,
        mode=row.mode,
        licence_type=row.licence_type,
        licence_no=row.licence_no,
        licence_valid_to=row.licence_valid_to,
        vehicles=tuple(row.vehicles),
        ships=tuple(row.ships),
        seen_in=row.seen_in,
        seen_on=row.seen_on,
    )
