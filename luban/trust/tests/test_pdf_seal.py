"""Seals: repeatable, checkable, and broken by any change afterwards."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pypdf
import pypdf.annotations
import pytest

from luban.trust import certificates, sm2
from luban.trust.local_seal import LocalSeal, SealConflict
from luban.trust.pdf_seal import (
    NotSealable,
    SealBox,
    SealRefused,
    inspect_seal,
    inspect_seals,
    seal,
)

AT = datetime(2026, 3, 6, 10, 0, tzinfo=timezone(timedelta(hours=8)))
BUREAU = "上海市生态环境局"
ROOT = certificates.authority(organisation="示例机构", name="示例根证书")


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> LocalSeal:
    folder = tmp_path_factory.mktemp("seals")
    return LocalSeal(folder=folder, issuer=ROOT, organisation=BUREAU, name="行政许可专用章（演示）")


@pytest.fixture(scope="module")
def plain() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=595, height=842)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def sealed(plain: bytes, signer: LocalSeal) -> bytes:
    return sealing(plain, signer)


def sealing(pdf: bytes, signer: LocalSeal, *, request: str = "GFXK-1/1") -> bytes:
    box = SealBox(page=1, left=380, bottom=250, right=500, top=370)
    return seal(pdf=pdf, signer=signer, at=AT, reason="准予行政许可", request=request, box=box)


def test_a_sealed_document_says_who_when_and_why(sealed: bytes) -> None:
    report = inspect_seal(pdf=sealed, roots=[ROOT.certificate])
    assert report.intact
    assert report.bottom_line
    assert report.problems == ()
    assert report.organisation == BUREAU
    assert report.signer == "行政许可专用章（演示）"
    assert report.signed_at == AT.astimezone(UTC)
    assert report.reason == "准予行政许可"
    assert len(report.certificate_serial) >= 16


def test_repeating_a_seal_gives_the_same_bytes(plain: bytes, sealed: bytes, signer: LocalSeal) -> None:
    assert sealing(plain, signer) == sealed


def test_an_invisible_seal_is_repeatable_too(plain: bytes, signer: LocalSeal) -> None:
    twice = {seal(pdf=plain, signer=signer, at=AT, reason="r", request="plain") for _ in range(2)}
    assert len(twice) == 1
    assert inspect_seal(pdf=twice.pop(), roots=[ROOT.certificate]).bottom_line


def test_a_second_seal_leaves_the_first_valid(sealed: bytes, signer: LocalSeal) -> None:
    both = inspect_seals(pdf=sealing(sealed, signer, request="second"), roots=[ROOT.certificate])
    assert [r.bottom_line for r in both] == [True, True]


def test_no_byte_can_be_changed(sealed: bytes) -> None:
    contents = sealed.index(b"/Contents <")
    container = range(contents, contents + 3000, 53)
    for place in {*container, *range(9, len(sealed), len(sealed) // 60)}:
        touched = bytearray(sealed)
        touched[place] ^= 0x01
        try:
            report = inspect_seal(pdf=bytes(touched), roots=[ROOT.certificate])
        except NotSealable:
            continue
        assert not report.bottom_line, place


def draw_over(pdf: bytes) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_annotation(0, pypdf.annotations.FreeText(text="999 t", rect=(50, 550, 200, 650)))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("change", [draw_over, lambda pdf: pdf + b"\n% more\n", lambda pdf: pdf + pdf[-600:]])
def test_nothing_can_be_appended(sealed: bytes, change: Callable[[bytes], bytes]) -> None:
    report = inspect_seal(pdf=change(sealed), roots=[ROOT.certificate])
    assert not report.bottom_line
    assert report.problems


def test_a_seal_under_another_root_is_not_believed(sealed: bytes) -> None:
    stranger = certificates.authority(organisation="示例机构", name="示例根证书")
    for roots in ([stranger.certificate], []):
        report = inspect_seal(pdf=sealed, roots=roots)
        assert report.intact
        assert not report.bottom_line
        assert "受信任" in report.problems[0]


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7", b"<html>", b"%PDF-1.7\n" + b"\0" * 2000 + b"%%EOF"])
def test_what_is_no_pdf_is_refused_in_chinese(bad: bytes, signer: LocalSeal) -> None:
    with pytest.raises(NotSealable, match="PDF"):
        sealing(bad, signer)
    with pytest.raises(NotSealable, match="PDF"):
        inspect_seal(pdf=bad, roots=[])


def test_a_document_without_a_seal_is_said_to_have_none(plain: bytes) -> None:
    with pytest.raises(NotSealable, match="没有电子印章"):
        inspect_seal(pdf=plain, roots=[ROOT.certificate])


class WrongKey:
    """A seal service that signs with a key that is not its certificate's."""

    certificate = certificates.leaf(issuer=ROOT, organisation=BUREAU, name="章").certificate

    def sign(self, *, digest: bytes, request: str) -> bytes:
        return sm2.sign_digest(private=sm2.generate().private, digest=digest)


def test_a_wrong_answer_of_the_service_seals_nothing(plain: bytes) -> None:
    with pytest.raises(SealRefused):
        seal(pdf=plain, signer=WrongKey(), at=AT, reason="r", request="1")


def test_the_service_sees_32_bytes_and_the_request(plain: bytes, signer: LocalSeal) -> None:
    seen: list[tuple[int, str]] = []

    class Watched:
        certificate = signer.certificate

        def sign(self, *, digest: bytes, request: str) -> bytes:
            seen.append((len(digest), request))
            return signer.sign(digest=digest, request=request)

    seal(pdf=plain, signer=Watched(), at=AT, reason="r", request="GFXK-7/1")
    assert seen == [(32, "GFXK-7/1")]


def test_one_request_one_answer_also_after_a_restart(tmp_path: Path) -> None:
    def held() -> LocalSeal:
        return LocalSeal(folder=tmp_path, issuer=ROOT, organisation=BUREAU, name="章")

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(lambda _: held().sign(digest=b"d" * 32, request="1"), range(6)))
    assert len(answers) == 1
    with pytest.raises(SealConflict, match="另一份文书"):
        held().sign(digest=b"e" * 32, request="1")
    assert all(p.stat().st_mode & 0o077 == 0 for p in tmp_path.rglob("*") if p.is_file())
