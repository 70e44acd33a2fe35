"""A management plan as others see it: plain and frozen. Tonnes have four decimal places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """A waste of a plan."""

    code: str
    name: str = ""
    annual_generation_t: Decimal = Decimal(0)
    opening_stock_t: Decimal = Decimal(0)
    planned_offsite_t: Decimal = Decimal(0)
    receiver_name: str = ""
    receiver_uscc: str = ""
    carriers: tuple[str, ...] = ()
    mode: str = ""
    form: str = ""
    packaging: tuple[str, ...] = ()
    source_process: str = ""
    generation_source: str = ""
    storage_qty_t: Decimal = Decimal(0)
    storage_location: str = ""


@dataclass(frozen=True, kw_only=True)
class ManagementPlan:
    """A plan of one firm and one year, as fetched at `fetched_on`."""

    plan_no: str
    generator_uscc: str
    year: int
    filed_on: date | None = None
    status: str = "filed"
    ent_id: str = ""
    facility_adcode: str = ""
    facility_address: str = ""
    fetched_on: date | None = None
    rows: tuple[PlanRow, ...] = ()

    def row(self, code: str | None) -> PlanRow | None:
        """The row of a code."""
        return next((row for row in self.rows if row.code == code), None)
