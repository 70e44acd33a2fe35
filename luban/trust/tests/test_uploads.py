"""Hostile and honest uploads."""

import io
import struct
import zipfile
import zlib

import pypdf
import pypdf.generic
import pytest
from PIL import Image, ImageDraw

from luban.trust import archives, scans
from luban.trust.digest import sm3
from luban.trust.uploads import KINDS, Accepted, UploadRefused, clean_name, inspect_upload

MB = 1024 * 1024


def check(filename: str, data: bytes, allowed: frozenset[str] = KINDS, max_bytes: int = 50 * MB) -> Accepted:
    return inspect_upload(filename=filename, data=data, allowed=allowed, max_bytes=max_bytes)


def refused(filename: str, data: bytes, **more: object) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        check(filename, data, **more)  # type: ignore[arg-type]
    assert any("\u4e00" <= c <= "\u9fff" for c in caught.value.message)
    assert caught.value.message.endswith("。")
    return caught.value


def pdf(*, pages: int = 1, password: str = "", owner: str = "", script: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if script:
        writer.root_object[pypdf.generic.NameObject("/OpenAction")] = pypdf.generic.DictionaryObject(
            {
                pypdf.generic.NameObject("/S"): pypdf.generic.NameObject("/JavaScript"),
                pypdf.generic.NameObject("/JS"): pypdf.generic.create_string_object(script),
            }
        )
    if password or owner:
        writer.encrypt(user_password=password, owner_password=owner or password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def image(kind: str = "PNG", size: tuple[int, int] = (800, 900)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, kind)
    return target.getvalue()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
OFD = {
    "OFD.xml": b"<OFD/>",
    "Doc_0/Pages/Page_0/Content.xml": b"<P/>",
    "Doc_0/Pages/Page_1/Content.xml": b"<P/>",
}


@pytest.mark.parametrize(
    ("name", "data", "kind", "pages"),
    [
        ("合同.pdf", pdf(pages=3), "pdf", 3),
        ("照片.JPEG", image("JPEG"), "jpg", 1),
        ("路线图.png", image(), "png", 1),
        ("清单.xlsx", packed(XLSX), "xlsx", None),
        ("说明.docx", packed(DOCX), "docx", None),
        ("批复.ofd", packed(OFD), "ofd", 2),
        ("材料.zip", packed({"合同.pdf": pdf(), "图/a.png": image()}), "zip", None),
    ],
)
def test_honest_files_come_in(name: str, data: bytes, kind: str, pages: int | None) -> None:
    accepted = check(name, data)
    assert (accepted.kind, accepted.pages, accepted.clean_name) == (kind, pages, name)
    assert accepted.sm3 == sm3(data)
    assert accepted.size == len(data)


def test_the_message_of_the_brief_when_content_and_extension_differ() -> None:
    assert "文件合同.pdf内容与扩展名不符。" in refused("合同.pdf", image()).message
    for name, data in [
        ("a.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.png", image("JPEG")),
        ("a.jpg", b"GIF89a" + bytes(100)),
        ("a.xlsx", packed(DOCX)),
        ("a.docx", packed({"x.txt": b"x"})),
        ("a.zip", packed(XLSX)),
        ("a.ofd", pdf()),
        ("a.xlsx", b"code,qty\n1,2\n"),
        ("a.heic", image()),
    ]:
        assert refused(name, data).code == "mismatch", name


def test_empty_large_and_not_wanted() -> None:
    assert refused("a.pdf", b"").code == "empty"
    assert "上限 1 MB" in refused("a.png", bytes(2 * MB), max_bytes=MB).message
    assert "PDF" in refused("a.png", image(), allowed=frozenset({"pdf"})).message
    for name in ("a.exe", "a.pdf.exe", "a", "a.svg", "a.html", "a.doc", ".pdf.js"):
        assert refused(name, pdf()).code == "kind", name


def test_locked_files() -> None:
    assert refused("a.pdf", pdf(password="x")).code == "encrypted"
    assert refused("a.pdf", pdf(owner="x")).code == "encrypted"
    assert refused("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).code == "encrypted"
    locked = bytearray(packed({"a.txt": b"x"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused("a.zip", bytes(locked)).code == "encrypted"


def test_broken_files() -> None:
    assert refused("a.pdf", b"%PDF-1.7\n" + b"x" * 300).code == "broken"
    assert refused("a.jpg", image("JPEG")[:800]).code == "broken"
    assert refused("a.png", image()[:60]).code == "broken"
    assert refused("a.zip", packed({"a.txt": b"x" * 99})[:-10]).code == "broken"
    touched = bytearray(packed({"a.txt": b"hello world"}, zipfile.ZIP_STORED))
    touched[touched.index(b"hello")] ^= 1
    assert refused("a.zip", bytes(touched)).code == "broken"


def test_files_with_two_faces() -> None:
    web = b"<!DOCTYPE html><script>alert(1)</script>"
    assert refused("a.pdf", pdf().replace(b"\n", b"\n%" + web + b"\n", 1)).code == "polyglot"
    assert refused("a.pdf", pdf() + web).code == "polyglot"
    assert refused("a.pdf", pdf() + packed({"x.html": web})).code == "polyglot"
    assert refused("a.png", image() + web).code == "polyglot"
    assert refused("a.png", image() + b"tail").code == "polyglot"
    assert refused("a.jpg", image("JPEG") + packed({"x": b"y"})).code == "polyglot"
    assert refused("a.zip", b"MZ" + packed({"x.txt": b"y"})).code == "polyglot"
    assert refused("a.zip", packed({"x.txt": b"y"}) + web).code == "polyglot"
    assert refused("a.pdf", web + pdf()).code == "mismatch"


def test_programs_and_scripts() -> None:
    assert refused("a.pdf", pdf(script="app.alert(1)")).code == "active"
    assert refused("a.xlsx", packed(XLSX | {"xl/vbaProject.bin": b"x"})).code == "active"
    assert refused("a.zip", packed({"说明.pdf.exe": b"MZ"})).code == "active"
    assert refused("a.zip", packed({"x.html": b"x"})).code == "active"


@pytest.mark.parametrize("name", ["../../etc/cron", "/abs.txt", "C:/x.txt", "a/../../b", "..\\x"])
def test_paths_in_archives(name: str) -> None:
    assert refused("a.zip", packed({name: b"x"})).code == "unsafe"


def test_nested_and_linked_archives() -> None:
    assert refused("a.zip", packed({"b.zip": packed({"x": b"y"})})).code == "unsafe"
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused("a.zip", target.getvalue()).code == "unsafe"


def test_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused("a.xlsx", packed(XLSX | {"xl/sheet.xml": bytes(40 * MB)})).code == "bomb"
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    assert refused("a.zip", packed({f"{n}.txt": b"" for n in range(4)})).code == "bomb"
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks
    )
    assert refused("a.png", png).code == "bomb"


def test_a_member_that_lies_about_its_size() -> None:
    honest = packed({"a.txt": b"x" * 5000})
    lying = bytearray(honest)
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = lying.index(mark) + place
        lying[start : start + 4] = struct.pack("<I", 10)
    assert refused("a.zip", bytes(lying)).code == "broken"


def test_photographs_a_phone_made_in_heic() -> None:
    heic = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(400)
    refusal = refused("IMG_0001.HEIC", heic)
    assert refusal.code == "undecodable"
    assert "JPG" in refusal.message


def test_a_small_picture_gets_a_hint() -> None:
    assert "看不清" in check("a.png", image(size=(200, 300))).note
    assert check("a.png", image()).note == ""


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("C:\\Users\\某人\\桌面\\合同.pdf", "合同.pdf"),
        ("../../etc/合同.pdf", "合同.pdf"),
        ("合同\u202efdp.exe", "合同fdp.exe"),
        ("a\0b\n.pdf", "ab.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("  .pdf", "pdf"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names(given: str, clean: str) -> None:
    assert clean_name(given) == clean


def test_red_seals_are_seen_and_red_headings_are_not() -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((100, 100, 1140, 160), fill=(215, 0, 15))
    draw.text((100, 900), "black text " * 20, fill="black")
    assert scans.red_blobs(page) == ()
    for left, top in ((200, 1200), (800, 1250)):
        draw.ellipse((left, top, left + 240, top + 240), outline=(200, 30, 40), width=12)
        draw.ellipse((left + 90, top + 90, left + 150, top + 150), fill=(200, 30, 40))
    blobs = scans.red_blobs(page)
    assert len(blobs) == 2 or len(blobs) == 4
    assert abs(blobs[0].left - 200 / 1240) < 0.02
    target = io.BytesIO()
    page.save(target, "JPEG", quality=70)
    assert scans.seal_count(kind="jpg", data=target.getvalue()) == len(blobs)


def test_a_preview_has_no_metadata() -> None:
    picture = Image.new("RGB", (3000, 1500), "white")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    target = io.BytesIO()
    picture.save(target, "JPEG", exif=exif)
    preview = scans.re_encode(target.getvalue(), longest=1000)
    assert b"secret place" not in preview
    assert Image.open(io.BytesIO(preview)).size == (1000, 500)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg", "a.xlsx", "a.docx", "a.zip", "a.ofd", "a.heic"])
def test_noise_is_refused_and_never_an_error(name: str) -> None:
    for start in (
        b"",
        b"%PDF-1.4\n",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\0\0\0\x18ftypheic",
    ):
        for seed in range(4):
            refused(name, start + sm3(bytes([seed])).encode() * 20)
