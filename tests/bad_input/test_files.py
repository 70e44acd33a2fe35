"""Files that are not what they say, too large, or meant to hurt: refused in words at every door a file comes in by.

The gate itself is tested beside it (`luban/trust`); here every door is shown to have it, nothing is kept of what was
refused, and what was accepted goes out again as a file to save, never as a page.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from luban.cases.models import File
from luban.registers.book.models import Change
from tests.bad_input.browsing import HTMX, says_what_to_do, words
from tests.matrix.world import World, pdf

pytestmark = pytest.mark.xdist_group("bad_files")
As = Callable[[str], Client]
MB = 1024 * 1024


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture that says it is so large, of almost no bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (800, 800), "white").save(target, "JPEG")
    return target.getvalue()


SCRIPT = b"<html><script>alert(document.cookie)</script></html>"
BOMB = {"a.txt": b"\0" * (40 * MB)}
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a page named pdf": ("合同.pdf", lambda: SCRIPT),
    "a page before a pdf": ("合同.pdf", lambda: SCRIPT + pdf()),
    "a page behind a pdf": ("合同.pdf", lambda: pdf() + SCRIPT),
    "an archive behind a pdf": ("合同.pdf", lambda: pdf() + zipped(**{"a.exe": b"MZ"})),
    "a pdf with a script in it": (
        "合同.pdf",
        lambda: pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (x) >>"),
    ),
    "half a pdf": ("合同.pdf", lambda: b"%PDF-1.7\n" + pdf()[200:260]),
    "a page in a photo": ("照片.jpg", lambda: photo() + SCRIPT),
    "a photo named png": ("照片.png", photo),
    "a picture of a billion points": ("照片.png", lambda: png(40_000, 40_000)),
    "a drawing with a script": ("图.svg", lambda: b"<svg onload=alert(1)>"),
    "an archive that bursts": ("附件.zip", lambda: zipped(**BOMB)),
    "a sheet that bursts": ("附件.xlsx", lambda: zipped(**{"xl/workbook.xml": b" " * (60 * MB)})),
    "a program": ("合同.exe", lambda: b"MZ\x90"),
    "two extensions": ("合同.pdf.html", lambda: SCRIPT),
    "no extension": ("合同", pdf),
    "nothing": ("合同.pdf", lambda: b""),
    "noise": ("合同.pdf", lambda: bytes(range(256)) * 40),
}


def doors(world: World) -> dict[str, tuple[str, str]]:
    """Every address that takes a paper: who sends it where."""
    return {
        "form": ("suxin", f"/fill/{world.draft}/materials/M02/"),
        "signing": ("suxin", f"/fill/{world.draft}/sign/upload/"),
        "phone": ("suxin", f"/m/up/{world.phone}/"),
        "office": ("pudong_reviewer", f"/office/fill/{world.office_draft}/materials/E01/"),
    }


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("door", ["form", "signing", "phone", "office"])
def test_no_door_takes_a_file_that_lies(kind: str, door: str, as_: As, world: World) -> None:
    name, content = HOSTILE[kind]
    username, address = doors(world)[door]
    before = File.objects.count()
    for headers in ({}, HTMX):
        sent = SimpleUploadedFile(name, content())
        text = says_what_to_do(
            as_(username).post(address, {"file": sent}, headers=headers), 400, 413, 415, 422
        )
        assert "document.cookie" not in text
    assert File.objects.count() == before


@pytest.mark.parametrize("door", ["form", "phone", "office"])
def test_a_file_of_more_than_fifty_megabytes_is_told_its_size(door: str, as_: As, world: World) -> None:
    username, address = doors(world)[door]
    client, before = as_(username), File.objects.count()
    large = SimpleUploadedFile("合同.pdf", pdf() + b"\0" * (50 * MB))
    text = says_what_to_do(client.post(address, {"file": large}, headers=HTMX), 413)
    assert re.search("50 MB.*(压缩|拆分)", text)
    answer = client.post(address, {}, headers={"Content-Length": str(60 * MB)})
    assert "超过50 MB" in says_what_to_do(answer, 413)
    says_what_to_do(client.post(address, {}, headers={"Transfer-Encoding": "chunked"}), 411)
    assert File.objects.count() == before


NAMES = {
    "../../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\windows\\win.pdf": "win.pdf",
    "C:\\Users\\示例\\合同.pdf": "合同.pdf",
    "合\u202efdp.同.pdf": "合fdp.同.pdf",
    '"><script>alert(7)</script>.pdf': "script_.pdf",
    "合同%0D%0ASet-Cookie: x7=1.pdf": "合同%0D%0ASet-Cookie_ x7=1.pdf",
    "长" * 300 + ".pdf": "长" * 116 + ".pdf",
}


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_a_name_and_no_path(name: str, as_: As, world: World) -> None:
    firm = as_("suxin")
    page = f"/fill/{world.draft}/materials/M05/"
    sent = SimpleUploadedFile("x.pdf", pdf(3), "application/pdf")
    sent._name = name  # type: ignore[attr-defined]  # as a browser may send it, not as Django would tidy it
    answer = firm.post(page, {"file": sent}, headers=HTMX)
    assert answer.status_code == 200, words(answer)[:300]
    assert "<script>alert(7)" not in words(answer)
    kept = File.objects.get(draft_id=world.draft, code="M05")
    assert kept.filename == NAMES[name]
    got = firm.get(f"/fill/files/{kept.pk}/fetch/")
    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "x7" not in got.cookies


SHEETS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a page": lambda: SCRIPT,
    "a pdf": pdf,
    "an empty archive": zipped,
    "a sheet that bursts": lambda: zipped(**{"xl/workbook.xml": b" " * (60 * MB)}),
    "a sheet of entities": lambda: zipped(
        **{
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": b'<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>',
        }
    ),
    "paths": lambda: zipped(**{"../../../etc/cron.d/x": b"* * * * *"}),
    "noise": lambda: b"PK\x03\x04" + bytes(range(256)) * 40,
}


@pytest.mark.parametrize("kind", SHEETS)
def test_a_register_takes_no_sheet_that_is_none(kind: str, as_: As, world: World) -> None:
    sent = SimpleUploadedFile("台账.xlsx", SHEETS[kind]())
    page = f"/office/registers/{world.register}/import/"
    says_what_to_do(
        as_("city_register").post(page, {"file": sent, "reason": "测试坏文件"}), 400, 413, 415, 422
    )
    assert not Change.objects.exists()


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_verification_page_compares_anything_and_shows_nothing_of_it(kind: str, world: World) -> None:
    name, content = HOSTILE[kind]
    sent = SimpleUploadedFile(name, content())
    text = says_what_to_do(Client().post(f"/v/{world.token}/", {"file": sent}), 200, 400)
    assert "document.cookie" not in text
