"""What the registers know: the licence of the permit's number, and the working days."""

from __future__ import annotations

from dataclasses import dataclass

from luban.kit.book import BookOnDay
from luban.kit.facts import Facts, need
from luban.registers.licences.parts import LicenceFact


@dataclass(frozen=True, kw_only=True)
class PermitEndFacts(Facts):
    """Facts of a revocation or cancellation."""

    licence: LicenceFact | None = need("licences.by_number", filing_no="target.permit_no", default=None)
    calendar: BookOnDay = need("book.calendar")
