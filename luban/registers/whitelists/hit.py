"""Which entries of the white lists an application meets. Pure. Source: 危险废物跨省转移业务说明 §1.3 whitelist_hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from luban.kit.book import BookOnDay, Entry
from luban.registers.divisions.places import SHANGHAI
from luban.registers.hazardous_waste.codes import category_of, is_hazardous_code
from luban.registers.whitelists.parts import WasteLine, WhitelistEntry

_SAME = (
    "receiver_uscc",
    "level",
    "province",
    "publish_doc",
    "receiver_name",
    "valid_from",
    "valid_to",
    "code_match",
    "codes",
    "modes",
    "annual_limit_t",
    "origin_provinces",
    "simplified_max_days",
)


def entries_of(*, book: BookOnDay, receiver: str | None = None) -> tuple[WhitelistEntry, ...]:
    """The entries of a firm (None: of all) as they stand on the register's day: what is over by date is expired."""
    rows = book.rows if receiver is None else book.where(receiver_uscc=receiver)
    return tuple(_entry(row, book.day) for row in rows)


def _entry(row: Entry, day: date) -> WhitelistEntry:
    over = row["valid_to"] is not None and row["valid_to"] < day
    return WhitelistEntry(
        entry_id=row.key,
        **{column: row[column] for column in _SAME},
        used_t=row["used_t"] or Decimal(0),
        skip_consultation=bool(row["skip_consultation"]),
        status="expired" if over and row["status"] in ("active", "pending") else row["status"],
    )


def whitelist_hit(
    *,
    entries: Iterable[WhitelistEntry],
    receiver: str | None,
    wastes: Sequence[WasteLine],
    day: date,
    origin: str = SHANGHAI,
) -> tuple[WhitelistEntry, ...]:
    """The entries an application meets on `day` (of acceptance), national ones first; none without wastes.

    An entry is met when it is active and in term, of this firm, for this origin or any, speaks of every waste and its
    way, and its yearly limit has room for all of them. Tonnes not filled in yet take no room.
    """
    met = [
        entry
        for entry in entries
        if _stands(entry, receiver, day, origin)
        and wastes
        and all(speaks_of(entry=entry, waste=waste) for waste in wastes)
        and _room_for(entry, wastes)
    ]
    return tuple(sorted(met, key=lambda entry: entry.level != "national"))


def _stands(entry: WhitelistEntry, receiver: str | None, day: date, origin: str) -> bool:
    return (
        entry.status == "active"
        and (entry.valid_from is None or entry.valid_from <= day)
        and (entry.valid_to is None or day <= entry.valid_to)
        and entry.receiver_uscc == receiver
        and (not entry.origin_provinces or origin in entry.origin_provinces)
    )


def speaks_of(*, entry: WhitelistEntry, waste: WasteLine) -> bool:
    """Whether an entry names a waste, by its category or its code, and does not exclude its way."""
    if not is_hazardous_code(waste.code):
        return False
    named = category_of(waste.code) if entry.code_match == "CATEGORY" else waste.code
    return named in entry.codes and (not entry.modes or waste.mode in entry.modes)


def _room_for(entry: WhitelistEntry, wastes: Sequence[WasteLine]) -> bool:
    if entry.annual_limit_t is None:
        return True
    asked = sum((waste.tonnes or Decimal(0) for waste in wastes), Decimal(0))
    return entry.annual_limit_t - entry.used_t >= asked


def used_by(*, entry: WhitelistEntry, approved: Iterable[WasteLine]) -> WhitelistEntry:
    """The entry with the tonnes approved this year that it speaks of added to what was used elsewhere."""
    tonnes = (line.tonnes or Decimal(0) for line in approved if speaks_of(entry=entry, waste=line))
    return replace(entry, used_t=entry.used_t + sum(tonnes, Decimal(0)))
