"""A form that is only read: for the case page, the office and the print, with what changed between two versions.

Secrets are masked unless the reader may see them; codes are shown as names; blank answers that need not be given are
left out. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from luban.cases.secrets import mask
from luban.kit.findings import Finding
from luban.kit.form import FieldSpec, Form, FormSpec, SectionSpec, form_spec, is_required
from luban.ui.forms.boxes import section_id
from luban.ui.forms.build import applies, counts, value_of
from luban.ui.forms.choices import Choices
from luban.ui.forms.controls import SEVERITY, by_path, text_of, words_of
from luban.ui.view import Message

NOT_GIVEN = "未填写"


@dataclass(frozen=True)
class ReadLine:
    """An answer: its words, what they were before when they have changed, and what is found about them."""

    path: str
    label: str
    text: str
    before: str = ""
    changed: bool = False
    wide: bool = False
    message: Message | None = None


ReadRow = tuple[int, bool, tuple[ReadLine, ...]]
"""Number of a row from 1, whether it is new, its cells."""


@dataclass(frozen=True)
class ReadTable:
    """A table of the columns that say something in some row; the cells of `rows` are in the order of `headings`."""

    path: str
    label: str
    headings: tuple[str, ...]
    rows: tuple[ReadRow, ...]
    gone: int = 0
    inner: tuple[tuple[int, tuple[ReadTable, ...]], ...] = ()
    message: Message | None = None


@dataclass(frozen=True)
class ReadSection:
    """A section as read."""

    number: int
    name: str
    title: str
    lines: tuple[ReadLine, ...]
    tables: tuple[ReadTable, ...]
    folded: bool = False
    template: ClassVar[str] = "ui/forms/read_section.html"

    @property
    def id(self) -> str:
        """The panel's id."""
        return section_id(self.name)

    @property
    def changes(self) -> int:
        """How many answers differ from the version before."""
        return sum(line.changed for line in self.lines) + sum(
            t.gone + sum(new or any(c.changed for c in cells) for _, new, cells in t.rows)
            for t in self.tables
        )


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a form is read with. `before` is the version it is compared with; `open_secrets` shows secrets in plain."""

    form: Any
    payload: Mapping[str, Any]
    choices: Choices
    before: Mapping[str, Any] | None = None
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    open_secrets: bool = False


def read_sections(
    *,
    form: Form,
    payload: Mapping[str, Any],
    choices: Choices,
    before: Mapping[str, Any] | None = None,
    findings: tuple[Finding, ...] = (),
    open_secrets: bool = False,
) -> tuple[ReadSection, ...]:
    """All sections that apply, read-only. `before`: the payload of the version to mark changes against."""
    reader = Reader(
        form=form,
        payload=payload,
        choices=choices,
        before=before,
        findings=by_path(findings),
        open_secrets=open_secrets,
    )
    spec: FormSpec = form_spec(type(form))
    applying = [s for s in spec.sections if applies(s.meta.shown, getattr(form, s.name), form)]
    return tuple(_section(n, s, reader) for n, s in enumerate(applying, start=1))


def _section(number: int, spec: SectionSpec, reader: Reader) -> ReadSection:
    own = getattr(reader.form, spec.name)
    values, before = _part(reader.payload, spec.name), _before(reader.before, spec.name)
    return ReadSection(
        number,
        spec.name,
        spec.title,
        tuple(_lines(spec.fields, own, values, before, spec.name, reader)),
        tuple(_tables(spec.fields, own, values, before, spec.name, reader)),
    )


def _part(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, Mapping) else {}


def _before(before: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    return None if before is None else _part(before, name)


def _lines(
    specs: tuple[FieldSpec, ...],
    own: Any,
    values: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    prefix: str,
    reader: Reader,
) -> Iterator[ReadLine]:
    for spec in specs:
        if spec.is_table or not applies(spec.meta.shown, own, reader.form):
            continue
        line = _line(spec, own, values, before, f"{prefix}.{spec.name}", reader)
        wanted = not spec.meta.derived and is_required(spec, own, reader.form)
        if line.text != NOT_GIVEN or line.changed or line.message or wanted:
            yield line


def _line(
    spec: FieldSpec,
    own: Any,
    values: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    path: str,
    reader: Reader,
) -> ReadLine:
    value = value_of(spec, own, values)
    text = _words(spec, value, reader)
    old = before.get(spec.name) if before is not None else None
    changed = before is not None and not spec.meta.derived and text_of(old) != text_of(values.get(spec.name))
    found = reader.findings.get(path, ())
    return ReadLine(
        path,
        spec.meta.label,
        text or NOT_GIVEN,
        before=(_words(spec, old, reader) or NOT_GIVEN) if changed else "",
        changed=changed,
        wide=spec.meta.wide or spec.kind.name == "long",
        message=Message(found[0].message, SEVERITY[found[0].severity]) if found else None,
    )


def _words(spec: FieldSpec, value: Any, reader: Reader) -> str:
    if spec.meta.secret and not reader.open_secrets:
        text = text_of(value)
        return text if "*" in text else str(mask(text)) if text else ""
    words = words_of(spec, value, reader.choices)
    return f"{words} {spec.meta.unit}" if words and spec.meta.unit else words


def _tables(
    specs: tuple[FieldSpec, ...],
    own: Any,
    values: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    prefix: str,
    reader: Reader,
) -> Iterator[ReadTable]:
    for spec in specs:
        if spec.is_table and applies(spec.meta.shown, own, reader.form):
            models = getattr(own, spec.name, None) or []
            if models:
                yield _table(spec, models, values, before, f"{prefix}.{spec.name}", reader)


def _table(
    spec: FieldSpec,
    models: list[Any],
    values: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    path: str,
    reader: Reader,
) -> ReadTable:
    cells = tuple(s for s in spec.rows if not s.is_table and not counts(s))
    new, old = _rows(values, spec.name), None if before is None else _rows(before, spec.name)
    rows, inner = [], []
    for n, model in enumerate(models):
        row = new[n] if n < len(new) else {}
        was = None if old is None else (old[n] if n < len(old) else {})
        at = f"{path}[{n}]"
        line = tuple(_line(cell, model, row, was, f"{at}.{cell.name}", reader) for cell in cells)
        rows.append((n + 1, old is not None and n >= len(old), line))
        below = tuple(_tables(spec.rows, model, row, was, at, reader))
        if below:
            inner.append((n + 1, below))
    found = reader.findings.get(path, ())
    said = [k for k, cell in enumerate(cells) if _says(k, cell, models, rows, reader)]
    return ReadTable(
        path,
        spec.meta.label,
        tuple(cells[k].meta.label for k in said),
        tuple((n, is_new, tuple(line[k] for k in said)) for n, is_new, line in rows),
        gone=max(0, len(old) - len(models)) if old is not None else 0,
        inner=tuple(inner),
        message=Message(found[0].message, SEVERITY[found[0].severity]) if found else None,
    )


def _says(k: int, cell: FieldSpec, models: list[Any], rows: list[ReadRow], reader: Reader) -> bool:
    """Whether a column has anything to say in any row: a value, a change, a message, or a blank that must be filled."""
    if any(line[k].text != NOT_GIVEN or line[k].changed or line[k].message for _, _, line in rows):
        return True
    return not cell.meta.derived and any(
        applies(cell.meta.shown, model, reader.form) and is_required(cell, model, reader.form)
        for model in models
    )


def _rows(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = values.get(name)
    return [r if isinstance(r, Mapping) else {} for r in rows] if isinstance(rows, list) else []
