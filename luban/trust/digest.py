"""SM3 digests (GB/T 32905-2016), the fingerprint of everything the platform keeps.

Digests are lower-case hexadecimal without a prefix, 64 characters, as the chain brief (waste-chain §2.2) writes them.
"""

import hashlib
import hmac
from pathlib import Path

HEX_LENGTH = 64
_CHUNK = 1 << 20
_EMPTY = hashlib.new("sm3")
"""Copied for every digest: looking the algorithm up by its name costs as much as a short text."""


def sm3(data: bytes) -> str:
    """SM3 of `data` as 64 lower-case hexadecimal characters."""
    state = _EMPTY.copy()
    state.update(data)
    return state.hexdigest()


def sm3_bytes(data: bytes) -> bytes:
    """SM3 of `data` as 32 raw bytes."""
    state = _EMPTY.copy()
    state.update(data)
    return state.digest()


def sm3_file(path: Path) -> str:
    """SM3 of a file, read in pieces of 1 MiB so that its size does not matter."""
    state = _EMPTY.copy()
    with path.open("rb") as source:
        while piece := source.read(_CHUNK):
            state.update(piece)
    return state.hexdigest()


def hmac_sm3(*, key: bytes, message: bytes) -> str:
    """HMAC-SM3 (RFC 2104 over SM3) as 64 lower-case hexadecimal characters."""
    return hmac.new(key, message, "sm3").hexdigest()


class HmacSm3:
    """HMAC-SM3 under one key, for many messages: the key is taken in once."""

    def __init__(self, *, key: bytes) -> None:
        self._begun = hmac.new(key, None, "sm3")

    def of(self, message: bytes) -> str:
        """The code of a message as 64 lower-case hexadecimal characters."""
        state = self._begun.copy()
        state.update(message)
        return state.hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def is_digest(text: str) -> bool:
    """Whether `text` has the shape of a digest; call before using it as a file name or in SQL."""
    return len(text) == HEX_LENGTH and all(c in "0123456789abcdef" for c in text)
