"""Conditions of this form: where the waste goes, by what, and what a waste row's code and hazards ask for.

Source: domain brief 危险废物 第一部分 §3; the provinces are those of §7.3 and §12.7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from luban.kit.conditions import Condition, every, filled, look_up, some, unless, when
from luban.registers.hazardous_waste.codes import is_identified

JIANGSU, ZHEJIANG, ANHUI = "320000", "330000", "340000"
ADJACENT = (JIANGSU, ZHEJIANG)
"""Provinces that border Shanghai on land (§12.7)."""

REGION = (JIANGSU, ZHEJIANG, ANHUI)
"""The other provinces of the Yangtze River Delta (§12.7)."""

HAZARD_SEPARATORS = re.compile(r"[,/]")

LICENSED = when("receiver.qualification_kind", "licence")
"""The receiver takes the waste on its business licence."""

EXEMPT = when("receiver.qualification_kind", "exempt_general", "exempt_p2p")
"""The receiver takes the waste on an exemption."""

GENERALLY_EXEMPT = when("receiver.qualification_kind", "exempt_general")
POINT_TO_POINT = when("receiver.qualification_kind", "exempt_p2p")

OUT_OF_REGION = every(filled("receiver.receiver_province"), unless("receiver.receiver_province", *REGION))
"""The waste leaves the Yangtze River Delta: reasons must be given (P-23, M14)."""

BY_SHIP = when("plan.transport_mode", "ship")
BY_RAIL = when("plan.transport_mode", "rail")
BY_SHIP_OR_RAIL = some(BY_SHIP, BY_RAIL)

FIRST_TIME = when("generator.apply_kind", "first")

DELEGATED = when("generator.agent_is_legal_person", False)
"""Someone other than the legal representative handles the application."""


def hazards_of(expression: str | None) -> tuple[str, ...]:
    """The hazards of a catalogue expression (`T,I`, `T/In`); split, since `In` and `I` differ."""
    return tuple(part for part in HAZARD_SEPARATORS.split(expression or "") if part)


@dataclass(frozen=True)
class IdentifiedCode(Condition):
    """The row's code is one for identified wastes (900-000-××)."""

    path: str = "waste_code"

    def holds(self, own: Any, form: Any) -> bool:
        return is_identified(look_up(self.path, own, form))

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path,)


@dataclass(frozen=True)
class SeveralChosen(Condition):
    """More than one choice is made at `path`."""

    path: str

    def holds(self, own: Any, form: Any) -> bool:
        return len(set(look_up(self.path, own, form) or ())) > 1

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path,)


@dataclass(frozen=True)
class BeyondCatalogue(Condition):
    """The row declares a hazard its catalogue entry does not list."""

    declared: str = "declared_hazards"
    listed: str = "catalogue_hazards"

    def holds(self, own: Any, form: Any) -> bool:
        listed = hazards_of(look_up(self.listed, own, form))
        declared = look_up(self.declared, own, form) or ()
        return bool(listed) and any(hazard not in listed for hazard in declared)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.declared, self.listed)


IDENTIFIED = IdentifiedCode()
BEYOND_CATALOGUE = BeyondCatalogue()
PAID = when("fee_direction", "receiver_pays", "generator_pays")

COMBINED = SeveralChosen("plan.transport_mode")
"""Combined transport (联运): each carrier states its leg."""
