"""A licence as everyone outside the register sees it: plain and frozen.

Stored states are those of the domain vocabulary §4.3; what a reader is shown on a day (expired, not yet in force …)
is computed from them in `status`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from luban.kit.view import LicenceView

STORED = {
    "issued": "有效",
    "suspended": "已暂停",
    "superseded": "已变更",
    "withdrawn": "已撤回",
    "revoked": "已撤销",
    "cancelled": "已注销",
}
"""The states a licence is stored in, with their Chinese titles."""

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN_LENGTH = 22


def new_token() -> str:
    """A fresh QR token: 22 letters and digits from the system's random source, about 131 bits."""
    return "".join(secrets.choice(BASE62) for _ in range(TOKEN_LENGTH))


def is_token(text: str) -> bool:
    """Whether a text has the shape of a token (asked before any query)."""
    return len(text) == TOKEN_LENGTH and all(letter in BASE62 for letter in text)


@dataclass(frozen=True, kw_only=True)
class LicenceFact:
    """A licence. Days are Shanghai days, `valid_to` is the last day it holds (None: no end).

    `quantity` is what the issuing item states for later checks: `receiver_uscc`, `receiver_name`,
    `receiver_province_code`, `generator_uscc`, `waste_codes` (list), `qty_t` and `used_t` (tonnes), `year`; any of
    them may be missing. `pending_by` is the number of the case that wants to change it, `changed_by` of the one that
    did. `today` is the day it was looked up for; `state` is what it shows on that day.
    """

    number: str
    holder: str
    valid_from: date
    token: str = ""
    case_id: str = ""
    case_number: str = ""
    item: str = ""
    document: str = ""
    title: str = ""
    version: int = 1
    holder_name: str = ""
    office: str = ""
    office_name: str = ""
    valid_to: date | None = None
    status: str = "issued"
    status_on: date | None = None
    status_reason: str = ""
    changed_by: str = ""
    replaced_by: str = ""
    pending_by: str = ""
    shows: tuple[tuple[str, str], ...] = ()
    quantity: Mapping[str, Any] = field(default_factory=dict)
    file_sm3: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    issued_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.status not in STORED:
            raise ValueError(f"{self.number}: {self.status} is not a state of a licence")

    @property
    def codes(self) -> tuple[str, ...]:
        """The waste codes it covers."""
        codes: Sequence[str] = self.quantity.get("waste_codes") or ()
        return tuple(codes)

    @property
    def receiver(self) -> str:
        """The credit code of the receiving firm, empty when the licence names none."""
        return str(self.quantity.get("receiver_uscc") or "")

    @property
    def qty_t(self) -> Decimal:
        """Tonnes it allows; 0 when it states none."""
        return self._tonnes("qty_t")

    @property
    def used_t(self) -> Decimal:
        """Tonnes known to be used up; 0 when nothing is known."""
        return self._tonnes("used_t")

    def _tonnes(self, key: str) -> Decimal:
        try:
            value = Decimal(str(self.quantity.get(key) or 0))
        except InvalidOperation:
            raise ValueError(f"{self.number}: {key} {self.quantity.get(key)!r} is not a number") from None
        return value

    def shown(self, label: str) -> str:
        """What the verification page says under a label; empty when it does not show it."""
        return next((value for name, value in self.shows if name == label), "")

    def overlaps(self, start: date | None, end: date | None) -> bool:
        """Whether its term shares a day with [start, end]; an open side reaches to infinity."""
        begins_in_time = end is None or self.valid_from <= end
        return begins_in_time and (start is None or self.valid_to is None or self.valid_to >= start)

    def as_view(self, *, verify_base: str) -> LicenceView:
        """The licence as its own case's documents and pages carry it."""
        return LicenceView(
            token=self.token,
            number=self.number,
            document=self.document,
            version=self.version,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            status=self.status,
            verify_url=f"{verify_base}{self.token}",
        )
