"""Canonical JSON: the one byte-exact text of a form section, so that everyone computes the same digest.

The rules are those of the solid-waste chain (waste-chain §2.1), used for every digest of the house: keys in code-point
order, no blanks, strings in NFC without outer blanks, empty answers left out, decimals as fixed strings (their number
of places belongs to the field and is already in the value), dates as ISO text, instants as milliseconds. Lists keep
the order given; whoever builds them orders rows by `seq` and codes by code point.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = 1000


class NotCanonical(TypeError):
    """The value has no canonical form; the message names its path."""


def canonical(value: object) -> str:
    """The canonical JSON text of `value` (mappings, lists, tuples, str, int, bool, Decimal, date, aware datetime).

    In mappings `None`, empty strings and strings of blanks are left out; in lists they are an error, since a position
    cannot be left out. Floats, naive datetimes and other types raise NotCanonical.
    """
    return json.dumps(_plain(value, "$"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object, path: str) -> object:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Decimal):
        return _decimal(value, path)
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
    plain: dict[str, object] = {}
    for key, member in value.items():
        if not isinstance(key, str):
            raise NotCanonical(f"{path}: the key {key!r} is not a string")
        if member is None:
            continue
        text = _plain(member, f"{path}.{key}")
        if text != "":
            plain[key] = text
    return plain


def _member(value: object, path: str) -> object:
    plain = None if value is None else _plain(value, path)
    if plain is None or plain == "":
        raise NotCanonical(f"{path}: a list has no empty members")
    return plain


def _text(value: str, path: str) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical(f"{path}: the text is not valid Unicode") from None
    return text


def _decimal(value: Decimal, path: str) -> str:
    if not value.is_finite():
        raise NotCanonical(f"{path}: {value} is not a number")
    return f"{value.copy_abs() if value.is_zero() else value:f}"


def _instant(value: datetime, path: str) -> int:
    if value.tzinfo is None:
        raise NotCanonical(f"{path}: the instant has no time zone")
    since = value - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MILLISECONDS + since.microseconds // _MILLISECONDS
