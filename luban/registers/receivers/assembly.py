"""From rows of four registers to receiving firms with their licences. Pure.

Thousands of firms are put together once for a state of the registers and kept: a day of a register that nobody edited
is the same object, so identity tells whether anything changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from luban.kit.book import BookOnDay, Entry
from luban.registers.receivers.parts import Licence, Penalty, Receiver, Scope

REGION = ("310000", "320000", "330000", "340000")
"""Shanghai, Jiangsu, Zhejiang, Anhui (长三角, §12.7)."""
BOOKS = ("receivers", "receiver_licences", "licence_scopes", "receiver_penalties")
STATES_KEPT = 4

_held: list[tuple[tuple[BookOnDay, ...], Mapping[str, Receiver]]] = []


def receivers_of(
    *, receivers: BookOnDay, licences: BookOnDay, scopes: BookOnDay, penalties: BookOnDay
) -> Mapping[str, Receiver]:
    """Every firm by its credit code, with licences in the register's order and their lines by number."""
    asked = (receivers, licences, scopes, penalties)
    for books, found in tuple(_held):
        if all(a is b for a, b in zip(asked, books, strict=True)):
            return found
    made = {row.key: _receiver(row, licences, scopes, penalties) for row in receivers.rows}
    _held[:] = [(asked, made), *_held[: STATES_KEPT - 1]]
    return made


def in_provinces(*, receivers: Mapping[str, Receiver], provinces: tuple[str, ...]) -> tuple[Receiver, ...]:
    """The firms of some provinces (six-digit codes)."""
    return tuple(one for one in receivers.values() if one.province in provinces)


def _receiver(row: Entry, licences: BookOnDay, scopes: BookOnDay, penalties: BookOnDay) -> Receiver:
    same = ("name", "province", "facility_adcode", "facility_address", "lng", "lat", "contact", "phone")
    return Receiver(
        uscc=row.key,
        **{column: row[column] for column in same},
        credit_flag=row["credit_flag"],
        national_facility=bool(row["national_facility"]),
        accident_free=row["accident_free"],
        penalties=tuple(
            Penalty(on=one["on"], document_no=one["document_no"], hazardous=one["hazardous"])
            for one in penalties.where(uscc=row.key)
        ),
        licences=tuple(_licence(one, scopes) for one in licences.where(holder_uscc=row.key)),
    )


def _licence(row: Entry, scopes: BookOnDay) -> Licence:
    lines = sorted(scopes.where(licence_no=row.key), key=lambda line: int(line["seq"]))
    same = ("holder_uscc", "kind", "valid_from", "valid_to", "issuer", "status", "business_modes")
    return Licence(
        licence_no=row.key,
        **{column: row[column] for column in same},
        verified=bool(row["verified"]),
        scopes=tuple(_scope(line) for line in lines),
    )


def _scope(row: Entry) -> Scope:
    same = ("category", "match_type", "codes", "mode_codes", "mode_family", "capacity_t", "capacity_group")
    return Scope(
        **{column: row[column] for column in same},
        received_ytd_t=row["received_ytd_t"] or Decimal(0),
        committed_t=row["committed_t"] or Decimal(0),
        usage_source=row["usage_source"],
        seq=row["seq"],
    )
