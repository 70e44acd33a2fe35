"""What the register of enterprises offers to items: the command that remembers a filed case's carriers.

`carriers.remember(*, view, at)` reads the rows at `view.form.transport.carriers`: `carrier_uscc`, `carrier_name`,
`carrier_mode`, `carrier_licence_type`, `carrier_licence_no`, `carrier_licence_valid_to`, `vehicles`, `ships`.
Rows without credit code or mode are passed over. Contact persons are not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from luban.kit.view import CaseView
from luban.registers.enterprises import shelf
from luban.registers.enterprises.parts import CarrierFact


def remember_carriers(*, view: CaseView, at: datetime) -> None:
    """Remember the carriers of a case."""
    carriers = tuple(_carrier(row) for row in view.form.transport.carriers)
    shelf.remember_carriers(carriers=carriers, seen_in=view.number, on=at.date())


def _carrier(row: Any) -> CarrierFact:
    return CarrierFact(
        uscc=row.carrier_uscc or "",
        name=row.carrier_name or "",
        mode=row.carrier_mode or "",
        licence_type=row.carrier_licence_type or "",
        licence_no=row.carrier_licence_no or "",
        licence_valid_to=row.carrier_licence_valid_to,
        vehicles=tuple(vehicle.model_dump(mode="json", exclude_none=True) for vehicle in row.vehicles),
        ships=tuple(ship.model_dump(mode="json", exclude_none=True) for ship in row.ships),
    )


PROVIDERS: dict[str, Callable[..., Any]] = {}
COMMANDS: dict[str, Callable[..., None]] = {"carriers.remember": remember_carriers}
