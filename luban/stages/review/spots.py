"""What an official can point at when asking for a correction: every field, row and material of this very form. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from luban.kit.form import Form, Walked, form_spec, walk
from luban.kit.item import Item
from luban.kit.materials import expected

MOST_ROWS = 30
WHOLE, MATERIALS = "整份申请", "材料"


@dataclass(frozen=True)
class Spot:
    """A place: the path a correction carries, and what it is called."""

    path: str
    label: str


@dataclass(frozen=True)
class SpotGroup:
    """Places under one heading."""

    title: str
    spots: tuple[Spot, ...]


def spots_of(*, item: Item, form: Form) -> tuple[SpotGroup, ...]:
    """Sections in order, then the materials, then the application as a whole."""
    spec = form_spec(item.form)
    groups: dict[str, list[Spot]] = {}
    for met in walk(form):
        if met.spec.meta.derived or _too_deep(met):
            continue
        groups.setdefault(met.section.title, []).append(Spot(met.path, spec.label(met.path)))
    found = [SpotGroup(title, tuple(spots)) for title, spots in groups.items()]
    slots = tuple(
        Spot(material_path(s.material.code, s.binding), s.title) for s in expected(item.materials, form)
    )
    if slots:
        found.append(SpotGroup(MATERIALS, slots))
    return (*found, SpotGroup(WHOLE, (Spot(WHOLE, WHOLE),)))


def _too_deep(met: Walked) -> bool:
    """Rows far down a long table are pointed at by their table."""
    _, _, rest = met.path.partition("[")
    number = rest.partition("]")[0]
    return number.isdigit() and int(number) >= MOST_ROWS


def material_path(code: str, binding: int | None) -> str:
    """The path of a material, rows counted from 0 as everywhere in paths."""
    return f"materials.{code}" if binding is None else f"materials.{code}[{binding - 1}]"
