"""JSON as tables hold it: what Django's own fields write and read, in a fraction of the time.

Whole numbers beyond 64 bits do not come back exactly; forms and acts hold none (`kit.fields` ends at twelve digits).
"""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder

# Moments and records are written as Django writes them, not in orjson's way.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_others = DjangoJSONEncoder().default


def written(value: Any) -> str:
    """The text of a value; moments, days and decimals as Django's encoder has them. Raises TypeError for other things."""
    try:
        return orjson.dumps(value, default=_others, option=_OPTIONS).decode()
    except TypeError:  # keys that are no text, half characters, very long numbers: as ever
        return json.dumps(value, cls=DjangoJSONEncoder)


def understood(text: str) -> Any:
    """The value of a text PostgreSQL gave."""
    return orjson.loads(text)
