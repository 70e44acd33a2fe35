"""Materials: what is to be handed in, and what has been.

`expected` turns the declaration and the form into the list of slots the applicant sees: one per material, or one per
row of a table (`per`), each required or not in this very form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from luban.kit.conditions import Condition, look_up
from luban.kit.form import Form

PICTURES_AND_PDF = ("pdf", "jpg", "png")


@dataclass(frozen=True)
class Signatory:
    """Who signs a paper: the credit code its seal is kept under, and its name. Blank while the form does not say."""

    code: str
    name: str


@dataclass(frozen=True)
class Material:
    """One kind of paper. Sizes in MB; `per` is a table path (a slot for every row for which `per_when` holds).

    `generated` is the document the system makes it of: the application itself, which the applicant signs, or with `per`
    a paper for every row, which the one `signed_by` names signs (else the applicant). The document of such a paper
    sees the row's number as `CaseView.binding`, and its template prints `qr` (svg, caption), which ties a stamped scan
    to what was printed; it is void once what it states changes.
    """

    code: str
    title: str
    kinds: tuple[str, ...] = PICTURES_AND_PDF
    max_mb: int = 50
    max_count: int = 20
    required: bool | Condition = True
    per: str = ""
    per_when: Condition | None = None
    per_label: str = ""
    generated: str = ""
    signed_by: Callable[[Form, int | None], Signatory] | None = None
    help: str = ""
    compare: Callable[[Form, int | None], Mapping[str, Any]] | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A place for files: a material, for row `binding` (from 1) of its table or for the whole application (None)."""

    material: Material
    binding: int | None
    title: str
    required: bool


@dataclass(frozen=True)
class HandedIn:
    """A file handed in. `recognised` is what could be read from it; `check` is pass, mismatch, unreadable, pending."""

    code: str
    filename: str = ""
    kind: str = "pdf"
    seq: int = 1
    binding: int | None = None
    size: int = 0
    pages: int = 1
    sm3: str = ""
    recognised: Mapping[str, Any] = field(default_factory=dict)
    check: str = "pending"
    scanned: bool = True


@dataclass(frozen=True)
class Materials:
    """The slots of an application and the files in them."""

    slots: tuple[Slot, ...] = ()
    files: tuple[HandedIn, ...] = ()

    def of(self, code: str, binding: int | None = None) -> tuple[HandedIn, ...]:
        """The files of a material (of one row, when `binding` is given)."""
        return tuple(f for f in self.files if f.code == code and (binding is None or f.binding == binding))

    def missing(self) -> Iterator[Slot]:
        """Required slots with no file; generated papers are reported by the rule on signing."""
        for slot in self.slots:
            if slot.required and not slot.material.generated and not self._filled(slot):
                yield slot

    def _filled(self, slot: Slot) -> bool:
        return any(f.code == slot.material.code and f.binding == slot.binding for f in self.files)


def expected(materials: Sequence[Material], form: Form) -> tuple[Slot, ...]:
    """The slots of this form, in the order of declaration."""
    return tuple(slot for material in materials for slot in _slots(material, form))


def _slots(material: Material, form: Form) -> Iterator[Slot]:
    if not material.per:
        required = material.required
        needed = required.holds(None, form) if isinstance(required, Condition) else required
        yield Slot(material, None, material.title, needed)
        return
    for number, row in enumerate(look_up(material.per, None, form) or (), start=1):
        if material.per_when is not None and not material.per_when.holds(row, form):
            continue
        name = getattr(row, material.per_label, None) or f"第{number}行"
        required = material.required
        needed = required.holds(row, form) if isinstance(required, Condition) else required
        yield Slot(material, number, f"{material.title}（{name}）", needed)
