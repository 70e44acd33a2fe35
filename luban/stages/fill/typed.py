"""Between what a page posts and what a draft keeps. Pure.

Names on the page are paths: `waste.wastes[0].planned_qty_t`. A page posts one section whole; `payload_from` makes that
section's plain values of it, `posted_from` is the way back. Rules of reading:
- of several values the last one counts (a hidden blank before a tick box is fine); a blank means "cleared";
- a yes/no that was not posted at all is "no"; a list of codes that was not posted is empty;
- other fields and tables that were not posted are left as they are (`merged`), so a hidden part loses nothing;
- rows stand at the place they were posted at; computed fields are never read from a page.
Text that cannot be read (`12.5x` for a number) stays as typed: the precheck says what is wrong with it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from luban.kit.form import FieldSpec, Form, SectionSpec, form_spec, path_parts, value_at, walk
from luban.kit.reading import dump_form, read_form
from luban.kit.refusal import Refused

TRUE, FALSE = frozenset({"true", "1", "on", "yes", "是"}), frozenset({"false", "0", "off", "no", "否"})
TYPED, MANUAL = "self", "manual"
"""Sources of what a person typed: by choice, or because the source that should know did not answer."""

_SEPARATORS = re.compile(r"[;；,，、\s]+")
_PASSES = 4
_Tree = dict[str | int, Any]
F = TypeVar("F", bound=Form)


def payload_from(*, spec: SectionSpec, posted: Mapping[str, list[str]]) -> dict[str, Any]:
    """The section's values as plain data. Raises Refused (422) for a field the section has not or too many rows."""
    tree: _Tree = {}
    for name, values in posted.items():
        if name.startswith(f"{spec.name}.") and not name.rpartition(".")[2].startswith("_"):
            _place(tree, _parts(name), list(values), name)
    return _read(spec.fields, tree, spec.name)


def _parts(name: str) -> tuple[str | int, ...]:
    try:
        return path_parts(name)[1:]
    except ValueError:
        raise _unknown(name) from None


def _place(tree: _Tree, parts: tuple[str | int, ...], values: list[str], name: str) -> None:
    here = tree
    for part in parts[:-1]:
        below = here.setdefault(part, {})
        if not isinstance(below, dict):
            raise _unknown(name)
        here = below
    if not parts or isinstance(parts[-1], int) or isinstance(here.get(parts[-1]), dict):
        raise _unknown(name)
    here[parts[-1]] = values


def _unknown(name: str) -> Refused:
    return Refused("UNKNOWN_FIELD", f"页面内容已更新（{name[:60]}），请刷新页面后继续填写。", status=422)


def _read(specs: tuple[FieldSpec, ...], tree: _Tree, prefix: str) -> dict[str, Any]:
    known = {spec.name for spec in specs}
    for name in tree:
        if name not in known:
            raise _unknown(f"{prefix}.{name}")
    found: dict[str, Any] = {}
    for spec in specs:
        given = tree.get(spec.name)
        if spec.meta.derived:
            continue
        if spec.is_table:
            if given is not None:
                found[spec.name] = _rows(spec, given, f"{prefix}.{spec.name}")
        elif isinstance(given, dict):
            raise _unknown(f"{prefix}.{spec.name}")
        elif given is not None or spec.kind.name in {"yesno", "codes"}:
            found[spec.name] = _value(spec, given or [])
    return found


def _rows(spec: FieldSpec, given: Any, prefix: str) -> list[dict[str, Any]]:
    if not isinstance(given, dict) or not all(isinstance(n, int) for n in given):
        raise _unknown(prefix)
    limit = spec.meta.max_rows or 200
    count = 1 + max(int(n) for n in given)
    if count > limit:
        raise Refused("TOO_MANY_ROWS", f"{spec.meta.label}最多{limit}行，请分开申请。", status=422)
    rows: list[dict[str, Any]] = [{} for _ in range(count)]
    for n, row in given.items():
        if not isinstance(row, dict):
            raise _unknown(f"{prefix}[{n}]")
        rows[int(n)] = _read(spec.rows, row, f"{prefix}[{n}]")
    return rows


def _value(spec: FieldSpec, given: list[str]) -> Any:
    if spec.kind.name == "codes":
        texts = given if len(given) > 1 else _SEPARATORS.split(given[0]) if given else []
        return [text.strip() for text in texts if text.strip()]
    if spec.kind.name == "yesno":
        if not given:
            return False
        text = given[-1].strip().lower()
        return True if text in TRUE else False if text in FALSE else (text or None)
    return given[-1].replace("\r\n", "\n") if given else None


def posted_from(*, spec: SectionSpec, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a page would post for a section's values."""
    return dict(_names(spec.fields, values, spec.name))


def _names(
    specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, list[str]]]:
    for spec in specs:
        value, path = values.get(spec.name), f"{prefix}.{spec.name}"
        if spec.meta.derived or value is None:
            continue
        if spec.is_table:
            for n, row in enumerate(value):
                yield from _names(spec.rows, row, f"{path}[{n}]")
        elif spec.kind.name == "codes":
            yield path, [str(code) for code in value]
        elif isinstance(value, bool):
            yield path, ["true" if value else "false"]
        else:
            yield path, [str(value)]


def merged(
    *, specs: tuple[FieldSpec, ...], stored: Mapping[str, Any], posted: Mapping[str, Any]
) -> dict[str, Any]:
    """Stored values with the posted ones laid over them: blanks clear, what was not posted stays, rows by place."""
    result = copy.deepcopy(dict(stored))
    by_name = {spec.name: spec for spec in specs}
    for name, value in posted.items():
        spec = by_name.get(name)
        if spec is None or spec.meta.derived:
            continue
        if spec.is_table:
            result[name] = _merged_rows(spec, result.get(name), value)
        elif blank(value):
            result.pop(name, None)
        else:
            result[name] = _storable(value)
    return result


def _storable(value: Any) -> Any:
    """A copy without what a database cannot hold as text: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_storable(member) for member in value]
    return copy.deepcopy(value)


def _merged_rows(spec: FieldSpec, stored: Any, posted: Any) -> list[dict[str, Any]]:
    old = [row if isinstance(row, dict) else {} for row in stored] if isinstance(stored, list) else []
    new = [row if isinstance(row, Mapping) else {} for row in posted] if isinstance(posted, list) else []
    size = max(len(old), len(new))
    old += [{}] * (size - len(old))
    return [
        merged(specs=spec.rows, stored=row, posted=new[n] if n < len(new) else {})
        for n, row in enumerate(old)
    ]


def blank(value: Any) -> bool:
    """Whether nothing was answered."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def leaves(
    *, specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, FieldSpec, Any]]:
    """(path, field, value) of every answer that is stored; tables are entered, computed fields passed over."""
    for spec in specs:
        value, path = values.get(spec.name), f"{prefix}.{spec.name}"
        if spec.meta.derived or value is None:
            continue
        if spec.is_table:
            for n, row in enumerate(value if isinstance(value, list) else []):
                if isinstance(row, dict):
                    yield from leaves(specs=spec.rows, values=row, prefix=f"{path}[{n}]")
        elif not blank(value):
            yield path, spec, value


def all_leaves(form: type[Form], payload: Mapping[str, Any]) -> Iterator[tuple[str, FieldSpec, Any]]:
    """The stored answers of all sections."""
    for section in form_spec(form).sections:
        values = payload.get(section.name)
        if isinstance(values, dict):
            yield from leaves(specs=section.fields, values=values, prefix=section.name)


def set_at(payload: dict[str, Any], path: str, value: Any) -> bool:
    """Put a value at a path whose rows exist; False when they do not."""
    parts = path_parts(path)
    here: Any = payload
    for n, part in enumerate(parts[:-1]):
        if isinstance(part, int):
            if not isinstance(here, list) or part >= len(here):
                return False
            here = here[part]
        elif isinstance(here, dict):
            here = here.setdefault(part, [] if isinstance(parts[n + 1], int) else {})
        else:
            return False
    if not isinstance(here, dict):
        return False
    here[str(parts[-1])] = value
    return True


def with_derived(form: type[Form], payload: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The payload with what the form computes (and defaults it sets), and those paths. What is typed stays as typed."""
    whole = copy.deepcopy(dict(payload))
    read = read_form(form, payload).form
    plain = dump_form(read)
    found = []
    for met in walk(read):
        if blank(met.value) or not (met.spec.meta.derived or blank(value_at(whole, met.path))):
            continue
        if not met.spec.is_table and set_at(whole, met.path, value_at(plain, met.path)):
            found.append(met.path)
    return whole, tuple(found)


def applicable(form: type[Form], payload: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be prechecked and filed: answers to questions that are not asked, and unknown names, are left out."""
    return applied(form, payload)[0]


def applied(form: type[F], payload: Mapping[str, Any]) -> tuple[dict[str, Any], F]:
    """`applicable`, and the form read from it."""
    kept = dict(payload)  # never changed in place: each pass makes what is kept anew
    for _ in range(_PASSES):
        read = read_form(form, kept).form
        smaller = _kept_of(form, kept, {met.path for met in walk(read)})
        if smaller == kept:
            return kept, read
        kept = smaller
    return kept, read_form(form, kept).form


def _kept_of(form: type[Form], payload: Mapping[str, Any], asked: set[str]) -> dict[str, Any]:
    result = {}
    for section in form_spec(form).sections:
        values = payload.get(section.name)
        if isinstance(values, dict):
            result[section.name] = _kept(section.fields, values, section.name, asked)
    return result


def _kept(
    specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str, asked: set[str]
) -> dict[str, Any]:
    found = {}
    for spec in specs:
        path = f"{prefix}.{spec.name}"
        if spec.name not in values or path not in asked:
            continue
        value = values[spec.name]
        if spec.is_table and isinstance(value, list):
            value = [
                _kept(spec.rows, row, f"{path}[{n}]", asked) if isinstance(row, dict) else row
                for n, row in enumerate(value)
            ]
        found[spec.name] = value
    return found
