"""Materials as drawn: one slot a paper, the files in it, what a machine read on them, what is still wanting. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from luban.kit.findings import Finding, Severity
from luban.kit.materials import Slot
from luban.ui.forms.boxes import slot_id
from luban.ui.forms.controls import SEVERITY
from luban.ui.view import Message

MEGABYTE = 1024 * 1024
MEDIA = {"jpg": ".jpg,.jpeg"}
PICTURES = frozenset({"jpg", "png", "heic"})
CHECKS = {
    "pass": ("ok", "circle-check", "识别内容与表单一致"),
    "mismatch": ("warn", "alert-triangle", "识别内容与表单不一致，请核对"),
    "unreadable": ("dim", "info-circle", "未能自动识别，由工作人员核对"),
    "pending": ("dim", "info-circle", "由工作人员核对"),
    "exempt": ("dim", "info-circle", "免核"),
}


class Paper(Protocol):
    """A file handed in, as the fill stage pictures it."""

    @property
    def id(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def binding(self) -> int | None: ...
    @property
    def filename(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def sm3(self) -> str: ...
    @property
    def recognised(self) -> Mapping[str, Any]: ...
    @property
    def check(self) -> str: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True)
class Desk:
    """Where files go and come from. `upload`, `phone`: address by (code, row); `remove`, `look`, `fetch`: by file.
    None: not offered (a submitted case is only looked at)."""

    upload: Callable[[str, int | None], str] | None = None
    phone: Callable[[str, int | None], str] | None = None
    remove: Callable[[Paper], str] | None = None
    look: Callable[[Paper], str] | None = None
    fetch: Callable[[Paper], str] | None = None
    sign: str = ""


@dataclass(frozen=True)
class FileLine:
    """A file in its slot."""

    name: str
    about: str
    icon: str
    kind: str
    mark: str
    words: str
    look: str = ""
    fetch: str = ""
    remove: str = ""


@dataclass(frozen=True, kw_only=True)
class SlotBox:
    """A place for files. `state` is said in words when nothing is in it."""

    code: str
    binding: int | None
    title: str
    help: str
    required: bool
    generated: bool
    files: tuple[FileLine, ...]
    messages: tuple[Message, ...]
    accept: str
    kinds: str
    max_mb: int
    max_count: int
    upload: str = ""
    phone: str = ""
    sign: str = ""
    oob: bool = False
    template: ClassVar[str] = "ui/forms/slot.html"

    @property
    def id(self) -> str:
        """The slot's id."""
        return slot_id(self.code, self.binding)

    @property
    def full(self) -> bool:
        """Whether no more files go in."""
        return len(self.files) >= self.max_count

    @property
    def max_bytes(self) -> int:
        """The largest file."""
        return self.max_mb * MEGABYTE


@dataclass(frozen=True)
class PapersBox:
    """The section of materials."""

    number: int
    slots: tuple[SlotBox, ...] = field(default_factory=tuple)
    oob: bool = False
    template: ClassVar[str] = "ui/forms/papers.html"

    @property
    def ids(self) -> str:
        """The slots there are, as a page remembers them."""
        return ",".join(slot.id for slot in self.slots)

    @property
    def wanting(self) -> int:
        """Required slots with nothing in them."""
        return sum(s.required and not s.files and not s.generated for s in self.slots)

    @property
    def state(self) -> str:
        """ok, warn, bad or open."""
        if any(m.kind == "bad" for s in self.slots if s.files for m in s.messages):
            return "bad"
        if self.wanting:
            return "open"
        return "warn" if any(m.kind == "warn" for s in self.slots for m in s.messages) else "ok"

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        needed = sum(s.required and not s.generated for s in self.slots)
        return f"{needed - self.wanting}/{needed} 份必交"


def slot_boxes(
    *,
    slots: Iterable[Slot],
    files: Iterable[Paper],
    findings: Iterable[Finding] = (),
    desk: Desk | None = None,
) -> tuple[SlotBox, ...]:
    """The slots of an application with what is in them."""
    desk, files, findings = desk or Desk(), tuple(files), tuple(findings)
    return tuple(_slot(slot, files, findings, desk) for slot in slots)


def finding_of_slot(path: str, code: str, binding: int | None) -> bool:
    """Whether a finding's path means this slot; rows stand in brackets from 0."""
    if path == f"materials.{code}":
        return binding is None or binding == 1
    return binding is not None and path == f"materials.{code}[{binding - 1}]"


def _slot(slot: Slot, files: tuple[Paper, ...], findings: tuple[Finding, ...], desk: Desk) -> SlotBox:
    material = slot.material
    own = tuple(f for f in files if f.code == material.code and f.binding == slot.binding)
    said = tuple(
        Message(f.message, SEVERITY[f.severity])
        for f in findings
        if finding_of_slot(f.path, material.code, slot.binding)
        and f.severity in SEVERITY
        and (own or f.severity is not Severity.BLOCK)
    )
    open_ = not material.generated
    return SlotBox(
        code=material.code,
        binding=slot.binding,
        title=slot.title,
        help=material.help,
        required=slot.required,
        generated=bool(material.generated),
        files=tuple(file_line(f, desk, removable=open_) for f in own),
        messages=said,
        accept=",".join(MEDIA.get(kind, f".{kind}") for kind in material.kinds),
        kinds="、".join(material.kinds),
        max_mb=material.max_mb,
        max_count=material.max_count,
        upload=desk.upload(material.code, slot.binding) if desk.upload and open_ else "",
        phone=desk.phone(material.code, slot.binding)
        if desk.phone and open_ and PICTURES & set(material.kinds)
        else "",
        sign=desk.sign if material.generated else "",
    )


def file_line(file: Paper, desk: Desk, *, removable: bool = True) -> FileLine:
    """A file as its slot shows it."""
    kind, mark, words = CHECKS.get(file.check, CHECKS["pending"])
    size = f"{file.size / MEGABYTE:.1f} MB" if file.size >= MEGABYTE else f"{max(1, file.size // 1024)} KB"
    return FileLine(
        file.filename,
        f"{size} · {file.pages} 页" if file.kind == "pdf" else size,
        "photo" if file.kind in PICTURES else "file-type-pdf" if file.kind == "pdf" else "file",
        kind,
        mark,
        file.note.replace("。；", "；") or words,
        look=desk.look(file) if desk.look and (file.kind == "pdf" or file.kind in PICTURES) else "",
        fetch=desk.fetch(file) if desk.fetch else "",
        remove=desk.remove(file) if desk.remove and removable else "",
    )
