"""Typesetting with Typst: a template and data become a PDF/A-2b.

Data travels as JSON in `sys.inputs`, so whatever a person typed is text and never markup. Templates may read only
below `root` and fetch no packages. The timestamp is given, so the same data on the same day gives the same bytes. One
compiler per process stays warm: a letter then takes tens of milliseconds. A template marks its seal with
`<seal-box>` (the house's letterhead does); the place comes back beside the bytes, for the signature field.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from luban.trust.pdf_seal import SealBox

SHANGHAI = timezone(timedelta(hours=8))  # typst takes fixed offsets only
LUBAN = Path(__file__).resolve().parents[1]
"""The package folder: the usual root, so that templates import `/trust/typst/official.typ`."""

LETTER = Path(__file__).parent / "typst" / "letter.typ"
CERTIFICATE = Path(__file__).parent / "typst" / "certificate.typ"
APPLICATION = Path(__file__).parent / "typst" / "application.typ"

_WEIGHTS = (
    "noto-serif-sc/400Regular",
    "noto-serif-sc/700Bold",
    "noto-sans-sc/400Regular",
    "noto-sans-sc/700Bold",
)
_PAGE_HEIGHT = 841.89
_PLACE = re.compile(r"([\d.]+)pt")


class TypesetFailed(RuntimeError):
    """The template and its data do not fit together; the message is for the log."""


class FontsMissing(RuntimeError):
    """No Chinese fonts were found; the message says what to do."""


@dataclass(frozen=True)
class Sheet:
    """A typeset document and where its seal picture stands (None: no seal)."""

    pdf: bytes
    seal_box: SealBox | None


def typeset(*, template: Path, data: Mapping[str, object], at: datetime, root: Path = LUBAN) -> bytes:
    """PDF/A-2b of `template` with `data` (JSON values), dated `at` (aware)."""
    return typeset_sheet(template=template, data=data, at=at, root=root).pdf


def typeset_sheet(*, template: Path, data: Mapping[str, object], at: datetime, root: Path = LUBAN) -> Sheet:
    """Like `typeset`, with the place of the seal. Raises TypesetFailed or FontsMissing."""
    if at.tzinfo is None:
        raise ValueError("the time of a document has a time zone")
    stamped = {**data, "at": [at.year, at.month, at.day, at.hour, at.minute, at.second]}
    with _LOCK:
        compiler = _compiler(root=root, process=os.getpid())
        try:
            pdf = compiler.compile(
                input=template,
                format="pdf",
                sys_inputs={"data": json.dumps(stamped, ensure_ascii=False)},
                pdf_standards=["a-2b"],
                timestamp=at.astimezone(SHANGHAI),
            )
            marks = json.loads(compiler.query("<seal-box>", field="value"))
        except typst.TypstError as error:
            raise TypesetFailed(f"{template.name}: {error}") from error
    if not isinstance(pdf, bytes):
        raise TypesetFailed(f"{template.name}: no pages")
    return Sheet(pdf=pdf, seal_box=_box(marks[-1]) if marks else None)


def font_folders() -> tuple[Path, ...]:
    """Folders of the fonts in use: `LUBAN_FONT_DIR` (official fonts) first, then the fonts of the checkout."""
    folders = []
    official = os.environ.get("LUBAN_FONT_DIR")
    if official:
        folders.append(Path(official))
    packages = LUBAN.parent / "node_modules" / "@expo-google-fonts"
    folders += [packages / weight for weight in _WEIGHTS]
    return tuple(folder for folder in folders if folder.is_dir())


_LOCK = Lock()


@lru_cache(maxsize=4)
def _compiler(*, root: Path, process: int) -> Any:
    """A warm compiler; `process` keeps a forked child from sharing its parent's."""
    return typst.Compiler(root=root, font_paths=_fonts(process=process))


@lru_cache(maxsize=1)
def _fonts(*, process: int) -> Any:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=list(font_folders())
    )
    if "Noto Serif SC" not in fonts.families():
        raise FontsMissing("找不到中文字体，无法排版文书。请执行 npm ci，或用 LUBAN_FONT_DIR 指定字体目录。")
    return fonts


def _box(mark: Mapping[str, Any]) -> SealBox:
    """From Typst's measure (points from the upper left, as text) to PDF's (from the lower left)."""
    left, top, side = (float(_PLACE.match(str(mark[name]))[1]) for name in ("x", "y", "side"))  # type: ignore[index]
    upper = _PAGE_HEIGHT - top
    return SealBox(page=int(mark["page"]), left=left, bottom=upper - side, right=left + side, top=upper)
