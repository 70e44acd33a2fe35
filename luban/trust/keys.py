"""Where keys come from: a small provider interface, and software keys for demonstration and pilots.

Production plugs in the city's cryptographic service (a certified module) behind `KeyProvider`. `SoftwareKeys` makes
its keys at the first start, in one folder: everything is written beside it and put in place by one rename, so two
processes that start at once agree on one set, and a crash leaves either all keys or none.
"""

import os
import secrets
import shutil
import stat
from pathlib import Path
from typing import Protocol

from luban.trust import certificates, sm2
from luban.trust.digest import hmac_sm3


class KeyMissing(RuntimeError):
    """A key that is needed is not there; the message says which, in Chinese, and what to do."""


class KeyProvider(Protocol):
    """What the platform asks of its keys."""

    @property
    def current_kid(self) -> str:
        """The id of the data key that new envelopes use."""
        ...

    def data_key(self, kid: str) -> bytes:
        """The 16-byte SM4 key `kid`, current or older; raises KeyMissing."""
        ...

    def hmac_key(self, purpose: str) -> bytes:
        """A 32-byte key that belongs to one purpose, e.g. `rows` or `index.phone`."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The platform's SM2 signature (DER) of `message`, e.g. of a history checkpoint."""
        ...

    def certificate(self) -> bytes:
        """The platform's certificate, DER."""
        ...


class SoftwareKeys:
    """Keys in files of mode 0600 below `folder`. For demonstration, development and pilots."""

    def __init__(self, folder: Path, *, organisation: str = "绿办演示平台") -> None:
        """Read the keys in `folder`, making them first when there is none; raises KeyMissing when incomplete."""
        self._folder = folder
        if not folder.is_dir():
            _make(folder=folder, organisation=organisation)
        self._key = certificates.load_private(self._read("platform.key"))
        self._certificate = certificates.load_certificate(self._read("platform.pem"))
        self._master = self._read("hmac.key")
        self._data: dict[str, bytes] = {}

    @property
    def current_kid(self) -> str:
        """The id of the newest data key."""
        return self._read("data/current").decode()

    def data_key(self, kid: str) -> bytes:
        """The 16-byte SM4 key `kid`; raises KeyMissing."""
        if not kid.isalnum():
            raise KeyMissing(f"密钥编号“{kid[:20]}”不合规，无法解密。")
        if kid not in self._data:
            self._data[kid] = self._read(f"data/{kid}.key")
        return self._data[kid]

    def hmac_key(self, purpose: str) -> bytes:
        """A 32-byte key derived from the master key for `purpose`."""
        return bytes.fromhex(hmac_sm3(key=self._master, message=b"luban|hmac|" + purpose.encode()))

    def sign(self, message: bytes) -> bytes:
        """The platform's SM2 signature (DER) of `message`."""
        return sm2.sign(key=self._key, message=message)

    def certificate(self) -> bytes:
        """The platform's certificate, DER."""
        return self._certificate

    def root(self) -> bytes:
        """The certificate, DER, of the demonstration authority that issued the platform's."""
        return certificates.load_certificate(self._read("root.pem"))

    def rotate(self) -> str:
        """Make a new data key and use it from now on; older envelopes stay readable. Returns the new kid."""
        number = 1 + max(int(p.stem[1:]) for p in (self._folder / "data").glob("k*.key"))
        while True:
            try:
                _write(self._folder / f"data/k{number}.key", secrets.token_bytes(16))
                break
            except FileExistsError:
                number += 1
        pointer = self._folder / f"data/.current-{secrets.token_hex(4)}"
        _write(pointer, f"k{number}".encode())
        pointer.replace(self._folder / "data/current")
        return f"k{number}"

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            mode = path.stat().st_mode
            if not name.endswith(".pem") and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyMissing(f"密钥文件 {path} 其他人可读，请执行 chmod 600 {path} 后再启动。")
            content = path.read_bytes()
        except FileNotFoundError:
            raise KeyMissing(
                f"缺少密钥文件 {path}。请从备份恢复密钥目录；不要新建，否则旧数据无法解密。"
            ) from None
        if not content:
            raise KeyMissing(f"密钥文件 {path} 是空的。请从备份恢复密钥目录。")
        return content


def _make(*, folder: Path, organisation: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.parent / f".{folder.name}-{secrets.token_hex(6)}"
    draft.mkdir(mode=0o700)
    try:
        (draft / "data").mkdir(mode=0o700)
        root = certificates.authority(organisation=organisation, name=f"{organisation}根证书")
        platform = certificates.leaf(issuer=root, organisation=organisation, name=f"{organisation}签名证书")
        _write(draft / "root.key", certificates.private_pem(root.key))
        _write(draft / "root.pem", certificates.certificate_pem(root.certificate))
        _write(draft / "platform.key", certificates.private_pem(platform.key))
        _write(draft / "platform.pem", certificates.certificate_pem(platform.certificate))
        _write(draft / "hmac.key", secrets.token_bytes(32))
        _write(draft / "data/k1.key", secrets.token_bytes(16))
        _write(draft / "data/current", b"k1")
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not folder.is_dir():
            raise


def _write(path: Path, content: bytes) -> None:
    """Create `path` (mode 0600) with `content` on disk; raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
