"""Files, addressed by the SM3 of their content and encrypted at rest.

`put` writes beside the target, syncs, renames and syncs the folder: after it returns, the file survives a power cut;
two writers of the same content do no harm. `get` decrypts and recomputes the digest, so a touched file is noticed by
whoever reads it, by name.
"""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from luban.trust.digest import is_digest, sm3
from luban.trust.envelope import EnvelopeBroken, kid_of, unwrap, wrap
from luban.trust.keys import KeyProvider

_HEAD = 5 + 255  # the longest beginning of an envelope


class ObjectMissing(LookupError):
    """No file with this digest is stored."""


class ObjectTouched(RuntimeError):
    """The stored file no longer has the content its digest names."""


class Objects:
    """A store of files below `folder`."""

    def __init__(self, folder: Path, keys: KeyProvider) -> None:
        """`folder` is created at the first `put`; `keys` encrypts and decrypts."""
        self._folder = folder
        self._keys = keys

    def put(self, data: bytes) -> str:
        """Store `data` and return its digest; storing it again changes nothing."""
        digest = sm3(data)
        path = self._path(digest)
        try:
            os.utime(path)  # whoever removes forgotten files sees that this one is wanted
        except FileNotFoundError:
            self._write(path, wrap(data=data, keys=self._keys, context=digest.encode()))
        return digest

    def get(self, digest: str) -> bytes:
        """The content of `digest`; raises ObjectMissing, ObjectTouched or KeyMissing."""
        try:
            envelope = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise ObjectMissing(f"找不到文件 {digest[:16]}…，请从备份恢复。") from None
        try:
            data = unwrap(envelope=envelope, keys=self._keys, context=digest.encode())
        except EnvelopeBroken as broken:
            raise ObjectTouched(f"文件 {digest[:16]}… 在存储中被改动：{broken}") from broken
        if sm3(data) != digest:
            raise ObjectTouched(f"文件 {digest[:16]}… 的内容与指纹不符。")
        return data

    def envelope(self, digest: str) -> bytes:
        """The file as it lies here, encrypted: for backups. Raises ObjectMissing."""
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            raise ObjectMissing(f"找不到文件 {digest[:16]}…，请从备份恢复。") from None

    def put_envelope(self, digest: str, envelope: bytes) -> None:
        """Put back what `envelope` gave; the keys it needs must be there to read it later. Raises ObjectMissing."""
        kid_of(envelope)
        self._write(self._path(digest), envelope)

    def exists(self, digest: str) -> bool:
        """Whether a file with this digest is stored (its content is not read)."""
        return is_digest(digest) and self._path(digest).is_file()

    def digests(self) -> Iterator[str]:
        """The digests of all stored files, in order."""
        for path in sorted(self._folder.glob("??/??/*")):
            if is_digest(path.name):
                yield path.name

    def kid(self, digest: str) -> str:
        """The id of the data key a file lies under, read from its first bytes. Raises ObjectMissing, EnvelopeBroken."""
        try:
            with self._path(digest).open("rb") as source:
                return kid_of(source.read(_HEAD))
        except FileNotFoundError:
            raise ObjectMissing(f"找不到文件 {digest[:16]}…，请从备份恢复。") from None

    def remove(self, digest: str, *, fresh_seconds: float = 0.0) -> bool:
        """Take a file away that nothing refers to; False when there is none or it was put here a moment ago."""
        path = self._path(digest)
        try:
            if time.time() - path.stat().st_mtime < fresh_seconds:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def rewrap(self, digest: str) -> bool:
        """Encrypt one file under the current key; False when it already is. For key rotation."""
        path = self._path(digest)
        data = self.get(digest)
        if kid_of(path.read_bytes()) == self._keys.current_kid:
            return False
        self._write(path, wrap(data=data, keys=self._keys, context=digest.encode()))
        return True

    def _path(self, digest: str) -> Path:
        if not is_digest(digest):
            raise ObjectMissing("文件编号不合规。")
        return self._folder / digest[:2] / digest[2:4] / digest

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            with draft.open("xb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        for folder in (path.parent, path.parent.parent, self._folder):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
