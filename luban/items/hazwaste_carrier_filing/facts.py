"""What the rules ask the library of carriers: the firm's own entry, and who else has filed these plates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luban.kit.facts import Facts, need
from luban.registers.carriers.parts import Carrier


@dataclass(frozen=True, kw_only=True)
class FilingFacts(Facts):
    """`own` is None for a firm the library does not know; `plates` maps a plate to the other carrier that filed it."""

    own: Carrier | None = need("carriers.own")
    plates: Mapping[str, str] = need("carriers.plates", rows="fleet.vehicles")
