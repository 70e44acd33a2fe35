"""The demonstration's carriers as they are written (`data/demo.yaml`), their relative days made real. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from luban.registers.carriers.memory import read_carrier
from luban.registers.carriers.parts import Carrier

FILE = Path(__file__).parent / "data" / "demo.yaml"
_DAY = re.compile(r"\{today([+-]\d+)?\}")


def written_carriers(*, today: date) -> tuple[Carrier, ...]:
    """The carriers of the demonstration, still without numbers. Raises ValueError for what cannot be read."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        read_carrier({"carrier_id": "", "source": "import", **_dated(row, today)}, where=str(row["name"]))
        for row in rows
    )


def _dated(value: Any, today: date) -> Any:
    if isinstance(value, Mapping):
        return {key: _dated(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner, today) for inner in value]
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    return today + timedelta(days=int(found[1] or 0)) if found else value
