"""Canonical JSON (waste-chain §2.1): the one byte-exact text of a section, the same on both ends.

Keys in code-point order, no blanks, text in NFC without outer blanks, nothing for None and empty text, decimals as fixed
text (the number of places belongs to the field and is already in the value), days as ISO text, instants as milliseconds.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotCanonical(TypeError):
    """The value has no canonical form; the message names its path."""


def canonical(value: object) -> str:
    """The canonical text of mappings, lists, str, int, bool, Decimal, date, aware datetime. Raises NotCanonical.

    Floats are refused: pass a Decimal with its fixed places, e.g. `tonnes("120")`.
    """
    return json.dumps(_plain(value, "$"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: object) -> Any:
    """The value as JSON carries it, such that its canonical text is the same. Raises NotCanonical."""
    return _plain(value, "$")


def _plain(value: object, path: str) -> object:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NotCanonical(f"{path}: {value} is not a number")
        return f"{value.copy_abs() if value.is_zero() else value:f}"
    if isinstance(value, datetime):
        return _instant(value, path)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _mapping(value, path)
    if isinstance(value, list | tuple):
        return [_member(member, f"{path}[{n}]") for n, member in enumerate(value)]
    raise NotCanonical(f"{path}: {type(value).__name__} has no canonical form")


def _mapping(value: Mapping[object, object], path: str) -> dict[str, object]:
    made: dict[str, object] = {}
    for key, member in value.items():
        if not isinstance(key, str):
            raise NotCanonical(f"{path}: the key {key!r} is not a string")
        if member is None:
            continue
        found = _plain(member, f"{path}.{key}")
        if found != "":
            made[key] = found
    return made


def _member(value: object, path: str) -> object:
    found = None if value is None else _plain(value, path)
    if found is None or found == "":
        raise NotCanonical(f"{path}: a list has no empty members")
    return found


def _text(value: str, path: str) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical(f"{path}: the text is not valid Unicode") from None
    return text


def _instant(value: datetime, path: str) -> int:
    if value.tzinfo is None:
        raise NotCanonical(f"{path}: the instant has no time zone")
    since = value - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
