"""The gate for uploaded files: what is not plainly an allowed document does not come in.

The name's extension must be allowed and the content must really be that kind, found by opening it, not by its first
bytes alone. Files with two faces (a PDF that is also a web page), locked files, programs, and files that grow when
opened are refused with a Chinese sentence that says what to do. Accepted bytes are kept as they came: their SM3 is
evidence. What is shown on screen is re-encoded (`scans.re_encode`).

What is left is shown to a virus scanner when one is named (`scan_with`); one that does not answer lets nothing in.
"""

import io
import logging
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from PIL import Image

from luban.trust.archives import BadArchive, inspect_archive
from luban.trust.clamd import Clamd, ScanTooLarge, ScanUnavailable
from luban.trust.digest import sm3
from luban.trust.scans import MAX_PIXELS, Unreadable, open_image, pdf_pages, pdf_text, red_blobs

logger = logging.getLogger(__name__)
KINDS = frozenset({"pdf", "jpg", "png", "heic", "xlsx", "docx", "zip", "ofd"})
MAX_PAGES = 3_000
_EXTENSIONS = {"jpeg": "jpg", "jpe": "jpg", "heif": "heic"}
_ARCHIVES = frozenset({"xlsx", "docx", "zip", "ofd"})
_LONGEST_NAME = 120
_MARKUP = re.compile(rb"<\s*(?:html|script|!doctype|svg|iframe|body|\?php)", re.IGNORECASE)
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_EDGE = 4096


_scanner: list[Clamd] = []


class UploadRefused(ValueError):
    """The file is not accepted: `message` is for the person, `code` for machines."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True)
class Accepted:
    """A file that may be stored; `pages` is known for pdf, ofd and pictures (1), `note` is a hint or empty."""

    kind: str
    pages: int | None
    sm3: str
    size: int
    clean_name: str
    note: str


def inspect_upload(*, filename: str, data: bytes, allowed: frozenset[str], max_bytes: int) -> Accepted:
    """Accept a file or raise UploadRefused.

    `allowed` is a subset of KINDS. Codes: empty, too_large, kind, mismatch, encrypted, broken, polyglot, active,
    unsafe, bomb, undecodable, virus, scanner (not scanned: try again later).
    """
    name = clean_name(filename)
    if not data:
        raise UploadRefused(f"文件{name}是空的（0 字节）。请检查原文件后重新上传。", "empty")
    if len(data) > max_bytes:
        size = f"{len(data) / 1048576:.1f} MB，超过上限 {max_bytes / 1048576:g} MB"
        raise UploadRefused(f"文件{name}有 {size}。请压缩或拆分后再上传。", "too_large")
    kind = _stated_kind(name=name, allowed=allowed)
    pages: int | None
    if kind == "pdf":
        pages, note = _check_pdf(name=name, data=data)
    elif kind in _ARCHIVES:
        pages, note = _check_archive(name=name, data=data, kind=kind), ""
    else:
        pages, note = _check_image(name=name, data=data, kind=kind)
    require_clean(name=name, data=data)
    return Accepted(kind=kind, pages=pages, sm3=sm3(data), size=len(data), clean_name=name, note=note)


def scan_with(scanner: Clamd | None) -> None:
    """Name the virus scanner every upload is shown to; None: there is none."""
    _scanner[:] = [] if scanner is None else [scanner]


def require_clean(*, name: str, data: bytes) -> None:
    """Pass when the scanner finds nothing or none is named. Raises UploadRefused: virus, too_large, scanner."""
    for scanner in _scanner:
        try:
            found = scanner.scan(data)
        except ScanTooLarge as error:
            raise UploadRefused(
                f"文件{name}超过病毒扫描的上限，未予接收。请压缩或拆分后再上传。", "too_large"
            ) from error
        except ScanUnavailable as error:
            logger.critical("the virus scanner does not answer: %s", error.reason)
            raise UploadRefused(
                f"病毒扫描服务暂时不可用，文件{name}没有接收；已填写和已上传的内容都在，请稍后重新上传这一份，"
                "仍不行请联系平台运维。",
                "scanner",
            ) from error
        if found:
            logger.critical("virus %s in an upload, sm3 %s", found, sm3(data))
            raise UploadRefused(
                f"文件{name}含有病毒（{found[:60]}），未予接收。请先在本机杀毒，再用干净的文件上传。", "virus"
            )


def clean_name(filename: str) -> str:
    """A file name that is safe to show and to save: no folders, controls or direction marks, at most 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    kept = "".join(
        c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    name = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return (name or "未命名")[:_LONGEST_NAME]
    extension = extension.strip()[:10]
    return f"{stem[: _LONGEST_NAME - len(extension) - 1].strip() or '未命名'}.{extension}"


def _stated_kind(*, name: str, allowed: frozenset[str]) -> str:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = _EXTENSIONS.get(extension, extension)
    if kind not in allowed or kind not in KINDS:
        kinds = "、".join(sorted(k.upper() for k in allowed))
        raise UploadRefused(f"文件{name}的格式不能用在这里。请上传{kinds}文件。", "kind")
    return kind


def _mismatch(name: str) -> UploadRefused:
    return UploadRefused(
        f"文件{name}内容与扩展名不符。请用原来的程序重新导出后上传，不要直接改扩展名。", "mismatch"
    )


def _two_faced(name: str) -> UploadRefused:
    return UploadRefused(
        f"文件{name}里混有别的内容，不能确认安全。请重新打印或扫描成新文件后上传。", "polyglot"
    )


def _check_pdf(*, name: str, data: bytes) -> tuple[int, str]:
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] == b"%PDF-":
        raise _mismatch(name)
    end = data.rfind(b"%%EOF")
    tail = data[end + 5 :].strip(b"\0 \t\r\n") if end >= 0 else b""
    if _MARKUP.search(data[:1024]) or len(tail) > 64 or _MARKUP.search(tail) or _has_archive(data):
        raise _two_faced(name)
    if _ACTIVE.search(data):
        raise UploadRefused(f"文件{name}带有脚本或启动程序的动作。请用“打印为 PDF”另存一份再上传。", "active")
    try:
        pages = pdf_pages(data)
    except Unreadable as error:
        if error.password:
            raise UploadRefused(f"文件{name}设有密码或权限保护。请解除保护后再上传。", "encrypted") from error
        raise UploadRefused(f"文件{name}打不开，可能没有传完整。请重新导出后上传。", "broken") from error
    if pages == 0:
        raise UploadRefused(f"文件{name}没有页面。请重新导出后上传。", "broken")
    if pages > MAX_PAGES:
        raise UploadRefused(f"文件{name}有 {pages} 页，超过 {MAX_PAGES} 页。请拆分后上传。", "bomb")
    return pages, ""


def _check_archive(*, name: str, data: bytes, kind: str) -> int | None:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise UploadRefused(
                f"文件{name}设有密码或是旧版格式。请取消密码，另存为 .{kind} 后再上传。", "encrypted"
            )
        raise (
            UploadRefused(f"文件{name}已损坏。请重新导出后上传。", "broken")
            if data[:2] == b"PK"
            else _mismatch(name)
        )
    try:
        archive = inspect_archive(data)
    except BadArchive as bad:
        raise UploadRefused(f"文件{name}{bad.why}，不能接收。请重新整理后上传。", bad.code) from bad
    if archive.kind != kind:
        raise _mismatch(name)
    return archive.pages


def _check_image(*, name: str, data: bytes, kind: str) -> tuple[int, str]:
    found = _image_kind(data)
    if found != kind:
        raise _mismatch(name)
    if _MARKUP.search(data[:_EDGE]) or _MARKUP.search(data[-_EDGE:]) or _has_archive(data):
        raise _two_faced(name)
    try:
        _check_pixels(name=name, data=data)
        picture = open_image(data)
    except Unreadable as error:
        if kind == "heic":
            advice = "请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或转成 JPG 再上传"
            raise UploadRefused(f"照片{name}是 HEIC 格式，暂不能识别。{advice}。", "undecodable") from error
        raise UploadRefused(
            f"图片{name}打不开，可能没有传完整。请重新拍摄或导出后上传。", "broken"
        ) from error
    if kind == "png" and not data.rstrip(b"\0\r\n").endswith(b"IEND\xaeB`\x82"):
        raise _two_faced(name)
    small = min(picture.size) < 600
    return 1, f"图片较小（{picture.width}×{picture.height}），文字可能看不清。" if small else ""


def _image_kind(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "heic"
    return ""


def _check_pixels(*, name: str, data: bytes) -> None:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pixels = picture.width * picture.height
    except Image.DecompressionBombError:
        pixels = MAX_PIXELS + 1
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if pixels > MAX_PIXELS:
        raise UploadRefused(f"图片{name}的像素太多，无法处理。请缩小后再上传。", "bomb")


def _has_archive(data: bytes) -> bool:
    """Whether a zip hangs on to a file that is something else."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return end >= 0 and b"PK\x01\x02" in data and zipfile.is_zipfile(io.BytesIO(data))


__all__ = ["KINDS", "Accepted", "UploadRefused", "clean_name", "inspect_upload", "pdf_text", "red_blobs"]
