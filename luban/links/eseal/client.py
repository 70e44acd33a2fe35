"""电子印章: the seal never leaves the seal service; it signs 32-byte digests and is asked once per document version.

`request` is the idempotency key: asked again with it, the service gives the same signature, so a sealed document can
be made again byte for byte. Every signature is verified against the seal's certificate before it is used.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from luban.links.messages import Link
from luban.links.outcomes import Unavailable
from luban.links.transport import call
from luban.trust import certificates, sm2

LINK = Link(code="eseal", title="市电子印章系统", direction="both")


@dataclass(frozen=True)
class Seal:
    """A seal as the service presents it: DER certificate, the issuing authority's DER certificate, serial number."""

    code: str
    organisation: str
    certificate: bytes
    authority: bytes
    serial: str


@dataclass(frozen=True)
class Signature:
    """DER SM2 signature of a 32-byte e-digest, with the serial of the certificate and the service's time."""

    value: bytes
    serial: str
    signed_at: datetime


def seal(*, code: str) -> Seal:
    """The seal of an office (its organisation code, e.g. 310115) or of an enterprise (its USCC).

    Raises Rejected when there is no such seal or it is out of use, Unavailable.
    """
    data = call(link=LINK.code, path="/seals", params={"code": code}).data
    return Seal(
        code=code,
        organisation=str(data.get("organisation") or ""),
        certificate=_bytes(data, "certificate"),
        authority=_bytes(data, "authority"),
        serial=str(data.get("serial") or ""),
    )


def sign(*, seal: Seal, digest: bytes, request: str, purpose: str = "") -> Signature:
    """Have the 32-byte e-digest signed by an office's seal; the same `request` gets the same signature.

    Raises Rejected (unknown seal, or the request was used for another digest), Unavailable.
    """
    return _sign(path="/seals/sign", seal=seal, digest=digest, request=request, extra={"purpose": purpose})


def firm_sign(*, seal: Seal, digest: bytes, request: str, signer: str) -> Signature:
    """Have the e-digest signed by an enterprise's online seal, on the word of `signer` (the person's name)."""
    return _sign(path="/firms/sign", seal=seal, digest=digest, request=request, extra={"signer": signer})


@dataclass(frozen=True)
class RemoteSeal:
    """A seal by its code, as the PDF sealer wants it: a certificate, and signatures on request.

    `signer` empty: an office's seal; otherwise an enterprise's, on the word of that person.
    """

    code: str
    signer: str = ""

    @cached_property
    def presented(self) -> Seal:
        """The seal as the service presents it, asked once."""
        return seal(code=self.code)

    @property
    def certificate(self) -> bytes:
        """The seal's SM2 certificate, DER."""
        return self.presented.certificate

    def sign(self, *, digest: bytes, request: str) -> bytes:
        """DER signature of the 32-byte e-digest; the same `request` gets the same answer."""
        if self.signer:
            return firm_sign(seal=self.presented, digest=digest, request=request, signer=self.signer).value
        return sign(seal=self.presented, digest=digest, request=request).value


def _sign(*, path: str, seal: Seal, digest: bytes, request: str, extra: Mapping[str, str]) -> Signature:
    body = {"seal": seal.code, "digest": digest.hex(), **extra}
    data = call(link=LINK.code, path=path, body=body, idempotency_key=request).data
    value = _bytes(data, "signature")
    public = certificates.public_key(seal.certificate)
    if not sm2.verify_digest(public=public, digest=digest, signature=value):
        raise Unavailable("印章系统返回的签名不是该印章对本文书的签名，未予采用。")
    try:
        signed_at = datetime.fromisoformat(str(data["signed_at"]))
    except (KeyError, ValueError) as error:
        raise Unavailable("印章系统的应答缺少签章时间。") from error
    return Signature(value=value, serial=str(data.get("serial") or ""), signed_at=signed_at)


def _bytes(data: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(data[name]), validate=True)
    except (KeyError, binascii.Error) as error:
        raise Unavailable("印章系统的应答不完整。") from error
