"""How clean a vehicle is (D3), and which emission stage a fuel may have. Pure.

Clean: diesel of stage six, or new energy (plug-in, battery, fuel cell; an ordinary hybrid is not). Whether gas of stage
six counts is for a parameter. Source: 危险废物跨省转移业务说明 §7.6 D3, §12.10.
"""

from __future__ import annotations

DIESEL = "DIESEL"
GAS = frozenset({"CNG", "LNG"})
NEW_ENERGY = frozenset({"PHEV", "BEV", "FCEV"})
WITHOUT_STAGE = frozenset({"BEV", "FCEV"})
NO_STAGE = "NA"
STAGE_SIX = frozenset({"CN6A", "CN6B", "CN7"})


def clean_vehicle(*, fuel_type: str | None, emission_stage: str | None, gas_counts: bool = False) -> bool:
    """Whether a vehicle counts as clean; a blank fuel does not."""
    if fuel_type in NEW_ENERGY:
        return True
    fuels = {DIESEL, *GAS} if gas_counts else {DIESEL}
    return fuel_type in fuels and emission_stage in STAGE_SIX


def stage_fits(*, fuel_type: str | None, emission_stage: str | None) -> bool:
    """Whether fuel and stage go together: electric and fuel cell have none (NA), all others have one; blanks pass."""
    if not fuel_type or not emission_stage:
        return True
    return (fuel_type in WITHOUT_STAGE) == (emission_stage == NO_STAGE)
