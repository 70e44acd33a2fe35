"""The envelope of an event, as callbacks, pulls and streams carry it (waste-chain §8.3). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from luban.stages.subscriptions.events import KINDS, Notice, Told
from luban.stages.subscriptions.notice_kinds import kind_of

STATUSES: Mapping[str, int] = {
    "FilingCreated": 1,
    "FilingUpdated": 1,
    "FilingWithdrawn": 4,
    "FilingRevoked": 5,
    "RevocationProposed": 1,
    "RevocationApproved": 2,
    "RevocationRejected": 3,
    "RevocationWithdrawn": 4,
    "CaseCreated": 1,
    "CaseUpdated": 1,
    "ConsultationReplied": 6,
}
"""The status an event leaves its record in, where the event itself does not say (waste-chain §4)."""
DIGESTS = {"formDigest": "form_digest", "entryHash": "entry_hash", "decisionDigest": "decision_digest"}
FILED, REFUSED = 2, 3


@dataclass(frozen=True)
class Shown:
    """What a reader may see of the record: sections `{s3: {data, section_salt, section_digest}}`, attachments."""

    sections: Mapping[str, Any] = field(default_factory=dict)
    attachments: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Due:
    """The notice for the reader: its province, and the last day of a reply."""

    notice: Notice
    region: str
    due_at: date | None


@dataclass(frozen=True)
class About:
    """What an envelope says beside the event: `occurred_at` is the business time in milliseconds."""

    chain_id: str
    occurred_at: int
    core: Mapping[str, Any]
    form_digest: str = ""


def status_after(told: Told) -> int | None:
    """The status the event leaves its record in; None where it moves none."""
    args, name = told.event.args, told.event.event_type
    if name == "FilingDecided":
        return FILED if args["filed"] else REFUSED
    if name == "CaseTransitioned":
        return int(args["toStatus"])
    return STATUSES.get(name)


def envelope(
    *,
    told: Told,
    about: About,
    shown: Shown,
    due: Due | None = None,
    replay: bool = False,
    missed_before: Sequence[str] = (),
) -> dict[str, Any]:
    """The whole envelope; `notice` is null for whoever the event brings none."""
    event = told.event
    status = status_after(told)
    return {
        "event_id": event.event_id,
        "event_type": event.event_type,
        "contract": event.contract,
        "chain_id": about.chain_id,
        "block_number": event.block_number,
        "tx_hash": event.tx_hash,
        "log_index": event.log_index,
        "record_key": event.record_key,
        "business_type": KINDS.get(event.contract, ""),
        "seq": int(event.args.get("seq") or 0),
        "version": _version(told),
        "occurred_at": about.occurred_at,
        "anchored_at": event.at,
        "replay": replay,
        "missed_before": list(missed_before),
        "notice": _notice(due),
        "core": {**about.core, **({} if status is None else {"status": status})},
        "args": dict(event.args),
        "sections": dict(shown.sections),
        "attachments": [dict(one) for one in shown.attachments],
        "digests": _digests(event.args, about),
    }


def text(told: Mapping[str, Any]) -> bytes:
    """The body as it is sent and signed."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _version(told: Told) -> int:
    """The version of the form the event is about: events of a case's course count entries, not versions."""
    args = told.event.args
    known = args.get("formVersion") or args.get("version")
    if not known and told.notices:
        known = told.notices[0].version
    return int(known or 1)


def _notice(due: Due | None) -> dict[str, Any] | None:
    if due is None:
        return None
    kind = kind_of(due.notice.number)
    return {
        "notice_type": kind.number,
        "notice_seq": due.notice.seq,
        "party_region": int(due.region),
        "action_required": kind.action_required,
        "due_at": due.due_at.isoformat() if due.due_at else None,
    }


def _digests(args: Mapping[str, Any], about: About) -> dict[str, str]:
    found = {name: str(args[key]) for key, name in DIGESTS.items() if args.get(key)}
    return (
        found
        if "form_digest" in found or not about.form_digest
        else {"form_digest": about.form_digest, **found}
    )
