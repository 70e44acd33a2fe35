"""What the register of management plans offers to items: `management_plans.of`, `management_plans.of_firm`, and the
source `management_plans` from which a form is filled in (`management_plans.plan_no` …; `management_plans.wastes` for
the rows of a table).

The city's waste system is asked when the copy here is older than a quarter of an hour; while the system is out the last
copy answers and says of which day it is (`fetched_on`). A plan belongs to the firm that filed it: another firm's number
finds nothing. Sources: domain brief 危险废物 §1.5, §9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.prefill import Prefill
from luban.links.outcomes import Rejected, Unavailable
from luban.links.solid_waste.lookups import Plan, management_plans
from luban.registers.management_plans import shelf
from luban.registers.management_plans.parts import ManagementPlan
from luban.registers.management_plans.prefill import line, plan_for, values

FRESH = timedelta(minutes=15)
_READ = TypeAdapter(ManagementPlan)


def of(*, day: date, applicant: Applicant, number: str, plan_no: str | None) -> ManagementPlan | None:
    """The applicant's plan of that number; None when the applicant has filed none such (or it was never fetched)."""
    wanted = (plan_no or "").strip()
    return next((plan for plan in _plans(applicant.uscc) if plan.plan_no == wanted), None) if wanted else None


def of_firm(*, day: date, applicant: Applicant, number: str) -> tuple[ManagementPlan, ...]:
    """The applicant's plans, latest year first."""
    return _plans(applicant.uscc)


def _plans(uscc: str) -> tuple[ManagementPlan, ...]:
    if uscc:
        now, last = clock.now(), shelf.fetched_at(uscc=uscc)
        if last is None or not timedelta(0) <= now - last < FRESH:
            _fetch(uscc)
    return shelf.of_firm(uscc=uscc)


def _fetch(uscc: str) -> None:
    """Ask the system and keep its answer; while it is out the last copy stands."""
    at = clock.now()
    try:
        told = management_plans(uscc=uscc)
    except (Unavailable, Rejected):
        return
    shelf.keep(uscc=uscc, plans=tuple(_plan(one) for one in told), at=at)


def _plan(told: Plan) -> ManagementPlan:
    plan: ManagementPlan = _READ.validate_python(told.model_dump())
    return plan


def own_plan(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a form may be filled in with from the applicant's plan: the one it names, else this year's or the latest
    before (see `prefill.values`); in the row of a waste also what the plan says of that waste."""
    plans, named = _plans(applicant.uscc), str(given.get("plan_no") or "").strip()
    by_number = next((one for one in plans if one.plan_no == named), None)
    plan = by_number if named else plan_for(plans=plans, year=day.year)
    return {**values(plan=plan), **line(plan=plan, code=str(given.get("code") or "").strip())}


PREFILL = {"management_plans": Prefill("危险废物管理计划", own_plan, keys=("plan_no", "code"), begins=True)}
PROVIDERS: dict[str, Callable[..., Any]] = {"management_plans.of": of, "management_plans.of_firm": of_firm}
COMMANDS: dict[str, Callable[..., None]] = {}
