"""JSON as tables hold it: what Django's own fields write and read, in a fraction of the time."""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder

# Moments and records are written as Django writes them, not in orjson's way.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_others = DjangoJSONEncoder().default
# orjson reads a whole number of more than 64 bits as a broken one: a run of so many digits is read the long way.
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 19


def written(value: Any) -> str:
    """The text of a value; moments, days and decimals as Django's encoder has them. Raises TypeError for other things."""
    try:
        return orjson.dumps(value, default=_others, option=_OPTIONS).decode()
    except TypeError:  # keys that are no text, half characters, very long numbers: as ever
        return json.dumps(value, cls=DjangoJSONEncoder)


def understood(text: str) -> Any:
    """The value of a text PostgreSQL gave."""
    raw = text.encode()
    return json.loads(text) if _LONG in raw.translate(_DIGITS) else orjson.loads(raw)
