"""Permits and applications under way in PostgreSQL: read, lock, keep. Nothing here commits or reads a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from luban.kit.clock import add_months
from luban.registers.transfer_permits.figures import capacity_key
from luban.registers.transfer_permits.models import (
    PendingApplication,
    PendingRow,
    Till,
    TransferPermit,
    TransferPermitRow,
)
from luban.registers.transfer_permits.parts import TAKES_ROOM, Pending, Permit, PermitRow
from luban.registers.transfer_permits.standing import SETTLED, standing_on

LOOKED_BACK_MONTHS = 48
"""Permits that ended longer ago tell nothing any more: the history of a firm goes back two years."""


def fact(row: TransferPermit) -> Permit:
    """A row as others see it."""
    return Permit(
        permit_no=row.permit_no,
        version=row.version,
        case_no=row.case_no,
        generator_uscc=row.generator_uscc,
        receiver_uscc=row.receiver_uscc,
        receiver_name=row.receiver_name,
        receiver_licence_no=row.receiver_licence_no,
        receiver_province=row.receiver_province,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        status=row.status,
        status_on=row.status_on,
        abnormal=row.abnormal,
        token=row.token,
        rows=tuple(_row(one) for one in sorted(row.rows.all(), key=lambda one: one.seq)),
    )


def _row(row: TransferPermitRow) -> PermitRow:
    return PermitRow(
        code=row.code,
        mode=row.mode,
        name=row.name,
        approved_t=row.approved_t,
        transferred_t=row.transferred_t,
        capacity_group=row.capacity_group,
        p2p_no=row.p2p_no,
    )


def _current(day: date) -> QuerySet[TransferPermit]:
    since = add_months(day, -LOOKED_BACK_MONTHS)
    rows = TransferPermit.objects.exclude(status="superseded").filter(valid_to__gte=since)
    return rows.prefetch_related("rows").order_by("valid_from", "id")


def of_generator(*, uscc: str, day: date) -> tuple[Permit, ...]:
    """The latest versions of a firm's permits of the last years, oldest first."""
    return tuple(fact(row) for row in _current(day).filter(generator_uscc=uscc))


def of_receiver(*, uscc: str, day: date) -> tuple[Permit, ...]:
    """The latest versions of the permits to a receiver of the last years, oldest first."""
    return tuple(fact(row) for row in _current(day).filter(receiver_uscc=uscc))


def drawing_on(*, licence_no: str, numbers: Iterable[str], but: str, day: date) -> tuple[Permit, ...]:
    """The permits that draw on a licence or on point-to-point records, but for those of case `but`."""
    named = [number for number in numbers if number]
    on_licence = Q(receiver_licence_no=licence_no, valid_to__gte=day) if licence_no else Q(pk__in=())
    on_record = (
        Q(pk__in=TransferPermitRow.objects.filter(p2p_no__in=named).values("permit"))
        if named
        else Q(pk__in=())
    )
    rows = (
        TransferPermit.objects.exclude(status="superseded")
        .exclude(case_no=but)
        .filter(on_licence | on_record)
    )
    return tuple(fact(row) for row in rows.prefetch_related("rows"))


def lock(*, keys: Iterable[str]) -> None:
    """Hold the tills of these keys until the transaction ends; always in one order, so that nobody waits in a circle."""
    wanted = sorted({key for key in keys if key})
    Till.objects.bulk_create([Till(key=key) for key in wanted], ignore_conflicts=True)
    list(Till.objects.select_for_update().filter(key__in=wanted).order_by("key"))


def of_case(*, case_no: str) -> Permit | None:
    """The latest version of a case's permit, its row locked until the transaction ends."""
    return _locked(TransferPermit.objects.filter(case_no=case_no))


def by_number(*, number: str) -> Permit | None:
    """The latest version of the permit of a number, its row locked until the transaction ends."""
    return _locked(TransferPermit.objects.filter(permit_no=number)) if number else None


def _locked(rows: QuerySet[TransferPermit]) -> Permit | None:
    row = rows.select_for_update().order_by("-version", "-id").first()
    return fact(row) if row else None


def keep(*, permit: Permit, at: datetime) -> None:
    """Write a decided permit, or a decided change of it, with its rows."""
    columns = {name: getattr(permit, name) for name in COLUMNS}
    columns["standing"] = standing_on(permit, at.date())
    row, _ = TransferPermit.objects.update_or_create(
        case_no=permit.case_no, version=permit.version, defaults={**columns, "changed_at": at}
    )
    held = {one.seq: _row(one) for one in row.rows.all()}
    if tuple(held[seq] for seq in sorted(held)) == permit.rows:
        return
    row.rows.all().delete()
    TransferPermitRow.objects.bulk_create(
        TransferPermitRow(
            permit=row,
            seq=seq,
            code=one.code,
            mode=one.mode,
            name=one.name,
            approved_t=one.approved_t,
            transferred_t=one.transferred_t,
            capacity_group=one.capacity_group,
            p2p_no=one.p2p_no,
        )
        for seq, one in enumerate(permit.rows, start=1)
    )


COLUMNS = (
    "permit_no",
    "generator_uscc",
    "receiver_uscc",
    "receiver_name",
    "receiver_licence_no",
    "receiver_province",
    "valid_from",
    "valid_to",
    "status",
    "status_on",
    "abnormal",
    "token",
)


def moved() -> Mapping[str, Mapping[str, Sequence[Decimal]]]:
    """Tonnes gone by the manifests, of every permit's latest version: by case number and `code|mode`, in the order of
    its rows; one statement."""
    found: dict[str, dict[str, list[Decimal]]] = {}
    rows = TransferPermitRow.objects.exclude(permit__status="superseded")
    told = rows.order_by("permit_id", "seq").values_list("permit__case_no", "code", "mode", "transferred_t")
    for case_no, code, mode, tonnes in told.iterator(chunk_size=5000):
        found.setdefault(case_no, {}).setdefault(f"{code}|{mode}", []).append(tonnes)
    return found


def pending_of(*, uscc: str) -> tuple[Pending, ...]:
    """A firm's applications under way, oldest first."""
    rows = PendingApplication.objects.filter(generator_uscc=uscc).order_by("since", "case_no")
    return tuple(
        Pending(case_no=row.case_no, receiver_uscc=row.receiver_uscc, codes=tuple(row.codes)) for row in rows
    )


def put_pending(*, pending: Pending, uscc: str, at: datetime) -> None:
    """Note an application under way; one corrected and handed in again replaces itself."""
    stated = {
        "receiver_uscc": pending.receiver_uscc,
        "codes": list(pending.codes),
        "generator_uscc": uscc,
    }
    row, made = PendingApplication.objects.update_or_create(
        case_no=pending.case_no, defaults=stated, create_defaults={**stated, "since": at}
    )
    if not made:
        row.rows.all().delete()
    PendingRow.objects.bulk_create(
        PendingRow(
            application=row,
            licence_no=pending.receiver_licence_no,
            capacity_group=one.capacity_group,
            tonnes=one.approved_t,
        )
        for one in pending.rows
    )


def claimed(*, day: date, but: str) -> Mapping[str, Decimal]:
    """What `figures.claimed` says of everybody's permits and applications, added up in one statement."""
    standing = TransferPermit.objects.filter(status__in=TAKES_ROOM, valid_to__gte=day)
    open_rows = TransferPermitRow.objects.filter(permit__in=standing)
    asked = PendingRow.objects.exclude(application__in=standing.values("case_no"))
    if but:
        open_rows = open_rows.exclude(permit__case_no=but)
        asked = asked.exclude(application=but)
    left = Greatest(F("approved_t") - F("transferred_t"), Decimal(0))
    lines = (
        open_rows.values_list("permit__receiver_licence_no", "capacity_group")
        .annotate(sum=Sum(left))
        .union(asked.values_list("licence_no", "capacity_group").annotate(sum=Sum("tonnes")), all=True)
    )
    found: dict[str, Decimal] = {}
    for licence_no, group, tonnes in lines:
        key = capacity_key(licence_no, group)
        found[key] = found.get(key, Decimal(0)) + tonnes
    return found


def drop_pending(*, case_no: str) -> None:
    """An application is under way no longer."""
    PendingApplication.objects.filter(case_no=case_no).delete()


def note_manifests(
    *, permit_no: str, case_no: str, gone: Mapping[tuple[str, str], Decimal], abnormal: int, at: datetime
) -> bool:
    """Keep what the manifests say of a permit: tonnes gone by (code, mode), manifests that went wrong.

    False when there is no such permit. A row the manifests do not name keeps what it had.
    """
    named = Q(permit_no=permit_no) if permit_no else Q(case_no=case_no)
    row = TransferPermit.objects.filter(named).order_by("-version").first()
    if row is None:
        return False
    TransferPermit.objects.filter(pk=row.pk).update(abnormal=abnormal, changed_at=at)
    for (code, mode), tonnes in gone.items():
        rows = row.rows.filter(code=code, mode=mode) if mode else row.rows.filter(code=code)
        if rows.count() == 1:  # a manifest without a way says nothing of two rows of one code
            rows.update(transferred_t=tonnes)
    restate(rows=TransferPermit.objects.filter(pk=row.pk), day=at.date())
    return True


def restate(*, rows: QuerySet[TransferPermit], day: date) -> int:
    """Find out anew what permits are on a day; returns how many have become something else."""
    changed = 0
    for row in rows.prefetch_related("rows").order_by("id").iterator(chunk_size=500):
        found = standing_on(fact(row), day)
        if found != row.standing:
            changed += TransferPermit.objects.filter(pk=row.pk, standing=row.standing).update(standing=found)
    return changed


def restate_all(*, day: date) -> int:
    """Like `restate`, of every permit that may still become something else."""
    return restate(rows=TransferPermit.objects.exclude(standing__in=SETTLED), day=day)


def generators(*, day: date) -> tuple[str, ...]:
    """The firms with a permit out that has not ended, in order."""
    rows = TransferPermit.objects.filter(status="issued", valid_to__gte=day)
    return tuple(rows.order_by("generator_uscc").values_list("generator_uscc", flat=True).distinct())


def used(*, uscc: str) -> Mapping[str, Decimal]:
    """Token of the licence → tonnes of it that are gone, of a firm's permits that are out: no row counts for more than
    was approved, so all is gone only when every row is."""
    rows = TransferPermit.objects.filter(generator_uscc=uscc, status="issued").exclude(token="")
    permits = (fact(row) for row in rows.prefetch_related("rows"))
    return {p.token: sum((row.approved_t - row.left for row in p.rows), Decimal(0)) for p in permits}
