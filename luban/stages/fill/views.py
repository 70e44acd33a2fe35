"""What the fill stage hands to faces: frozen pictures of drafts, files and phone links, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A draft as its owner sees it.

    `item` is the item's code. `payload` holds values as typed (section → field → value), secrets in plain, computed
    fields filled in. `sources` says of a path where its value came from: data_hub, permits_national, previous,
    account, carriers, licence, guide, self (typed), manual (typed because the source did not answer), computed.
    `account` last changed it. `case_id` and `case_number` are set when a submitted case is being corrected;
    `correction` then lists what was asked (path, problem, basis). `seal` says how the paper was signed (mode, at,
    by, digest…; empty: not signed). `submitted_as` is the case number once submitted. `notice_current` is False when
    the notice has been changed since it was read.
    """

    id: str
    item: str
    owner: str
    owner_name: str
    account: str
    payload: dict[str, Any]
    sources: Mapping[str, str]
    answers: Mapping[str, Any]
    revision: int
    created_at: datetime
    updated_at: datetime
    expires_on: date
    copied_from: str = ""
    case_id: str = ""
    case_number: str = ""
    correction: tuple[Mapping[str, str], ...] = ()
    correction_note: str = ""
    seal: Mapping[str, Any] = field(default_factory=dict)
    submitted_as: str = ""
    notice_current: bool = True
    sources_down: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A draft in a list. `progress` is the share of required answers given, 0–100; `headline` says in a line what it is
    about; `cursor` pages on."""

    id: str
    item: str
    title: str
    updated_at: datetime
    expires_on: date
    expires_soon: bool
    progress: int
    case_number: str
    copied_from: str
    headline: str
    cursor: str


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A material handed in. `binding` is a table row from 1 (None: the whole application); `check` is pass, mismatch,
    unreadable, pending or exempt; `recognised` holds what was read, by field name; `id` is empty for a file of a
    submitted case (ask for those by `sm3`)."""

    id: str
    code: str
    binding: int | None
    seq: int
    filename: str
    kind: str
    size: int
    pages: int
    sm3: str
    recognised: Mapping[str, Any]
    check: str
    note: str
    uploaded_at: datetime | None


@dataclass(frozen=True)
class PhoneLink:
    """An address to open on a phone, good until `expires_at`."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PhoneSlot:
    """What a phone link opens: one slot of one draft, and the files already in it."""

    item_title: str
    owner_name: str
    slot_title: str
    help: str
    kinds: tuple[str, ...]
    max_mb: int
    max_count: int
    files: tuple[FileView, ...]
    expires_at: datetime


@dataclass(frozen=True)
class ClashingValue:
    """A path two people changed: its label, what was just typed, and what is stored."""

    path: str
    label: str
    mine: Any
    theirs: Any
