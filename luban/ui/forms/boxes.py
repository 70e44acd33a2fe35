"""What a form page is made of: frozen objects, each drawn by its own template (`{% draw box %}`), free of Django.

A path (`waste.wastes[0].planned_qty_t`) is the name of its control; `field_id` makes it an id that any selector can
take. `Wiring` says which addresses the page talks to; a form without them (the office's data forms) works by itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from luban.ui.view import Message, Note, Source


def field_id(path: str) -> str:
    """The id of the control at a path: `waste.wastes[0].qty` → `f-waste-wastes-0-qty`."""
    return "f-" + re.sub(r"\W+", "-", path).strip("-")


def section_id(name: str) -> str:
    """The id of a section's panel."""
    return f"sec-{name}"


def slot_id(code: str, binding: int | None) -> str:
    """The id of a material's slot."""
    return f"slot-{code}" if binding is None else f"slot-{code}-{binding}"


@dataclass(frozen=True)
class Wiring:
    """Addresses of a form's endpoints: rows are edited at `rows`, regions below another come from `places`, and
    `book(code)` offers what a register holds. Blank: rows are edited in the page, nothing is offered."""

    rows: str = ""
    places: str = ""
    book: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Option:
    """One allowed value; `on` when it is chosen."""

    value: str
    text: str
    on: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldBox:
    """A field as drawn. `control` is one of text, long, number, day, select, radio, yesno, pledge, checks, codes,
    book; `value` what stands in it, `shown` its words; `cell` draws it inside a table row (no label of its own)."""

    path: str
    control: str
    label: str
    value: str = ""
    shown: str = ""
    unit: str = ""
    help: str = ""
    example: str = ""
    required: bool = False
    readonly: bool = False
    why: str = ""
    source: Source | None = None
    message: Message | None = None
    options: tuple[Option, ...] = ()
    offers: str = ""
    max_len: int | None = None
    mode: str = ""
    width: str = ""
    cell: bool = False
    spoken: str = ""
    template: ClassVar[str] = "ui/forms/field.html"

    @property
    def id(self) -> str:
        """The control's id."""
        return field_id(self.path)

    @property
    def inner(self) -> str:
        """The template of the control itself."""
        return f"ui/forms/control_{self.control}.html"

    @property
    def grouped(self) -> bool:
        """Whether the control is a group of buttons, named by `aria-labelledby` instead of `for`."""
        return self.control in {"radio", "yesno", "checks"}

    @property
    def css(self) -> str:
        """Classes of an input: prefilled, wrong, to be looked at."""
        names = ["is-prefilled"] if self.source and self.source.kind != "self" and self.value else []
        if self.message and self.message.kind in {"bad", "warn"}:
            names.append(f"is-{self.message.kind}")
        return " ".join(names)

    @property
    def described(self) -> str:
        """Ids of what explains the control."""
        return f"{self.id}-h {self.id}-m" if self.help else f"{self.id}-m"

    @property
    def own_label(self) -> bool:
        """Whether the control carries its label itself (a tick box with its sentence)."""
        return self.control == "pledge"


@dataclass(frozen=True, kw_only=True)
class PlacePick:
    """Province, city, county as selects that depend on each other. `levels` are boxes in that order; those that are
    only steps towards the last have names that no form reads (`_province`)."""

    path: str
    label: str
    levels: tuple[FieldBox, ...]
    places: str
    required: bool = False
    cell: bool = False
    template: ClassVar[str] = "ui/forms/place.html"

    @property
    def id(self) -> str:
        """The group's id."""
        return f"{field_id(self.path)}-place"

    @property
    def message(self) -> Message | None:
        """What is wrong with the last level (the others say it themselves when they are fields)."""
        return next((box.message for box in reversed(self.levels) if box.message), None)

    @property
    def chained(self) -> tuple[tuple[FieldBox, FieldBox | None, FieldBox | None], ...]:
        """Each level with the one below and the one below that."""
        n = len(self.levels)
        return tuple(
            (
                box,
                self.levels[i + 1] if i + 1 < n else None,
                self.levels[i + 2] if i + 2 < n else None,
            )
            for i, box in enumerate(self.levels)
        )


@dataclass(frozen=True, kw_only=True)
class AddressBox:
    """Fields that together are one address."""

    path: str
    label: str
    parts: tuple[FieldBox | PlacePick, ...]
    template: ClassVar[str] = "ui/forms/address.html"

    @property
    def id(self) -> str:
        """The group's id."""
        return f"{field_id(self.path)}-address"


@dataclass(frozen=True, kw_only=True)
class RowBox:
    """A row: its place from 1, its path, and its parts (cells of a grid, or the fields of a block)."""

    n: int
    path: str
    parts: tuple[Part, ...]
    headline: str = ""

    @property
    def id(self) -> str:
        """The row's id."""
        return field_id(self.path)

    @property
    def place(self) -> int:
        """Its place from 0, as posted."""
        return self.n - 1

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is said about its cells."""
        return tuple(p.message for p in self.parts if isinstance(p, FieldBox | PlacePick) and p.message)


@dataclass(frozen=True, kw_only=True)
class TableBox:
    """A table: `grid` draws lines of cells, otherwise one block a row. `blank` is a new row for tables edited in the
    page (its place is written `__n__`); of a `fixed` one a source gives the rows, nobody adds or removes any."""

    path: str
    label: str
    rows: tuple[RowBox, ...]
    headings: tuple[tuple[str, str, bool], ...]
    grid: bool
    min_rows: int
    max_rows: int
    wiring: Wiring
    help: str = ""
    required: bool = False
    message: Message | None = None
    blank: RowBox | None = None
    fixed: bool = False
    template: ClassVar[str] = "ui/forms/table.html"

    @property
    def id(self) -> str:
        """The table's id."""
        return field_id(self.path)

    @property
    def noun(self) -> str:
        """What one row is called: of a 设施清单, a 设施."""
        return self.label.removesuffix("清单").removeprefix("拟转移")

    @property
    def full(self) -> bool:
        """Whether no row may be added."""
        return len(self.rows) >= self.max_rows

    @property
    def here(self) -> bool:
        """Whether rows are edited in the page by `rows.js`."""
        return not self.wiring.rows


Part = FieldBox | PlacePick | AddressBox | TableBox


@dataclass(frozen=True, kw_only=True)
class SectionBox:
    """A section: its number, its parts, how far it is (`state`: ok, warn, bad, open; `progress` in words)."""

    number: int
    name: str
    title: str
    about: str
    parts: tuple[Part, ...]
    state: str = "open"
    progress: str = ""
    note: Note | None = None
    oob: bool = False
    template: ClassVar[str] = "ui/forms/section.html"

    @property
    def id(self) -> str:
        """The panel's id."""
        return section_id(self.name)

    def boxes(self) -> Iterator[FieldBox]:
        """Every field drawn in it."""
        yield from _boxes(self.parts)

    @property
    def shape(self) -> str:
        """Digest of which controls there are and of what the applicant cannot change; it turns when the section has
        to be drawn anew."""
        seen = [
            (
                b.path,
                b.required,
                b.readonly,
                b.value if b.readonly else "",
                len(b.options),
                b.message if b.cell else None,
            )
            for b in self.boxes()
        ]
        return _digest(repr((seen, [(t.path, len(t.rows), t.message) for t in _tables(self.parts)])))

    @property
    def says(self) -> str:
        """Digest of what is said beside the controls."""
        return _digest(repr([(b.path, b.message) for b in self.saying()]))

    def saying(self) -> Iterator[FieldBox]:
        """The fields that have a place for messages of their own (cells of a grid are said below their row)."""
        return (box for box in self.boxes() if not box.cell)

    @property
    def values(self) -> str:
        """Digest of what stands in the controls."""
        return _digest(repr([(b.path, b.value) for b in self.boxes()]))


@dataclass(frozen=True)
class FormBox:
    """All sections of a form."""

    sections: tuple[SectionBox, ...] = field(default_factory=tuple)

    def section(self, name: str) -> SectionBox | None:
        """The section of that name, when it applies."""
        return next((s for s in self.sections if s.name == name), None)


def _boxes(parts: tuple[Part, ...]) -> Iterator[FieldBox]:
    for part in parts:
        if isinstance(part, FieldBox):
            yield part
        elif isinstance(part, PlacePick):
            yield from part.levels
        elif isinstance(part, AddressBox):
            yield from _boxes(part.parts)
        else:
            for row in part.rows:
                yield from _boxes(row.parts)


def _tables(parts: tuple[Part, ...]) -> Iterator[TableBox]:
    for part in parts:
        if isinstance(part, TableBox):
            yield part
            for row in part.rows:
                yield from _tables(row.parts)


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()
