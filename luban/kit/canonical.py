"""Canonical JSON: the one byte-exact text of a form section, so that everyone computes the same digest.

The rules are those of the solid-waste chain (waste-chain §2.1), used for every digest of the house: keys in code-point
order, no blanks, strings in NFC without outer blanks, empty answers left out, decimals as fixed strings (their number
of places belongs to the field and is already in the value), dates as ISO text, instants as milliseconds. Lists keep
the order given; whoever builds them orders rows by `seq` and codes by code point.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

import orjson

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = 1000
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class NotCanonical(TypeError):
    """The value has no canonical form; the message names its path."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(f"${path}: {problem}")
        self.problem, self.path = problem, path

    def within(self, step: str) -> "NotCanonical":
        """The same, seen from one level further out."""
        return NotCanonical(self.problem, f"{step}{self.path}")


def canonical(value: object) -> str:
    """The canonical JSON text of `value` (mappings, lists, tuples, str, int, bool, Decimal, date, aware datetime).

    In mappings `None`, empty strings and strings of blanks are left out; in lists they are an error, since a position
    cannot be left out. Floats, naive datetimes and other types raise NotCanonical.
    """
    plain = _plain(value)
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:  # a number of more than 64 bits
        return _JSON.encode(plain)


def _plain(value: object) -> object:
    """The value as JSON has it. What JSON brings comes first: whole histories are computed again with this."""
    kind = type(value)
    if kind is str:
        return _text(value)  # type: ignore[arg-type]
    if kind is int or kind is bool:
        return value
    if kind is dict:
        return _mapping(value)  # type: ignore[arg-type]
    if kind is list:
        return _members(value)  # type: ignore[arg-type]
    return _other(value)


def _other(value: object) -> object:
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple):
        return _members(value)
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def _mapping(value: Mapping[object, object]) -> dict[str, object]:
    """Text and whole numbers, nearly all there is, are settled here: a call for each would double the time."""
    plain: dict[str, object] = {}
    for key, member in value.items():
        if not isinstance(key, str):
            raise NotCanonical(f"the key {key!r} is not a string")
        kind = type(member)
        if kind is int:
            plain[key] = member
        elif member is not None:
            try:
                text = _text(member) if kind is str else _plain(member)  # type: ignore[arg-type]
            except NotCanonical as refused:
                raise refused.within(f".{key}") from None
            if text != "":
                plain[key] = text
    return plain


def _members(value: Sequence[object]) -> list[object]:
    return [_member(member, n) for n, member in enumerate(value)]


def _member(value: object, n: int) -> object:
    try:
        plain = None if value is None else _plain(value)
    except NotCanonical as refused:
        raise refused.within(f"[{n}]") from None
    if plain is None or plain == "":
        raise NotCanonical("a list has no empty members", f"[{n}]")
    return plain


def _text(value: str) -> str:
    if value.isascii():
        return value.strip()
    text = unicodedata.normalize("NFC", value).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical("the text is not valid Unicode") from None
    return text


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise NotCanonical(f"{value} is not a number")
    return f"{value.copy_abs() if value.is_zero() else value:f}"


def _instant(value: datetime) -> int:
    if value.tzinfo is None:
        raise NotCanonical("the instant has no time zone")
    since = value - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MILLISECONDS + since.microseconds // _MILLISECONDS
