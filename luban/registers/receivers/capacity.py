"""How much room licences have left, and who is able to take a waste. Pure.

A room is a group of licence lines that share their capacity, or one line; its key is `licence_no|group or number of the
line`. Each line of a group states the group's capacity and what the group has taken: the largest stated counts.
Source: 危险废物跨省转移业务说明 §1.2, §7.2 CR-05, CR-08, §7.3, §7.6 D1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from luban.registers.receivers.cover import line_cover, line_number
from luban.registers.receivers.parts import Cover, Licence, Receiver, Room, Scope

NOTHING = Decimal(0)


class Able(NamedTuple):
    """A firm able to take a waste, the licence it may do so with, and the tonnes it has left (None: not known)."""

    receiver: Receiver
    licence: Licence
    left: Decimal | None


def group_of(*, licence: Licence, scope: Scope) -> str:
    """The group of a line: its capacity group, else its number."""
    return scope.capacity_group or str(line_number(licence=licence, scope=scope))


def room_key(*, licence: Licence, scope: Scope) -> str:
    """The name of the room a line draws on."""
    return f"{licence.licence_no}|{group_of(licence=licence, scope=scope)}"


def room(*, licence: Licence, group: str, committed: Decimal = NOTHING) -> Room:
    """The room of a group of lines. `committed` are the tonnes of our own permits in force that have not gone; what
    other provinces have approved stands on the lines."""
    lines = [scope for scope in licence.scopes if group_of(licence=licence, scope=scope) == group]
    stated = [line.capacity_t for line in lines if line.capacity_t is not None]
    return Room(
        capacity=max(stated, default=None),
        received=max((line.received_ytd_t for line in lines), default=NOTHING),
        committed=max((line.committed_t for line in lines), default=NOTHING) + committed,
        usage_source="declared" if any(line.usage_source == "declared" for line in lines) else "synced",
    )


def rooms(*, receiver: Receiver | None, permits_committed: Mapping[str, Decimal]) -> dict[str, Room]:
    """Every room of a firm by its key; `permits_committed` are tonnes of our permits in force, by the same keys."""
    found: dict[str, Room] = {}
    for licence in receiver.licences if receiver else ():
        for scope in licence.scopes:
            key = room_key(licence=licence, scope=scope)
            if key not in found:
                group = group_of(licence=licence, scope=scope)
                found[key] = room(licence=licence, group=group, committed=permits_committed.get(key, NOTHING))
    return found


def in_term(*, licence: Licence, on: date | None) -> bool:
    """Whether a licence is good on a day: valid, begun, not over; a blank day or term does not bind."""
    begun = not licence.valid_from or on is None or licence.valid_from <= on
    lasts = not licence.valid_to or on is None or on <= licence.valid_to
    return licence.status == "valid" and begun and lasts


def able(
    *,
    receivers: Iterable[Receiver],
    code: str | None,
    family: str,
    on: date | None,
    tonnes: Decimal | None = None,
    committed_by: Mapping[str, Decimal] | None = None,
    require_room: bool = True,
) -> tuple[Able, ...]:
    """The firms with a licence good on day `on` that covers the code in the family, one entry a firm.

    With `require_room` (CR-07, CR-08) a room must have `tonnes` left; an unknown capacity does not. Without it (D1) the
    licence is enough. `committed_by`: tonnes of our permits in force by room key.
    """
    found = []
    for receiver in receivers:
        fitting = [
            one
            for one in _offers(receiver, code, family, on, committed_by or {})
            if not require_room or (one.left is not None and one.left >= max(tonnes or NOTHING, NOTHING))
        ]
        if fitting:
            found.append(max(fitting, key=lambda one: (one.left is not None, one.left or NOTHING)))
    return tuple(found)


def total_left(found: Iterable[Able]) -> Decimal:
    """What the firms have left together; a capacity that is not known counts nothing."""
    return sum((one.left for one in found if one.left is not None), NOTHING)


def _offers(
    receiver: Receiver, code: str | None, family: str, on: date | None, committed_by: Mapping[str, Decimal]
) -> Iterable[Able]:
    for licence in receiver.licences:
        if not in_term(licence=licence, on=on):
            continue
        for scope in licence.scopes:
            if scope.mode_family == family and line_cover(scope=scope, code=code) is Cover.COVERED:
                committed = committed_by.get(room_key(licence=licence, scope=scope), NOTHING)
                group = group_of(licence=licence, scope=scope)
                yield Able(receiver, licence, room(licence=licence, group=group, committed=committed).left)
