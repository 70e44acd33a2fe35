"""Management plans in memory, for `luban try`: rows of the case file are plans (fields of `ManagementPlan`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.registers.management_plans.parts import ManagementPlan, PlanRow

_READ = TypeAdapter(ManagementPlan)


class MemoryPlans:
    """The plans of one trial."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._plans = tuple(_read(row, number) for number, row in enumerate(known, start=1))

    def shown(self) -> dict[str, dict[str, Any]]:
        """Nothing: a trial changes no plan."""
        return {}

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {"management_plans.of": self._of, "management_plans.of_firm": self._of_firm}

    def commands(self) -> dict[str, Callable[..., None]]:
        """The same names as `offers.COMMANDS`."""
        return {}

    def _of(
        self, *, day: date, applicant: Applicant, number: str, plan_no: str | None
    ) -> ManagementPlan | None:
        return next((plan for plan in self._filed(applicant) if plan.plan_no == plan_no), None)

    def _of_firm(self, *, day: date, applicant: Applicant, number: str) -> tuple[ManagementPlan, ...]:
        return self._filed(applicant)

    def _filed(self, applicant: Applicant) -> tuple[ManagementPlan, ...]:
        own = [plan for plan in self._plans if plan.generator_uscc == applicant.uscc]
        return tuple(sorted(own, key=lambda plan: plan.year, reverse=True))


def _read(row: Mapping[str, Any], number: int) -> ManagementPlan:
    unknown = set(row) - set(ManagementPlan.__dataclass_fields__)
    unknown |= {name for one in row.get("rows", ()) for name in set(one) - set(PlanRow.__dataclass_fields__)}
    if unknown:
        raise ValueError(f"plan {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"plan {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryPlans
