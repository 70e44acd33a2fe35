"""A choice is one of its list: of the options its declaration names, or of what its dictionary offers on the day.

What a page offers cannot be trusted to be what comes back: a page may be old, a dictionary entry switched off since,
and requests are also written by hand. Blanks are not looked at here (`missing_values` names them); choices among the rows
of a register (`book=`) are the item's own rules'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from luban.kit.book import KEY_SEPARATOR, BookOnDay
from luban.kit.fields import FieldMeta
from luban.kit.findings import Finding, Severity
from luban.kit.form import Form, form_spec, walk
from luban.kit.reading import SHAPE_RULE


def unlisted_choices(form: Form, terms: BookOnDay) -> Iterator[Finding]:
    """A blocking finding for each choice of a filled form that its list has not; `terms`: the dictionaries on the day."""
    spec = form_spec(type(form))
    for met in walk(form):
        meta = met.spec.meta
        if meta.derived or meta.listed_by or not (meta.options or meta.dictionary):
            continue
        for value in met.value if isinstance(met.value, list) else (met.value,):
            if not offers(meta, value, terms):
                yield unlisted(met.path, spec.label(met.path), value)


def offers(meta: FieldMeta, value: Any, terms: Mapping[str, Any] | BookOnDay) -> bool:
    """Whether the list behind a field has the value; blanks and fields without a list are none of its business."""
    if value in (None, "") or isinstance(value, bool):
        return True
    if meta.dictionary:
        entry = terms.get(f"{meta.dictionary}{KEY_SEPARATOR}{value}")
        return entry is not None and bool(entry["enabled"])
    return not meta.options or any(value == code for code, _ in meta.options)


def unlisted(path: str, label: str, value: Any) -> Finding:
    """What is said of a value that is not in its list."""
    return Finding(SHAPE_RULE, Severity.BLOCK, path, f"{label}“{value}”不在可选范围内，请重新选择。")
