"""A waste of the national catalogue and a way of using or disposing of it, as others see them: plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass

HAZARDS = {"T": "毒性", "C": "腐蚀性", "I": "易燃性", "R": "反应性", "In": "感染性"}
"""Hazard codes; `In` and `I` differ by more than a letter, so lists of them are split, never searched."""


@dataclass(frozen=True, kw_only=True)
class CatalogueWaste:
    """A code of the catalogue in force. `hazards` as printed; `joint` is "," (has the first, may have the others) or
    "/" (has one or more of them). `valuable`: usually worth recovering."""

    code: str
    category: str
    name: str
    hazards: tuple[str, ...]
    joint: str = ","
    industry: str = ""
    valuable: bool = False

    @property
    def expression(self) -> str:
        """The hazards as the catalogue prints them."""
        return self.joint.join(self.hazards)


@dataclass(frozen=True, kw_only=True)
class Mode:
    """A way of using (family R), disposing of (D) or collecting (S) hazardous waste."""

    code: str
    name: str
    family: str


@dataclass(frozen=True, kw_only=True)
class Distance:
    """Road kilometres between two counties; `kind` is table, estimated (straight line × 1.3) or declared."""

    km: str
    kind: str = "table"
