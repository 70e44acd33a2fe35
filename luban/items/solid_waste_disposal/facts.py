"""What the registers know that an approval needs: the same as a filing, and the calendar for reminders."""

from __future__ import annotations

from dataclasses import dataclass

from luban.kit.book import BookOnDay
from luban.kit.facts import need
from luban.registers.solid_waste.facts import WasteFacts


@dataclass(frozen=True, kw_only=True)
class ApprovalFacts(WasteFacts):
    """Registers of the day."""

    calendar: BookOnDay = need("book.calendar")
