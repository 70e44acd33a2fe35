"""What the city's waste system is asked: management plans, and what the manifests of a firm come to.

Source: domain brief 危险废物 §1.5, §9. The answers are read strictly where a rule builds on them; whatever else the
system says is left alone. Raises Unavailable and Rejected like every question to a partner.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from luban.links.channels import channel
from luban.links.messages import Uscc
from luban.links.outcomes import Unavailable
from luban.links.transport import ask

CODE, TITLE = "solid_waste", "市固废管理系统"
PATIENCE_SECONDS = 4.0
"""How long a question may take: a person waits for the answer, and there is a copy of the last one."""

Number = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Tonnes = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]


class Told(BaseModel):
    """Base of what the system answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PlanWaste(Told):
    """A waste of a plan. Tonnes have four decimal places; `carriers` are credit codes."""

    code: str
    name: str = ""
    annual_generation_t: Tonnes = Decimal(0)
    opening_stock_t: Tonnes = Decimal(0)
    planned_offsite_t: Tonnes = Decimal(0)
    receiver_name: str = ""
    receiver_uscc: str = ""
    carriers: tuple[str, ...] = ()
    mode: str = ""
    form: str = ""
    packaging: tuple[str, ...] = ()
    source_process: str = ""
    generation_source: str = ""
    storage_qty_t: Tonnes = Decimal(0)
    storage_location: str = ""


class Plan(Told):
    """A yearly management plan as filed."""

    plan_no: Number
    generator_uscc: Uscc
    year: int = Field(ge=2000, le=2999)
    filed_on: date | None = None
    status: str = "filed"
    ent_id: str = ""
    facility_adcode: str = ""
    facility_address: str = ""
    rows: tuple[PlanWaste, ...] = ()


class ManifestRow(Told):
    """Tonnes of one waste that have gone under a permit."""

    code: str
    mode: str = ""
    transferred_t: Tonnes = Decimal(0)


class ManifestStat(Told):
    """What the manifests of one permit come to. `abnormal`: sent back, more than a tenth off, not confirmed within ten
    days, or part of an offence; `open`: on the way."""

    permit_no: str
    generator_uscc: str
    receiver_uscc: str = ""
    abnormal: int = Field(default=0, ge=0, le=1_000_000)
    open: int = Field(default=0, ge=0, le=1_000_000)
    rows: tuple[ManifestRow, ...] = ()


_PLANS, _STATS = TypeAdapter(tuple[Plan, ...]), TypeAdapter(tuple[ManifestStat, ...])


def management_plans(*, uscc: str) -> tuple[Plan, ...]:
    """The plans a firm has filed, latest year first; none when it has filed none."""
    found: tuple[Plan, ...] = _read(_PLANS, _ask("/management-plans", uscc).get("plans"), "管理计划")
    if any(plan.generator_uscc != uscc for plan in found):
        raise Unavailable(f"{TITLE}返回了另一家企业的管理计划，未予采用。")
    return tuple(sorted(found, key=lambda plan: plan.year, reverse=True))


def manifest_stats(*, uscc: str) -> tuple[ManifestStat, ...]:
    """What the manifests of a firm come to, by permit."""
    found: tuple[ManifestStat, ...] = _read(_STATS, _ask("/manifest-stats", uscc).get("stats"), "联单统计")
    if any(stat.generator_uscc != uscc for stat in found):
        raise Unavailable(f"{TITLE}返回了另一家企业的联单统计，未予采用。")
    return found


def _ask(path: str, uscc: str) -> Mapping[str, Any]:
    way = channel(link=CODE)
    way = dataclasses.replace(way, timeout=min(way.timeout, PATIENCE_SECONDS))
    return ask(way=way, path=path, params={"uscc": uscc}).data


def _read(adapter: TypeAdapter[Any], told: Any, what: str) -> Any:
    try:
        return adapter.validate_python(told)
    except ValidationError as error:
        raise Unavailable(f"{TITLE}返回的{what}不完整。") from error
