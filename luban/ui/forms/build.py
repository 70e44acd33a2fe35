"""From a form's declaration and what is filled in to the objects a page draws. Pure.

Fields that do not apply are left out; fields of one address stand together; region codes of a place become one picker;
short tables are grids, long rows are blocks. A section says how far it is by the same rules the precheck uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from luban.kit.findings import Finding, Severity
from luban.kit.form import FieldSpec, Form, SectionSpec, form_spec, is_required, missing_values
from luban.ui.forms.boxes import AddressBox, FormBox, Part, RowBox, SectionBox, TableBox, Wiring
from luban.ui.forms.choices import Choices
from luban.ui.forms.controls import Given, by_path, field_box, message_of, source_of, text_of, words_of
from luban.ui.forms.places import is_place, place_pick, same_place

GRID_CELLS = 6
NOT_IN_GRID = frozenset({"adcode", "long", "table", "codes"})
NEW = "__n__"
ADDRESSES = {"origin": "设施地址", "facility": "设施地址"}


def form_box(
    *,
    form: Form,
    payload: Mapping[str, Any],
    choices: Choices,
    findings: tuple[Finding, ...] = (),
    sources: Mapping[str, str] | None = None,
    title_of: Callable[[str], str] = str,
    wiring: Wiring | None = None,
    strict: bool = False,
    left_out: frozenset[str] = frozenset(),
) -> FormBox:
    """All sections that apply. `form` is the form as read and completed, `payload` the values as typed."""
    given = Given(
        whole=form,
        choices=choices,
        findings=findings,
        sources=sources or {},
        title_of=title_of,
        wiring=wiring or Wiring(),
        strict=strict,
        left_out=left_out,
        by_path=by_path(findings),
    )
    missing = frozenset(path for path, _ in missing_values(form)) - left_out
    applying = [
        s for s in form_spec(type(form)).sections if applies(s.meta.shown, getattr(form, s.name), form)
    ]
    return FormBox(
        tuple(_section(n, spec, payload, given, missing) for n, spec in enumerate(applying, start=1))
    )


def applies(shown: Any, own: Any, whole: Any) -> bool:
    """Whether something with this condition is asked."""
    return shown is None or bool(shown.holds(own, whole))


def _section(
    number: int, spec: SectionSpec, payload: Mapping[str, Any], given: Given, missing: frozenset[str]
) -> SectionBox:
    own = getattr(given.whole, spec.name)
    values = payload.get(spec.name)
    parts = section_parts(
        specs=spec.fields,
        own=own,
        values=values if isinstance(values, Mapping) else {},
        prefix=spec.name,
        given=given,
    )
    box = SectionBox(number=number, name=spec.name, title=spec.title, about=spec.meta.about, parts=parts)
    state, progress = _progress(box, given, missing)
    return replace(box, state=state, progress=progress)


def _progress(box: SectionBox, given: Given, missing: frozenset[str]) -> tuple[str, str]:
    within = f"{box.name}."
    lacking = sum(path.startswith(within) for path in missing)
    found = [f for f in given.findings if f.path.startswith(within) or f.path == box.name]
    filled = sum(1 for b in box.boxes() if b.value and not b.readonly)
    blocked = [f for f in found if f.severity is Severity.BLOCK and f.path not in missing]
    wrong = [f for f in blocked if given.strict or _stated(box, f.path)]
    warned = sum(f.severity is Severity.WARN for f in found)
    if wrong:
        return "bad", f"{len(wrong)} 处须改"
    if lacking or blocked:
        return "open", f"还有 {max(lacking, len(blocked))} 项未填" if filled else "未开始"
    if warned:
        return "warn", f"{warned} 处提醒"
    return "ok", "已填齐"


def _stated(box: SectionBox, path: str) -> bool:
    return any(b.path == path and b.value not in ("", "false") for b in box.boxes())


def section_parts(
    *, specs: tuple[FieldSpec, ...], own: Any, values: Mapping[str, Any], prefix: str, given: Given
) -> tuple[Part, ...]:
    """The parts of a section or of a block row, in order of declaration."""
    asked = [
        s
        for s in specs
        if applies(s.meta.shown, own, given.whole)
        and f"{prefix}.{s.name}" not in given.left_out
        and not counts(s)
    ]
    parts: list[Part] = []
    for group, members in groupby(asked, key=lambda s: s.meta.part_of):
        inner = tuple(_parts(list(members), own, values, prefix, given))
        if group and len(inner) > 1:
            parts.append(
                AddressBox(
                    path=f"{prefix}.{group}",
                    label=ADDRESSES.get(group, "地址"),
                    parts=inner,  # type: ignore[arg-type]
                )
            )
        else:
            parts.extend(inner)
    return tuple(parts)


def _parts(
    specs: list[FieldSpec], own: Any, values: Mapping[str, Any], prefix: str, given: Given
) -> Iterator[Part]:
    taken: set[str] = set()
    for spec in specs:
        if spec.name in taken:
            continue
        path = f"{prefix}.{spec.name}"
        if spec.is_table:
            yield _table(spec, own, values, path, given)
        elif is_place(spec):
            together = [s for s in specs if same_place(spec, s)]
            taken.update(s.name for s in together)
            yield place_pick(specs=together, own=own, values=values, prefix=prefix, given=given)
        else:
            yield field_box(
                spec=spec,
                path=path,
                value=value_of(spec, own, values),
                required=is_required(spec, own, given.whole) and not spec.meta.derived,
                given=given,
            )


def value_of(spec: FieldSpec, own: Any, values: Mapping[str, Any]) -> Any:
    """What is typed; for computed fields, what the form worked out."""
    typed = values.get(spec.name)
    if spec.meta.derived or typed is None:
        worked_out = getattr(own, spec.name, None)
        return worked_out if spec.meta.derived or worked_out not in (None, []) else typed
    return typed


def counts(spec: FieldSpec) -> bool:
    """Whether a field only numbers the row, which its place does."""
    return spec.meta.derived and spec.name.endswith("seq")


def _table(spec: FieldSpec, own: Any, values: Mapping[str, Any], path: str, given: Given) -> TableBox:
    models = getattr(own, spec.name, None) or []
    typed = values.get(spec.name)
    typed = typed if isinstance(typed, list) else []
    grid = _is_grid(spec)
    rows = tuple(
        _row(spec, model, typed[n] if n < len(typed) else {}, f"{path}[{n}]", n + 1, grid, given)
        for n, model in enumerate(models)
    )
    here = not given.wiring.rows and spec.row_type is not None
    new = spec.row_type() if here and spec.row_type else None
    return TableBox(
        path=path,
        label=spec.meta.label,
        rows=rows,
        headings=tuple(_headings(spec)) if grid else (),
        grid=grid,
        min_rows=spec.meta.min_rows,
        max_rows=spec.meta.max_rows or 200,
        wiring=given.wiring,
        help=spec.meta.help,
        required=spec.meta.min_rows > 0,
        message=message_of(path, rows, given),
        blank=_row(spec, new, {}, f"{path}[{NEW}]", 0, True, given) if here else None,
        fixed=spec.meta.locked,
    )


def _is_grid(spec: FieldSpec) -> bool:
    cells = [s for s in spec.rows if not counts(s)]
    return len(cells) <= GRID_CELLS and not any(
        s.kind.name in NOT_IN_GRID or s.meta.shown is not None for s in cells
    )


def _headings(spec: FieldSpec) -> Iterator[tuple[str, str, bool]]:
    for cell in spec.rows:
        if not counts(cell):
            yield cell.meta.label, cell.meta.unit, cell.meta.required is True


def _row(spec: FieldSpec, model: Any, typed: Any, path: str, n: int, grid: bool, given: Given) -> RowBox:
    values = typed if isinstance(typed, Mapping) else {}
    cells = tuple(s for s in spec.rows if not counts(s))
    if not grid:
        parts = section_parts(specs=cells, own=model, values=values, prefix=path, given=given)
        return RowBox(n=n, path=path, parts=parts, headline=_headline(cells, values, given))
    spoken = "第 __row__ 行" if NEW in path else f"第 {n} 行"
    boxes = tuple(
        field_box(
            spec=cell,
            path=f"{path}.{cell.name}",
            value=value_of(cell, model, values),
            required=is_required(cell, model, given.whole) and not cell.meta.derived,
            given=given,
            cell=True,
            spoken=f"{spoken}{cell.meta.label}",
        )
        for cell in cells
    )
    return RowBox(n=n, path=path, parts=boxes)


def _headline(cells: tuple[FieldSpec, ...], values: Mapping[str, Any], given: Given) -> str:
    named = (words_of(c, values.get(c.name), given.choices) for c in cells if not c.is_table)
    return next((word for word in named if word), "")


__all__ = ["applies", "form_box", "section_parts", "source_of", "text_of", "value_of"]
