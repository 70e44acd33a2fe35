"""Conditions of this form that compare two of its own answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luban.kit.conditions import Condition, any_row, look_up, when


@dataclass(frozen=True)
class Differs(Condition):
    """Both paths are stated and say different things."""

    path: str
    other: str

    def holds(self, own: Any, form: Any) -> bool:
        one, two = look_up(self.path, own, form), look_up(self.other, own, form)
        return one is not None and two is not None and one != two

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path, self.other)


@dataclass(frozen=True)
class Positive(Condition):
    """The number at `path` is above nought."""

    path: str

    def holds(self, own: Any, form: Any) -> bool:
        value = look_up(self.path, own, form)
        return isinstance(value, Decimal | int) and value > 0

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path,)


DELEGATED = Differs("generator.agent_name", "generator.generator_legal_rep")
"""Someone other than the legal representative handles the application (非法定代表人办理)."""

BY_SHIP = any_row("route.legs", "leg_mode", "ship")
"""Some leg of the route goes by ship."""

COLLECTOR = when("generator.applicant_type", "collector")
"""The applicant collects what others produced."""
