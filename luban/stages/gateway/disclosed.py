"""What of a record is shown to an application: sections within its sight, each with salt and digest, and attachments.

Used by reads and by the bodies of callbacks. A section shown in part comes without its salt and is marked `partial`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from luban.ledger.digests import section_salt
from luban.stages.gateway.applications import grants_for
from luban.stages.gateway.asking import Caller
from luban.stages.gateway.kept import Opened
from luban.stages.gateway.sight import Granted, Sight, shown, sight

DOWNLOAD = "/chain-gw/v1/attachments"


@dataclass(frozen=True)
class Disclosed:
    """Sections by name ({data, section_salt, section_digest}) and attachments ({material_code, seq, size, sm3,
    download})."""

    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    attachments: tuple[Mapping[str, Any], ...] = ()


def sight_of(*, caller: Caller, record: str, record_key: str, core: Mapping[str, Any]) -> Sight:
    """The caller's sight of a record, grants included. Raises GatewayError (40303)."""
    grants: tuple[Granted, ...] = ()
    if caller.may("read:granted"):
        grants = grants_for(app=caller.app, record=record, record_key=record_key, core=core)
    return sight(caller, core, grants=grants)


def disclosed(*, content: Opened | None, seen: Sight) -> Disclosed:
    """What of the content may be shown; nothing when there is none."""
    if content is None:
        return Disclosed()
    sections = {
        name: _section(content, name, seen.hidden.get(name, frozenset()))
        for name in content.section_digests
        if name in seen.sections and name in content.sections
    }
    files = tuple(
        {
            "material_code": one.material_code,
            "seq": one.seq,
            "size": one.size,
            "sm3": one.sm3,
            "url": content.urls.get(f"{one.material_code}-{one.seq}", ""),
            "download": download_path(content.record_key, one.material_code, one.seq),
        }
        for one in content.attachments
        if seen.shows_material(one.material_code)
    )
    return Disclosed(sections, files)


def download_path(record_key: str, material_code: str, seq: int) -> str:
    """Where an attachment is fetched from."""
    return f"{DOWNLOAD}/{record_key}/{material_code}/{seq}"


def _section(content: Opened, name: str, hidden: frozenset[str]) -> dict[str, Any]:
    data, cut = shown(json.loads(content.sections[name]), hidden)
    told = {"data": data, "section_digest": content.section_digests[name]}
    if cut:
        return {**told, "section_salt": "", "partial": True}
    return {**told, "section_salt": section_salt(record_salt=content.salt, section=name), "partial": False}
