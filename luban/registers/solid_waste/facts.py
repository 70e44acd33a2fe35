"""What the registers know that the clauses of solid waste need."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from luban.kit.book import BookOnDay
from luban.kit.facts import Facts, need
from luban.registers.licences.parts import LicenceFact

_TERM = {"receiver": "receiver.receiver_uscc", "start": "contract.start_date", "end": "contract.end_date"}


@dataclass(frozen=True, kw_only=True)
class WasteFacts(Facts):
    """Registers of the day; `committed` is what licences in force take of the receiver this year, in tonnes;
    `same` are the applicant's licences for the same receiver whose terms overlap this one."""

    waste_codes: BookOnDay = need("book.waste_codes")
    end_use_matrix: BookOnDay = need("book.end_use_matrix")
    departments: BookOnDay = need("book.waste_departments")
    references: BookOnDay = need("book.waste_references")
    places: BookOnDay = need("book.divisions")
    wharves: BookOnDay = need("book.wharves")
    restrictions: BookOnDay = need("book.route_restrictions")
    watch_list: BookOnDay = need("book.watch_list")
    committed: Decimal = need("licences.committed", **_TERM)
    same: tuple[LicenceFact, ...] = need("licences.same", **_TERM)
