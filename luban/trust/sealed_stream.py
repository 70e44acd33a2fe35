"""Large things under SM4-GCM, written and read as a stream: backups that never lie on a disk in plain.

A stream has a key of its own, wrapped under the provider's current data key, and is cut into pieces of one MiB, each
authenticated with its place and with whether it is the last: a piece that was touched, moved, left out or cut off is
noticed before anything of it is used.

    LBB1 | length of kid | kid | nonce, wrapped key | then pieces: length (4 bytes, top bit: last) | ciphertext, tag
"""

import io
import secrets
import struct
from typing import BinaryIO

from luban.trust.envelope import EnvelopeBroken, gcm_decrypt, gcm_encrypt
from luban.trust.keys import KeyProvider

PIECE = 1 << 20
_MAGIC = b"LBB1"
_NONCE, _KEY, _TAG = 12, 16, 16
_LAST = 1 << 31


class SealedWriter(io.RawIOBase):
    """Takes bytes and writes the stream to `target`; only after `close` it is whole."""

    def __init__(self, target: BinaryIO, keys: KeyProvider) -> None:
        """Write the beginning at once. Raises KeyMissing."""
        super().__init__()
        kid = keys.current_kid
        self._target, self._key, self._count = target, secrets.token_bytes(_KEY), 0
        self._held = bytearray()
        self._head = _MAGIC + struct.pack("B", len(kid)) + kid.encode()
        nonce = secrets.token_bytes(_NONCE)
        wrapped = gcm_encrypt(key=keys.data_key(kid), nonce=nonce, plain=self._key, aad=self._head)
        target.write(self._head + nonce + wrapped)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Take bytes."""
        self._held += data
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._put(bytes(self._held), last=True)
            self._held.clear()
        super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        length = struct.pack(">I", len(plain) | (_LAST if last else 0))
        nonce = self._count.to_bytes(_NONCE, "big")
        self._target.write(
            length + gcm_encrypt(key=self._key, nonce=nonce, plain=plain, aad=self._head + length)
        )
        self._count += 1


class SealedReader(io.RawIOBase):
    """Reads what a SealedWriter wrote; every byte it hands out is genuine. Raises EnvelopeBroken, KeyMissing."""

    def __init__(self, source: BinaryIO, keys: KeyProvider) -> None:
        """Read the beginning and open the stream's key."""
        super().__init__()
        self._source, self._count, self._last = source, 0, False
        self._held = b""
        magic = source.read(5)
        if magic[:4] != _MAGIC or len(magic) < 5:
            raise EnvelopeBroken("不是本平台的备份文件。")
        kid = source.read(magic[4])
        self._head = magic + kid
        rest = source.read(_NONCE + _KEY + _TAG)
        self._key = gcm_decrypt(
            key=keys.data_key(kid.decode("ascii", "replace")),
            nonce=rest[:_NONCE],
            sealed=rest[_NONCE:],
            aad=self._head,
        )

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; fewer than `size` only at the end."""
        parts, wanted = [], size
        while wanted:
            if not self._held:
                if self._last:
                    break
                self._next()
                continue
            part = self._held if wanted < 0 else self._held[:wanted]
            self._held = self._held[len(part) :]
            parts.append(part)
            wanted -= len(part) if wanted > 0 else 0
        return b"".join(parts)

    def _next(self) -> None:
        length = self._source.read(4)
        if len(length) < 4:
            raise EnvelopeBroken("备份文件不完整：结尾缺失。")
        number = struct.unpack(">I", length)[0]
        self._last = bool(number & _LAST)
        plain = number & (_LAST - 1)
        if plain > PIECE:
            raise EnvelopeBroken("备份文件被改动过。")
        sealed = self._source.read(plain + _TAG)
        nonce = self._count.to_bytes(_NONCE, "big")
        self._held = gcm_decrypt(key=self._key, nonce=nonce, sealed=sealed, aad=self._head + length)
        self._count += 1
        if self._last and self._source.read(1):
            raise EnvelopeBroken("备份文件被改动过：结尾之后还有内容。")
