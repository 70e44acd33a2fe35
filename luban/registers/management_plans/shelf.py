"""Copies of management plans in PostgreSQL. Nothing here reads a clock."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from pydantic import TypeAdapter

from luban.kit.clock import ZONE
from luban.registers.management_plans.models import Asked, PlanCopy
from luban.registers.management_plans.parts import ManagementPlan

_READ = TypeAdapter(ManagementPlan)


def of_firm(*, uscc: str) -> tuple[ManagementPlan, ...]:
    """The plans of a firm as last fetched, latest year first."""
    rows = PlanCopy.objects.filter(generator_uscc=uscc).order_by("-year", "-plan_no")
    return tuple(_fact(row) for row in rows)


def fetched_at(*, uscc: str) -> datetime | None:
    """When a firm's plans were last fetched; None when they never were."""
    return Asked.objects.filter(generator_uscc=uscc).values_list("at", flat=True).first()


def keep(*, uscc: str, plans: tuple[ManagementPlan, ...], at: datetime) -> None:
    """Replace the copies of a firm's plans by what was fetched at `at`; an older answer never replaces a newer one."""
    with transaction.atomic():
        Asked.objects.bulk_create([Asked(generator_uscc=uscc, at=at)], ignore_conflicts=True)
        asked = Asked.objects.select_for_update().get(generator_uscc=uscc)
        if asked.at > at:
            return
        Asked.objects.filter(generator_uscc=uscc).update(at=at)
        PlanCopy.objects.filter(generator_uscc=uscc).delete()
        PlanCopy.objects.bulk_create(
            PlanCopy(
                plan_no=plan.plan_no,
                generator_uscc=uscc,
                year=plan.year,
                payload=_plain(asdict(replace(plan, fetched_on=None))),
                fetched_at=at,
            )
            for plan in plans
        )


def _fact(row: PlanCopy) -> ManagementPlan:
    plan = _READ.validate_python(row.payload)
    return replace(plan, fetched_on=row.fetched_at.astimezone(ZONE).date())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value
