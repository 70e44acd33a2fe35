"""A seal held in this process, for development, tests and the stand-in seal service.

It keeps the promise every seal service must keep: the same request gets the same signature, also after a restart and
when two processes ask at once. Each answer is one small file; a request that comes back with another digest is refused.
"""

import json
import os
import secrets
from pathlib import Path

from luban.trust import certificates, sm2
from luban.trust.digest import sm3


class SealConflict(ValueError):
    """This request id was already used for another document."""


class LocalSeal:
    """A SealSigner whose key and answers lie below `folder`, made at first use."""

    def __init__(self, *, folder: Path, issuer: certificates.Issuer, organisation: str, name: str) -> None:
        """`name` is the seal's name, e.g. 上海市生态环境局行政许可专用章（演示）; `issuer` certifies it at first use."""
        self._folder = folder / sm3(f"{organisation}|{name}".encode())[:16]
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / "seal.pem"
        if not path.exists():
            made = certificates.leaf(issuer=issuer, organisation=organisation, name=name)
            both = certificates.certificate_pem(made.certificate) + certificates.private_pem(made.key)
            _put_once(path, both)
        text = path.read_bytes()
        middle = text.index(b"-----BEGIN PRIVATE KEY")
        self._certificate = certificates.load_certificate(text[:middle])
        self._key = certificates.load_private(text[middle:])

    @property
    def certificate(self) -> bytes:
        """The seal's certificate, DER."""
        return self._certificate

    def sign(self, *, digest: bytes, request: str) -> bytes:
        """DER signature of `digest`; the first answer to `request` is kept. Raises SealConflict."""
        path = self._folder / f"{sm3(request.encode())}.json"
        if not path.exists():
            signature = sm2.sign_digest(private=self._key.private, digest=digest)
            _put_once(path, json.dumps({"digest": digest.hex(), "signature": signature.hex()}).encode())
        answer = json.loads(path.read_bytes())
        if answer["digest"] != digest.hex():
            raise SealConflict(f"请求号 {request} 已用于另一份文书，不能再次盖章。")
        return bytes.fromhex(answer["signature"])


def _put_once(path: Path, content: bytes) -> None:
    """Put a complete file in place unless another process was first."""
    draft = path.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
