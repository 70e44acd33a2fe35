"""One thing that is not as it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

AT_ONCE = 1000


@dataclass(frozen=True)
class Fault:
    """Which table, which row, what is wrong."""

    table: str
    row: str
    problem: str


def as_stored(value: Mapping[str, Any] | list[Any]) -> Any:
    """A value as it comes back from a JSON column, to be compared with one."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
