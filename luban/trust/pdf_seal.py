"""Electronic seals on PDF: SM2/SM3 signatures (GM/T 0003, 0004) in ordinary PDF signature fields.

The document is hashed here; the seal service, which may be far away, only ever sees the 32-byte SM2 digest of what is
to be signed and a request id. It must answer the same request with the same signature; everything else in the file is
derived from the document and the signing time, so that repeating a seal gives the same bytes and a job that was killed
half-way can simply run again.

Checking: `intact` alone is not enough, since a file can be changed by appending to it without touching what was
signed. `bottom_line` is the answer: signed bytes intact, nothing appended after the last seal, and the certificate
leads to one of the given roots. Foreign readers cannot check SM2 and say "unrecognised"; the public page is for them.
"""

import asyncio
import io
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from asn1crypto import algos, cms, keys, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidator

from luban.trust import sm2
from luban.trust.certificates import SM2_WITH_SM3, SM3, public_key, public_point
from luban.trust.digest import sm3_bytes

_RESERVED = 8 * 1024
_LONGEST_SIGNATURE = 72
_HOSTILE = (PdfError, ValueError, TypeError, LookupError, AttributeError, AssertionError)
_T = TypeVar("_T")


class SealSigner(Protocol):
    """Who holds a seal: a key in this process, or a seal service somewhere else."""

    @property
    def certificate(self) -> bytes:
        """The seal's SM2 certificate, DER."""
        ...

    def sign(self, *, digest: bytes, request: str) -> bytes:
        """DER signature of the 32-byte e-digest; the same `request` must always get the same answer."""
        ...


class NotSealable(ValueError):
    """The bytes are not a PDF that can carry a seal, or carry none."""


class SealRefused(RuntimeError):
    """The seal service answered with something that is not its signature of this document."""


@dataclass(frozen=True)
class SealBox:
    """Where a reader finds the seal: page from 1, rectangle in points from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class SealReport:
    """What is known about one seal of a document; `problems` are Chinese sentences, empty when all is well."""

    intact: bool
    bottom_line: bool
    signer: str
    organisation: str
    signed_at: datetime | None
    certificate_serial: str
    reason: str
    problems: tuple[str, ...]


def seal(
    *,
    pdf: bytes,
    signer: SealSigner,
    at: datetime,
    reason: str,
    request: str,
    box: SealBox | None = None,
) -> bytes:
    """The document with one more seal, appended (earlier seals stay valid).

    `at` is the signing time (aware) and `request` the idempotency id, e.g. document id and version. `box` makes the
    printed seal picture clickable in readers; without it the seal is invisible. Raises NotSealable or SealRefused;
    whatever the seal service raises passes through.
    """
    writer = _writer(pdf=pdf, at=at)
    name = f"Seal{1 + len(writer.prev.embedded_signatures)}"
    embedding = PdfCMSEmbedder(new_field_spec=_field(name=name, box=box)).write_cms(name, writer)
    next(embedding)
    holder = x509.Certificate.load(signer.certificate)
    placeholder = SignatureObject(
        timestamp=at,
        name=holder.subject.native.get("common_name"),
        reason=reason,
        bytes_reserved=_RESERVED * 2,
    )
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = embedding.send(SigIOSetup(md_algorithm=SM3, in_place=False))
    settings = PdfCMSSignedAttributes(signing_time=at)
    content = _wait(
        lambda: _SealCms(signer=signer, request=request).async_sign(
            data_digest=prepared.document_digest, digest_algorithm=SM3, signed_attr_settings=settings
        )
    )
    embedding.send(content)
    return bytes(output.getvalue())


def inspect_seal(*, pdf: bytes, roots: Sequence[bytes]) -> SealReport:
    """What the last seal of a document says; raises NotSealable when there is none."""
    return inspect_seals(pdf=pdf, roots=roots)[-1]


def inspect_seals(*, pdf: bytes, roots: Sequence[bytes]) -> tuple[SealReport, ...]:
    """All seals of a document, oldest first; `roots` are the trusted authorities' certificates (DER)."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        trusted = [x509.Certificate.load(root) for root in roots]
        reports = [
            _report(signature=s, roots=trusted, last=n == len(signatures))
            for n, s in enumerate(signatures, 1)
        ]
    except (*_HOSTILE, RecursionError) as error:
        raise NotSealable("文件不是完整的 PDF，无法验章。请重新下载原件后再试。") from error
    if not reports:
        raise NotSealable("文件上没有电子印章。请上传加盖电子印章的原件，不要用扫描件或另存的副本。")
    return tuple(reports)


class _SteadyWriter(IncrementalPdfFileWriter):
    """An appending writer whose output depends on its input only: no clock, no random document id."""

    def _update_meta(self) -> None:
        return None


class _SealCms(Signer):
    """Lets pyHanko assemble the signature container around a raw signature from a SealSigner."""

    def __init__(self, *, signer: SealSigner, request: str) -> None:
        self._seal_signer = signer
        self._request = request
        super().__init__(
            signing_cert=x509.Certificate.load(signer.certificate),
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3}),
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(_LONGEST_SIGNATURE)
        public = public_key(self._seal_signer.certificate)
        digest = sm2.e_digest(public=public, message=data)
        signature = self._seal_signer.sign(digest=digest, request=self._request)
        if not sm2.verify_digest(public=public, digest=digest, signature=signature):
            raise SealRefused("印章服务返回的签名与文书不符，文书未盖章。请核对印章证书后重试。")
        return signature


class _Sm2Validator(SignatureValidator):
    """Checks SM2 signatures on documents and certificates; leaves other algorithms to the library."""

    def __init__(self) -> None:
        self._other = DefaultSignatureValidator()

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: Any = None,
    ) -> None:
        if signature_algorithm["algorithm"].native != SM2_WITH_SM3:
            self._other.validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        if context is not None and context.prehashed:
            raise InvalidSignature("SM2 signs the message, not its digest")
        try:
            public = public_point(public_key_info)
        except sm2.BadPublicKey as error:
            raise InvalidSignature(str(error)) from error
        if not sm2.verify(public=public, message=signed_data, signature=signature):
            raise InvalidSignature


def _writer(*, pdf: bytes, at: datetime) -> _SteadyWriter:
    try:
        writer = _SteadyWriter(io.BytesIO(pdf))
        named = "/ID" in writer.prev.trailer
    except _HOSTILE as error:
        raise NotSealable("文件不是完整的 PDF，无法盖章。") from error
    second = sm3_bytes(pdf + at.isoformat().encode())[:16]
    first = writer._document_id[0] if named else generic.ByteStringObject(second)
    writer._document_id = generic.ArrayObject([first, generic.ByteStringObject(second)])
    return writer


def _field(*, name: str, box: SealBox | None) -> SigFieldSpec:
    if box is None:
        return SigFieldSpec(sig_field_name=name)
    corners = (round(box.left), round(box.bottom), round(box.right), round(box.top))
    return SigFieldSpec(sig_field_name=name, on_page=box.page - 1, box=corners, empty_field_appearance=True)


def _report(*, signature: EmbeddedPdfSignature, roots: list[x509.Certificate], last: bool) -> SealReport:
    holder, subject = signature.signer_cert, signature.signer_cert.subject.native
    signed_at = signature.self_reported_timestamp
    problems: list[str] = []
    try:
        status = _wait(
            lambda: async_validate_pdf_signature(signature, _context(roots=roots, moment=signed_at))
        )
    except (SignatureValidationError, ValidationError, PathError):
        intact = bottom_line = False
        problems.append("印章的签名数据不完整或不合规。")
    else:
        intact = bool(status.intact and status.valid and _tidy(signature))
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or not last
        bottom_line = bool(status.bottom_line and intact and whole)
        problems += _problems(intact=intact, trusted=status.trusted, whole=whole, complete=bottom_line)
    return SealReport(
        intact=intact,
        bottom_line=bottom_line,
        signer=subject.get("common_name", ""),
        organisation=subject.get("organization_name", ""),
        signed_at=signed_at,
        certificate_serial=f"{holder.serial_number:x}",
        reason=str(signature.sig_object.get("/Reason", "")),
        problems=tuple(problems),
    )


def _tidy(signature: EmbeddedPdfSignature) -> bool:
    """Whether the parts of the signature container that no signature covers are as they were written."""
    content = signature.pkcs7_content
    container = cms.ContentInfo.load(content)
    data, signer = container["content"], signature.signer_info
    parts = len(container["content_type"].dump()) + len(data.dump())
    algorithms = [algorithm.dump() for algorithm in data["digest_algorithms"]]
    return (
        data["version"].native == signer["version"].native == "v1"
        and algorithms == [signer["digest_algorithm"].dump()]
        and parts == len(container.contents)
        and not content[len(container.dump()) :].strip(b"\0")
    )


def _problems(*, intact: bool, trusted: bool, whole: bool, complete: bool) -> list[str]:
    if complete:
        return []
    found = []
    if not intact:
        found.append("盖章后文件内容被改动。")
    if not whole:
        found.append("盖章后文件末尾又追加了内容。")
    if intact and not trusted:
        found.append("印章证书不在受信任的名单内，或签章时证书不在有效期内。")
    return found or ["盖章后文件又作了不允许的修改。"]


def _context(*, roots: list[x509.Certificate], moment: datetime | None) -> ValidationContext:
    return ValidationContext(
        trust_roots=roots,
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        signature_validator=_Sm2Validator(),
    )


def _wait(start: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run one of pyHanko's coroutines to its end, beside an event loop that may already run in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(start())
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(lambda: asyncio.run(start())).result()
