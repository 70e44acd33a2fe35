"""Looking into a zip before anyone unpacks it: size, number, names, nesting, and whether it is really whole.

xlsx, docx and ofd are zips too; `inspect_archive` also says which of them it is.
"""

import io
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

MAX_MEMBERS = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
RATIO_FREE = 20 * 1024 * 1024
"""Below this unpacked size the ratio does not matter: small office files compress well."""

_LOCAL_HEADER = b"PK\x03\x04"
_PROGRAMS = frozenset(
    [
        ".exe",
        ".dll",
        ".com",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".wsf",
        ".hta",
        ".msi",
        ".scr",
        ".lnk",
        ".jar",
        ".sh",
        ".html",
        ".htm",
        ".svg",
        ".xhtml",
    ]
)
_ARCHIVES = frozenset([".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz"])
_OFD_PAGE = re.compile(r"Pages/[^/]+/Content\.xml$")
_PIECE = 1 << 16


class BadArchive(ValueError):
    """The zip must not be accepted; `code` as in uploads, `why` is a Chinese clause."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


@dataclass(frozen=True)
class Archive:
    """What a zip is: kind xlsx, docx, ofd or zip; pages are known for ofd only."""

    kind: str
    pages: int | None
    members: int


def inspect_archive(data: bytes) -> Archive:
    """Check a zip completely, without writing anything; raises BadArchive."""
    if not data.startswith(_LOCAL_HEADER):
        raise BadArchive("polyglot", "开头混有其他内容")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, packed=len(data))
            for member in members:
                _check_member(member)
            kind = _kind({m.filename for m in members})
            _check_contents(members, kind=kind)
            _read_through(archive, members)
            _check_end(archive, data)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        UnicodeError,
    ) as e:
        raise BadArchive("broken", "已损坏") from e
    pages = sum(bool(_OFD_PAGE.search(m.filename)) for m in members) if kind == "ofd" else None
    return Archive(kind=kind, pages=pages, members=len(members))


def _check_sizes(members: list[zipfile.ZipInfo], *, packed: int) -> None:
    total = sum(m.file_size for m in members)
    if len(members) > MAX_MEMBERS:
        raise BadArchive("bomb", f"内含文件超过 {MAX_MEMBERS} 个")
    if total > MAX_UNPACKED or (total > RATIO_FREE and total > MAX_RATIO * packed):
        raise BadArchive("bomb", f"解压后达 {total // 1024 // 1024} MB，超出限制")
    if len({m.filename for m in members}) != len(members):
        raise BadArchive("unsafe", "内有重名文件")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in name or any(ord(c) < 32 for c in member.orig_filename):
        raise BadArchive("unsafe", "内有不安全的路径名")
    if member.flag_bits & 1:
        raise BadArchive("encrypted", "设有密码")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise BadArchive("unsafe", "内有链接文件")


def _kind(names: set[str]) -> str:
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return "docx"
    return "ofd" if "OFD.xml" in names else "zip"


def _check_contents(members: list[zipfile.ZipInfo], *, kind: str) -> None:
    for member in members:
        name = member.filename.lower()
        suffix = PurePosixPath(name).suffix
        if name.endswith(("vbaproject.bin", "vbadata.xml")):
            raise BadArchive("active", "带有宏")
        if kind in {"zip", "ofd"} and suffix in _PROGRAMS:
            raise BadArchive("active", f"内有可执行或网页文件（{suffix}）")
        if kind == "zip" and suffix in _ARCHIVES:
            raise BadArchive("unsafe", "内还有压缩包")


def _read_through(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Unpack into nowhere: a member whose stated size is a lie fails its checksum."""
    for member in members:
        with archive.open(member) as source:
            while source.read(_PIECE):
                pass


def _check_end(archive: zipfile.ZipFile, data: bytes) -> None:
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 + len(archive.comment) != len(data):
        raise BadArchive("polyglot", "末尾混有其他内容")
