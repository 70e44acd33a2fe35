"""Events of the chain as they are told: notices folded into the event they belong to, and what a subscription wants. Pure.

A contract notes whom it notifies by `PartyNotified` behind the event of the change; such a note is never told by
itself but as the `notice` of that event, to the organisation it is for (waste-chain §8.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOTIFIED, ACKNOWLEDGED, REPLIED = "PartyNotified", "NoticeAcknowledged", "ConsultationReplied"
KINDS: Mapping[str, str] = {
    "UtilisationFilingEvidence": "UF",
    "UtilisationRevocation": "UR",
    "DisposalFormEvidence": "DF",
    "DisposalCase": "DC",
}
EVENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "OrgRegistry": (
        "OrgRegistered",
        "OrgAccountChanged",
        "OrgRolesChanged",
        "OrgStatusChanged",
        "TrustedContractChanged",
        "AuditRecorded",
        "PeerChanged",
    ),
    "UtilisationFilingEvidence": (
        "FilingCreated",
        "FilingUpdated",
        "FilingDecided",
        "FilingWithdrawn",
        "FilingRevoked",
        ACKNOWLEDGED,
    ),
    "UtilisationRevocation": (
        "RevocationProposed",
        "RevocationApproved",
        "RevocationRejected",
        "RevocationWithdrawn",
        ACKNOWLEDGED,
    ),
    "DisposalFormEvidence": ("FormCreated", "FormUpdated", ACKNOWLEDGED),
    "DisposalCase": ("CaseCreated", "CaseUpdated", "CaseTransitioned", REPLIED, ACKNOWLEDGED),
}
"""What can be subscribed to, by contract: the five contracts of waste-chain §4 without the notes of notices."""


@dataclass(frozen=True)
class Event:
    """One event of the chain; `args` by name, digests 64 hexadecimal characters, `at` the block's time in ms."""

    seq: int
    event_id: str
    contract: str
    event_type: str
    record_key: str
    version: int
    block_number: int
    tx_hash: str
    log_index: int
    at: int
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """A notice: for which organisation (orgId), of which type, its number within the record."""

    org: str
    number: int
    seq: int
    version: int


@dataclass(frozen=True)
class Told:
    """An event to be told, with the notices that belong to it."""

    event: Event
    notices: tuple[Notice, ...] = ()

    def notice_for(self, org: str) -> Notice | None:
        """The notice for an organisation; None when this event brings it none."""
        return next((one for one in self.notices if one.org == org), None)


@dataclass(frozen=True)
class Wanted:
    """What a subscription asks for; empty collections mean everything. `region` is its application's province."""

    region: str
    org: str
    scope: str = "party"
    event_types: Collection[str] = ()
    contracts: Collection[str] = ()


def folded(transaction: Sequence[Event]) -> tuple[Told, ...]:
    """The events of one transaction to be told, in their order; each note goes to the nearest event before it that is
    about the same record, else to the first about it, else to the first of all."""
    ordered = sorted(transaction, key=lambda one: one.log_index)
    main = [one for one in ordered if one.event_type != NOTIFIED]
    notices: dict[str, list[Notice]] = {one.event_id: [] for one in main}
    for note in ordered:
        if note.event_type == NOTIFIED and main:
            notices[_bearer(note, main).event_id].append(_notice(note))
    return tuple(Told(one, tuple(notices[one.event_id])) for one in main)


def _bearer(note: Event, main: Sequence[Event]) -> Event:
    same = [
        one
        for one in main
        if (one.contract, one.record_key) == (note.contract, note.record_key)
        and one.event_type != ACKNOWLEDGED
    ]
    before = [one for one in same if one.log_index < note.log_index]
    return before[-1] if before else (same or list(main))[0]


def _notice(note: Event) -> Notice:
    args = note.args
    return Notice(
        str(args["partyOrg"]), int(args["noticeType"]), int(args["noticeSeq"]), int(args["version"])
    )


def wants(*, wanted: Wanted, told: Told, parties: Collection[str]) -> bool:
    """Whether a subscription is told of an event; `parties` are the provinces of its record (origin, destination,
    transit)."""
    event = told.event
    if wanted.contracts and event.contract not in wanted.contracts:
        return False
    if wanted.event_types and event.event_type not in wanted.event_types:
        return False
    if event.contract not in EVENT_TYPES:
        return False
    if wanted.scope == "all":
        return True
    return wanted.region in parties or told.notice_for(wanted.org) is not None


def parties_of(core: Mapping[str, Any]) -> tuple[str, ...]:
    """The provinces of a record as six digits, origin first, without repeats."""
    named: Iterable[Any] = (
        core.get("originProvince"),
        core.get("destProvince"),
        *(core.get("transitProvinces") or ()),
    )
    return tuple(dict.fromkeys(str(one) for one in named if one))
