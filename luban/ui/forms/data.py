"""Data forms: the answers an act asks of an official (a kit Section such as Correction), drawn and read back.

Controls are named `<prefix>.<field>`; tables are edited in the page (`rows.js`). What was posted is read with
`read_posted`, so that a refused form is drawn again exactly as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from luban.kit.findings import Finding, Severity
from luban.kit.form import FieldSpec, Section, SectionMeta, SectionSpec, field_specs, is_required
from luban.kit.reading import read_model
from luban.stages.fill.typed import payload_from
from luban.ui.forms.boxes import Part, Wiring
from luban.ui.forms.build import section_parts
from luban.ui.forms.choices import Choices
from luban.ui.forms.controls import Given, by_path


@dataclass(frozen=True)
class DataForm:
    """The fields of a data form, without the form element around them."""

    prefix: str
    parts: tuple[Part, ...]
    template: ClassVar[str] = "ui/forms/data.html"


def data_spec(*, section: type[Section], prefix: str) -> SectionSpec:
    """A section class as declared, under the name its controls are posted by."""
    return SectionSpec(prefix, SectionMeta(title=""), field_specs(section), section)


def data_form(
    *,
    section: type[Section],
    choices: Choices,
    values: Mapping[str, Any] | None = None,
    findings: tuple[Finding, ...] = (),
    prefix: str = "data",
) -> DataForm:
    """The fields of `section` with `values` in them; findings' paths begin with the prefix (or are bare)."""
    values = values or {}
    own = read_model(section, values).form
    paths = tuple(
        f
        if f.path.startswith(f"{prefix}.")
        else Finding(f.rule, f.severity, f"{prefix}.{f.path}", f.message, f.law, f.evidence)
        for f in findings
    )
    given = Given(
        whole=own, choices=choices, findings=paths, by_path=by_path(paths), wiring=Wiring(), strict=True
    )
    specs = field_specs(section)
    return DataForm(prefix, section_parts(specs=specs, own=own, values=values, prefix=prefix, given=given))


def read_posted(
    *, section: type[Section], posted: Mapping[str, list[str]], prefix: str = "data"
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The values posted, and what cannot be read or is missing (block findings, paths with the prefix).

    Raises Refused (422) for a field the section does not have.
    """
    values = payload_from(spec=data_spec(section=section, prefix=prefix), posted=posted)
    reading = read_model(section, values)
    faults = [
        Finding(f.rule, f.severity, f"{prefix}.{f.path}", f.message, f.law, f.evidence)
        for f in reading.faults
    ]
    named = {f.path for f in faults}
    faults += [
        Finding("DATA", Severity.BLOCK, f"{prefix}.{spec.name}", f"请填写{spec.meta.label}。")
        for spec in field_specs(section)
        if _lacking(spec, reading.form) and f"{prefix}.{spec.name}" not in named
    ]
    return values, tuple(faults)


def _lacking(spec: FieldSpec, own: Section) -> bool:
    if spec.meta.derived or (spec.meta.shown is not None and not spec.meta.shown.holds(own, own)):
        return False
    value = getattr(own, spec.name)
    if spec.is_table:
        return len(value) < spec.meta.min_rows
    if spec.meta.commitment:
        return value is not True
    wanted = (
        is_required(spec, own, own)  # type: ignore[arg-type]
    )
    return wanted and value in (None, "", [])
