"""The form: one declaration from which validation, pages, JSON Schema and the digested JSON all come.

A `Form` has `Section`s; a section has fields and tables; a table has `Row`s. Paths are
`section.field` and `section.table[0].field` (rows from 0 in paths, from 1 in sentences). `form_spec` reads the
declaration once; `missing_values` lists what a submission still lacks; `values_at` finds a value by path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

from luban.kit.conditions import Condition
from luban.kit.fields import FieldMeta, Kind, whole_number

__all__ = [
    "FieldSpec",
    "Form",
    "FormSpec",
    "Row",
    "Section",
    "SectionSpec",
    "Walked",
    "form_spec",
    "missing_values",
    "path_parts",
    "section",
    "value_at",
    "walk",
]


class Row(BaseModel):
    """One line of a table."""

    model_config = ConfigDict(extra="forbid", validate_default=False)


class Section(BaseModel):
    """A block of fields the applicant fills in one go."""

    model_config = ConfigDict(extra="forbid", validate_default=False)


class Form(BaseModel):
    """What the applicant states. Override `compute` to fill derived fields after reading."""

    model_config = ConfigDict(extra="forbid", validate_default=False)

    def compute(self) -> None:
        """Fill the fields declared `derived`; called after every reading, before rules run."""

    def complete(self, facts: Any) -> None:
        """Fill the derived fields only registers know, from the day's facts; called before rules run and it is filed."""


@dataclass(frozen=True)
class SectionMeta:
    """Title and evidence key of a section."""

    title: str
    key: str = ""
    about: str = ""
    shown: Condition | None = None

    def __call__(self, schema: dict[str, Any]) -> None:
        schema["title"] = self.title


def section(
    title: str, *, of: type[Section], key: str = "", about: str = "", shown: Condition | None = None
) -> Any:
    """A section of a form; `key` is its name in evidence (`s1`…), `of` its class."""
    return Field(
        default_factory=of, json_schema_extra=SectionMeta(title=title, key=key, about=about, shown=shown)
    )


@dataclass(frozen=True)
class FieldSpec:
    """A field or (with `rows`) a table, as declared."""

    name: str
    meta: FieldMeta
    kind: Kind
    rows: tuple[FieldSpec, ...] = ()
    row_type: type[Row] | None = None

    @property
    def is_table(self) -> bool:
        """Whether this is a table of rows."""
        return self.row_type is not None


@dataclass(frozen=True)
class SectionSpec:
    """A section as declared: its attribute name in the form, its title, its evidence key, its fields."""

    name: str
    meta: SectionMeta
    fields: tuple[FieldSpec, ...]
    type: type[Section]

    @property
    def title(self) -> str:
        """Chinese title."""
        return self.meta.title

    def field(self, name: str) -> FieldSpec:
        """The field of that name; KeyError otherwise."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(f"{self.name}.{name}")


@dataclass(frozen=True)
class FormSpec:
    """A form as declared."""

    type: type[Form]
    sections: tuple[SectionSpec, ...]

    def section(self, name: str) -> SectionSpec:
        """The section of that attribute name; KeyError otherwise."""
        for spec in self.sections:
            if spec.name == name:
                return spec
        raise KeyError(name)

    def find(self, path: str) -> FieldSpec:
        """The declaration behind a path (row numbers are ignored); KeyError when there is none."""
        parts = [p for p in path_parts(path) if isinstance(p, str)]
        if len(parts) < 2:
            raise KeyError(path)
        spec = self.section(parts[0]).field(parts[1])
        for name in parts[2:]:
            spec = next((s for s in spec.rows if s.name == name), None) or _raise(path)
        return spec

    def label(self, path: str) -> str:
        """Chinese label of a path, with its row: `第2行废物代码`."""
        parts = path_parts(path)
        if len(parts) == 1:
            return self.section(str(parts[0])).title
        row = next((p for p in parts if isinstance(p, int)), None)
        label = self.find(path).meta.label
        return label if row is None else f"第{row + 1}行{label}"


def _raise(path: str) -> Any:
    raise KeyError(path)


@lru_cache(maxsize=8192)
def path_parts(path: str) -> tuple[str | int, ...]:
    """`waste.wastes[0].qty` → ("waste", "wastes", 0, "qty")."""
    parts: list[str | int] = []
    for part in re.findall(r"[^.\[\]]+", path):
        number = whole_number(part)
        parts.append(part if number is None else number)
    return tuple(parts)


def value_at(form: Any, path: str) -> Any:
    """The value at a path of a form or of its plain JSON; None when there is none."""
    value = form
    for part in path_parts(path):
        if value is None:
            return None
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            value = getattr(value, part, None)
    return value


@cache
def form_spec(form: type[Form]) -> FormSpec:
    """Read a form's declaration; raises TypeError when a member lacks its label or kind."""
    sections = []
    for name, info in form.model_fields.items():
        meta, kind = info.json_schema_extra, cast(type[Section], info.annotation)
        if not isinstance(meta, SectionMeta):
            raise TypeError(f"{form.__name__}.{name} must be declared with section(…)")
        sections.append(SectionSpec(name, meta, field_specs(kind), kind))
    return FormSpec(form, tuple(sections))


@cache
def field_specs(model: type[BaseModel]) -> tuple[FieldSpec, ...]:
    """The declared fields of a section, row or act data model."""
    return tuple(_field_spec(model, name) for name in model.model_fields)


def _field_spec(model: type[BaseModel], name: str) -> FieldSpec:
    info = model.model_fields[name]
    meta = info.json_schema_extra
    if not isinstance(meta, FieldMeta):
        raise TypeError(f"{model.__name__}.{name} must be declared with field(…), many(…) or table(…)")
    row_type = _row_type(info.annotation)
    if row_type is not None:
        return FieldSpec(name, meta, Kind("table"), field_specs(row_type), row_type)
    kind = next((m for m in info.metadata if isinstance(m, Kind)), None)
    if kind is None:
        raise TypeError(f"{model.__name__}.{name}: its type is not one of the kit's")
    return FieldSpec(name, meta, kind)


def _row_type(annotation: Any) -> type[Row] | None:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is list:
        inner = get_args(annotation)[0]
        if isinstance(inner, type) and issubclass(inner, Row):
            return inner
    return None


@dataclass(frozen=True)
class Walked:
    """A field met on a walk through a filled form: where, what, its value, and the row or section it stands in."""

    path: str
    spec: FieldSpec
    value: Any
    own: Any
    section: SectionSpec


def walk(form: Form) -> Iterator[Walked]:
    """Every field of a filled form that applies (hidden sections and fields are passed over), in order."""
    for spec in form_spec(type(form)).sections:
        own = getattr(form, spec.name)
        if spec.meta.shown is not None and not spec.meta.shown.holds(own, form):
            continue
        yield from _walk_fields(spec.fields, own, spec.name, form, spec)


def _walk_fields(
    specs: tuple[FieldSpec, ...], own: Any, prefix: str, form: Form, sec: SectionSpec
) -> Iterator[Walked]:
    for spec in specs:
        if spec.meta.shown is not None and not spec.meta.shown.holds(own, form):
            continue
        value, path = getattr(own, spec.name), f"{prefix}.{spec.name}"
        yield Walked(path, spec, value, own, sec)
        if spec.is_table:
            for n, row in enumerate(value):
                yield from _walk_fields(spec.rows, row, f"{path}[{n}]", form, sec)


def is_required(spec: FieldSpec, own: Any, form: Form) -> bool:
    """Whether a field must be filled in this form."""
    required = spec.meta.required
    return required.holds(own, form) if isinstance(required, Condition) else required


def missing_values(form: Form) -> Iterator[tuple[str, str]]:
    """(path, label) of each required blank that no rule of its own reports; labels of rows carry their number."""
    spec = form_spec(type(form))
    for met in walk(form):
        meta = met.spec.meta
        if meta.derived or meta.asked_by or meta.commitment:
            continue
        if met.spec.is_table:
            if len(met.value) < meta.min_rows:
                yield met.path, meta.label
        elif met.value in (None, "", []) and is_required(met.spec, met.own, form):
            yield met.path, spec.label(met.path)
