"""What a plan fills in of an application: values by name, a row for each of its wastes, and one waste's line. Pure.

Source: domain brief 危险废物 §3.1, §3.3 (fields marked 〔计划〕).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from luban.registers.management_plans.parts import ManagementPlan, PlanRow

WASTES = "wastes"


def plan_for(*, plans: Iterable[ManagementPlan], year: int) -> ManagementPlan | None:
    """The plan an application begun in `year` starts from: that year's, else the latest before it."""
    fitting = [plan for plan in plans if plan.year <= year and plan.status == "filed"]
    return max(fitting, key=lambda plan: plan.year, default=None)


def values(*, plan: ManagementPlan | None) -> Mapping[str, Any]:
    """Values as a draft keeps them; `wastes` holds the rows. Empty without a plan; blanks are left out."""
    if plan is None:
        return {}
    found = {
        "plan_no": plan.plan_no,
        "ent_id": plan.ent_id,
        "facility_adcode": plan.facility_adcode,
        "facility_address": plan.facility_address,
        WASTES: [_row(row) for row in plan.rows],
    }
    return {name: value for name, value in found.items() if value}


def line(*, plan: ManagementPlan | None, code: str | None) -> Mapping[str, Any]:
    """What the plan says of one waste, for the row of a form that names its code; blanks are left out."""
    row = plan.row(code) if plan else None
    if row is None:
        return {}
    same = (
        "code",
        "name",
        "form",
        "mode",
        "packaging",
        "source_process",
        "generation_source",
        "storage_location",
    )
    found = {name: getattr(row, name) for name in same} | {"storage_qty_t": format(row.storage_qty_t, "f")}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value
    }


def _row(row: PlanRow) -> dict[str, Any]:
    found = {
        "waste_name": row.name,
        "waste_code": row.code,
        "hw_category": f"HW{row.code[-2:]}",
        "physical_form": row.form,
        "disposal_mode": row.mode,
        "packaging": list(row.packaging),
        "source_process": row.source_process,
        "generation_source": row.generation_source,
        "storage_qty_t": format(row.storage_qty_t, "f"),
        "storage_location": row.storage_location,
    }
    return {name: value for name, value in found.items() if value}
