"""What the registers know: the licence of the filing number, and the working days."""

from __future__ import annotations

from dataclasses import dataclass

from luban.kit.book import BookOnDay
from luban.kit.facts import Facts, need
from luban.registers.licences.parts import LicenceFact


@dataclass(frozen=True, kw_only=True)
class RevocationFacts(Facts):
    """Facts of a revocation."""

    licence: LicenceFact | None = need("licences.by_number", filing_no="target.filing_no", default=None)
    calendar: BookOnDay = need("book.calendar")
