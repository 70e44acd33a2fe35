"""HMAC-SM3 over table rows: a row carries a code that only the holder of the key can write.

The code of a row is `version.kid.mac.tags`: the version of its list of columns, the id of the HMAC key, 64 hexadecimal
characters of HMAC-SM3 over the table's name and every column of the list, and two bytes a column (CRC, Base64). The
tags prove nothing (whoever can write the row can write them, too): they only say *which* column of a touched row
differs, when the intruder did not think of them; the HMAC covers them.

Columns are listed in groups: version n covers the first n groups. A migration that adds a column adds a group, so
rows written before stay valid until their next writing (ADR 18). Values are encoded by content, not by Python type, so
that a row reads back as it was written: a date and its ISO text are the same, JSON is compared with sorted keys.
"""

import base64
import hmac
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

import orjson

from luban.trust.digest import HmacSm3
from luban.trust.keys import KeyMissing

Groups = Sequence[Sequence[str]]

PURPOSE = "rows"
_PARTS = 4


@dataclass(frozen=True, slots=True)
class JsonText:
    """A JSON value as PostgreSQL writes it out; it is encoded as the value itself would be, only faster."""

    text: str


class HmacKeys(Protocol):
    """What is needed of a key provider."""

    @property
    def current_hmac_kid(self) -> str:
        """The id of the HMAC key new rows are written with."""
        ...

    def hmac_key(self, purpose: str, kid: str = "") -> bytes:
        """The key of one purpose; raises KeyMissing."""
        ...


@dataclass(frozen=True)
class Touched:
    """A row that is not as it was written. `columns` names what differs, as far as can be told."""

    columns: tuple[str, ...] = ()
    blank: bool = False


def row_mac(*, table: str, groups: Groups, values: Mapping[str, Any], keys: HmacKeys) -> str:
    """The code of a row under the current key and the newest list of columns. Raises KeyMissing."""
    version, kid = len(groups), keys.current_hmac_kid
    encoded = _encoded(groups, values)
    tags = _tags(encoded)
    return f"{version}.{kid}.{_mac(keys.hmac_key(PURPOSE, kid), table, version, encoded, tags)}.{tags}"


def check_row(
    *, table: str, groups: Groups, values: Mapping[str, Any], mac: str, keys: HmacKeys
) -> Touched | None:
    """None when the row is as it was written. Raises KeyMissing only when no HMAC key can be had at all."""
    parts = mac.split(".")
    if len(parts) != _PARTS or not parts[0].isdigit() or not 0 < int(parts[0]) <= len(groups):
        return Touched(blank=not mac)
    version, kid, said, tags = int(parts[0]), parts[1], parts[2], parts[3]
    encoded = _encoded(groups[:version], values)
    try:
        key = keys.hmac_key(PURPOSE, kid)
    except KeyMissing:
        keys.hmac_key(PURPOSE, keys.current_hmac_kid)
        return Touched()
    if hmac.compare_digest(_mac(key, table, version, encoded, tags).encode(), said.encode()):
        return None
    return Touched(_differing(encoded, tags))


def encode(value: Any) -> bytes:
    """A column's value as bytes, the same before it is stored and after it is read back."""
    if value is None:
        return b"\x00"
    kind = type(value)
    if kind is str:
        return bytes(value, "utf-8")
    if kind in _CONTAINERS:
        return _JSON.encode(value).encode() if value else _EMPTY[kind]
    if kind is JsonText:
        return _encoded_text(value.text)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().encode()
    if isinstance(value, str):
        return str.__str__(value).encode()
    if isinstance(value, Mapping):
        return _JSON.encode(dict(value)).encode()
    return str(value).encode()


def row_bytes(encoded: Sequence[tuple[str, bytes]]) -> bytes:
    """Columns and their encoded values in one unambiguous run of bytes."""
    return b"".join(b"|%s:%d:%s" % (name.encode(), len(text), text) for name, text in encoded)


def _plain(value: Any) -> Any:
    """As Django's JSON encoder writes what JSON has no word for."""
    if isinstance(value, datetime):
        text = value.isoformat()
        if value.microsecond:
            text = text[:23] + text[26:]
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def _encoded_text(text: str) -> bytes:
    """What `encode` makes of the value the text stands for."""
    raw = text.encode()
    if raw[:1] not in b"[{" or b"0.0000" in raw or _LONG in raw.translate(_DIGITS):
        return encode(json.loads(text))
    try:
        return orjson.dumps(orjson.loads(raw), option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # nested deeper than it goes
        return encode(json.loads(text))


_LONG = b"0" * 17
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
"""Where `json` writes a number with an exponent, or one has more than 64 bits, orjson differs: these go the long way."""

_CONTAINERS = frozenset({dict, list, tuple})
_EMPTY: dict[type, bytes] = {dict: b"{}", list: b"[]", tuple: b"[]"}  # most of what a row leaves open
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _encoded(groups: Groups, values: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    return [(name, encode(values[name])) for group in groups for name in group]


def _tags(encoded: Sequence[tuple[str, bytes]]) -> str:
    raw = b"".join(_tag(text) for _, text in encoded)
    return base64.b64encode(raw).decode()


def _tag(text: bytes) -> bytes:
    return (zlib.crc32(text) & 0xFFFF).to_bytes(2, "big")


def _mac(key: bytes, table: str, version: int, encoded: Sequence[tuple[str, bytes]], tags: str) -> str:
    message = f"LBR1|{table}|{version}|{tags}".encode() + row_bytes(encoded)
    return _begun(key).of(message)


@lru_cache(maxsize=4)
def _begun(key: bytes) -> HmacSm3:
    """The key of a table's rows is the same for all of them, also while it is being rotated."""
    return HmacSm3(key=key)


def _differing(encoded: Sequence[tuple[str, bytes]], tags: str) -> tuple[str, ...]:
    try:
        raw = base64.b64decode(tags, validate=True)
    except ValueError:
        return ()
    if len(raw) != 2 * len(encoded):
        return ()
    return tuple(name for i, (name, text) in enumerate(encoded) if raw[2 * i : 2 * i + 2] != _tag(text))
