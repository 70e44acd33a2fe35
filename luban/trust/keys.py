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

FIRST_HMAC = "h1"
"""The id of the HMAC master a key folder begins with (its file is `hmac.key`)."""


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

    @property
    def current_hmac_kid(self) -> str:
        """The id of the HMAC master that new codes and indexes use."""
        ...

    @property
    def hmac_kids(self) -> tuple[str, ...]:
        """The ids of all HMAC masters, the current one first."""
        ...

    def hmac_key(self, purpose: str, kid: str = "") -> bytes:
        """A 32-byte key of one purpose, e.g. `rows` or `index.phone`, of master `kid` ("" = current); raises KeyMissing."""
        ...

    def rotate(self) -> str:
        """Make a new data key and use it from now on; older envelopes stay readable. Returns its id."""
        ...

    def rotate_hmac(self) -> str:
        """Make a new HMAC master and use it from now on; older codes stay verifiable. Returns its id."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The platform's SM2 signature (DER) of `message`, e.g. of a history checkpoint."""
        ...

    def certificate(self) -> bytes:
        """The platform's certificate, DER."""
        ...

    def certificates(self) -> tuple[bytes, ...]:
        """The platform's certificate and those it signed with before, DER."""
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
        self._masters = {FIRST_HMAC: self._read("hmac.key")}
        self._data: dict[str, bytes] = {}
        self._derived: dict[tuple[str, str], bytes] = {}

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

    @property
    def current_hmac_kid(self) -> str:
        """The id of the newest HMAC master."""
        path = self._folder / "hmac/current"
        return self._read("hmac/current").decode() if path.exists() else FIRST_HMAC

    @property
    def hmac_kids(self) -> tuple[str, ...]:
        """All HMAC masters, the current one first."""
        newer = {path.stem for path in self._folder.glob("hmac/h*.key")}
        current = self.current_hmac_kid
        return (current, *sorted({FIRST_HMAC, *newer} - {current}, key=lambda kid: -int(kid[1:])))

    def hmac_key(self, purpose: str, kid: str = "") -> bytes:
        """A 32-byte key derived from master `kid` ("" = the current one) for `purpose`; raises KeyMissing."""
        kid = kid or self.current_hmac_kid
        held = self._derived.get((purpose, kid))
        if held is None:
            master = self._master(kid)
            held = bytes.fromhex(hmac_sm3(key=master, message=b"luban|hmac|" + purpose.encode()))
            self._derived[purpose, kid] = held
        return held

    def _master(self, kid: str) -> bytes:
        if kid not in self._masters:
            if not kid.isalnum():
                raise KeyMissing(f"密钥编号“{kid[:20]}”不合规，无法核对。")
            self._masters[kid] = self._read(f"hmac/{kid}.key")
        return self._masters[kid]

    def sign(self, message: bytes) -> bytes:
        """The platform's SM2 signature (DER) of `message`."""
        return sm2.sign(key=self._key, message=message)

    def certificate(self) -> bytes:
        """The platform's certificate, DER."""
        return self._certificate

    def certificates(self) -> tuple[bytes, ...]:
        """The certificate in use and those kept as `platform-*.pem`, DER."""
        older = sorted(self._folder.glob("platform-*.pem"), reverse=True)
        return (self._certificate, *(certificates.load_certificate(path.read_bytes()) for path in older))

    def root(self) -> bytes:
        """The certificate, DER, of the demonstration authority that issued the platform's."""
        return certificates.load_certificate(self._read("root.pem"))

    def rotate(self) -> str:
        """Make a new data key and use it from now on; older envelopes stay readable. Returns the new kid."""
        return _next_key(self._folder / "data", letter="k", size=16)

    def rotate_hmac(self) -> str:
        """Make a new HMAC master for row codes and blind indexes; older codes stay verifiable. Returns the new kid."""
        folder = self._folder / "hmac"
        folder.mkdir(mode=0o700, exist_ok=True)
        return _next_key(folder, letter="h", size=32, least=2)

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


def _next_key(folder: Path, *, letter: str, size: int, least: int = 1) -> str:
    """Make the key after the last one in `folder` and point `current` at it; two who come at once make two keys."""
    number = max((int(p.stem[1:]) + 1 for p in folder.glob(f"{letter}*.key")), default=least)
    while True:
        try:
            _write(folder / f"{letter}{number}.key", secrets.token_bytes(size))
            break
        except FileExistsError:
            number += 1
    pointer = folder / f".current-{secrets.token_hex(4)}"
    _write(pointer, f"{letter}{number}".encode())
    pointer.replace(folder / "current")
    return f"{letter}{number}"


def _write(path: Path, content: bytes) -> None:
    """Create `path` (mode 0600) with `content` on disk; raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
