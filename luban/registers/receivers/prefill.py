"""What the register of receivers fills in of an application that names one: the firm, its licence, the room it has. Pure.

Source: domain brief 危险废物 §3.2 (fields marked 〔证库〕).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.registers.receivers.capacity import in_term
from luban.registers.receivers.parts import Licence, Receiver, Room, Scope

SYNCED = "synced"
_WORDS = {"ALL": "全部代码", "CATEGORY_ONLY": "证面只列类别"}


def values(
    *, receiver: Receiver | None, licence_no: str | None, rooms: Mapping[str, Room], day: date
) -> dict[str, Any]:
    """Values by name; blanks are left out, nothing for an unknown firm.

    The licence is the one numbered `licence_no`, else the first good on `day`. Tonnes are told only where the licence
    has one room, since which room a waste draws on cannot be known yet; the intake only as far as it was synced.
    """
    if receiver is None:
        return {}
    same = ("uscc", "name", "province", "facility_adcode", "facility_address", "lng", "lat")
    found: dict[str, Any] = {name: getattr(receiver, name) for name in same}
    licence = receiver.licence(licence_no) or _good(receiver, day)
    if licence is not None:
        found |= _licence(licence) | _room(licence, rooms)
    return {name: value for name, value in found.items() if value not in (None, "")}


def _good(receiver: Receiver, day: date) -> Licence | None:
    return next((one for one in receiver.licences if in_term(licence=one, on=day)), None)


def _licence(licence: Licence) -> dict[str, Any]:
    return {
        "licence_no": licence.licence_no,
        "licence_kind": licence.kind,
        "licence_valid_from": licence.valid_from,
        "licence_valid_to": licence.valid_to,
        "licence_issuer": licence.issuer,
        "licence_scope_text": "\n".join(scope_text(scope) for scope in licence.scopes),
    }


def scope_text(scope: Scope) -> str:
    """A line of a licence in words, as its face would say it."""
    listed = "、".join(scope.codes)
    codes = {"INCLUDE": listed, "EXCEPT": f"除{listed}外"}.get(scope.match_type) or _WORDS.get(
        scope.match_type, ""
    )
    modes = "、".join(scope.mode_codes) or scope.mode_family
    parts = [f"{scope.category}（{codes}）" if codes else scope.category]
    parts += [modes] if modes else []
    parts += [f"{scope.capacity_t.normalize():f}吨/年"] if scope.capacity_t is not None else []
    return "，".join(parts)


def _room(licence: Licence, rooms: Mapping[str, Room]) -> dict[str, Any]:
    own = [room for key, room in rooms.items() if key.startswith(f"{licence.licence_no}|")]
    if len(own) != 1:
        return {}
    room = own[0]
    synced = room.usage_source == SYNCED
    return {
        "capacity_t": room.capacity,
        "received_ytd_t": room.received if synced else None,
        "committed_t": room.committed if synced else None,
    }
