"""Which part of a record an application may see: the table of waste-chain §6.2, pure, for reads and for callbacks.

A section shown in part keeps its digest and loses its salt: with the salt, what was left out could be guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luban.stages.gateway.asking import Caller, GatewayError

FORM = frozenset({"s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"})
REVOCATION = frozenset({"r1", "r2", "r3"})
ALL = FORM | REVOCATION
DEST_REVOCATION = frozenset({"r1", "r2"})
"""The receiving province learns what was revoked and why, not the district's opinion (default, to be confirmed)."""
TRANSIT = frozenset({"s5", "s6"})
IDENTITY = frozenset({"agent_id_no"})
CONTACTS = frozenset({"carrier_contact_name", "carrier_contact_mobile"})
SIGNED_AUTHORITY = frozenset({"M12"})


@dataclass(frozen=True)
class Sight:
    """`sections` that may be shown, the fields left out of them, attachments and the materials left out of those.

    `ground`: all, origin, dest, transit, grant.
    """

    ground: str
    sections: frozenset[str]
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    attachments: bool = False
    without: frozenset[str] = frozenset()

    def shows_material(self, code: str) -> bool:
        """Whether an attachment of that material may be shown."""
        return self.attachments and code not in self.without


@dataclass(frozen=True)
class Granted:
    """A grant that is in force for the record at hand."""

    sections: frozenset[str]
    attachments: bool


def sight(caller: Caller, core: Mapping[str, Any], *, grants: Iterable[Granted] = ()) -> Sight:
    """What the caller may see of a record with this plain core (`originProvince`, `destProvince`, `transitProvinces`).

    Raises GatewayError (40303) when it may see nothing.
    """
    party, region = caller.may("read:party"), int(caller.region)
    if caller.may("read:all"):
        return Sight("all", ALL, attachments=True)
    if party and region == core["originProvince"]:
        return Sight("origin", ALL, attachments=True)
    if party and region == core["destProvince"]:
        return Sight(
            "dest",
            FORM | DEST_REVOCATION,
            hidden={"s1": IDENTITY},
            attachments=True,
            without=SIGNED_AUTHORITY,
        )
    if party and region in core.get("transitProvinces", ()):
        return Sight("transit", TRANSIT, hidden={"s5": CONTACTS})
    given = tuple(grants) if caller.may("read:granted") else ()
    if given:
        sections = frozenset().union(*(one.sections for one in given))
        return Sight("grant", sections & ALL, attachments=any(one.attachments for one in given))
    raise GatewayError(40303, "本应用没有该记录的数据权限，请联系记录所在省或链与接入管理员授权。")


def shown(content: Any, hidden: frozenset[str]) -> tuple[Any, bool]:
    """A section without the hidden fields, at any depth, and whether anything was left out."""
    if isinstance(content, Mapping):
        kept = {name: shown(value, hidden) for name, value in content.items() if name not in hidden}
        touched = len(kept) != len(content) or any(cut for _, cut in kept.values())
        return {name: value for name, (value, _) in kept.items()}, touched
    if isinstance(content, list):
        members = [shown(one, hidden) for one in content]
        return [value for value, _ in members], any(cut for _, cut in members)
    return content, False
