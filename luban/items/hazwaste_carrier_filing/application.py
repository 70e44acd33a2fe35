"""The filing on paper (备案申请表): the form in full, section by section, for the firm's seal.

It walks the declaration, so a field added to the form is on paper at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.form import FieldSpec, Form, SectionSpec, form_spec
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day

TITLE = "危险废物运输单位信息备案申请表"
ORDINALS = "一二三四五六七八九十"
HALF_LINE = 14
"""Longer values take the whole line."""

WIDTHS = {"day": 5, "code": 4}
"""Columns of a table that need more than the usual three parts."""

PLEDGE = "pledge"


def application_fields(case: CaseView) -> Mapping[str, Any]:
    """The application: every section that applies, and the pledge."""
    form: Form = case.form
    spec = form_spec(type(form))
    pledge = spec.section(PLEDGE)
    return {
        "title": TITLE,
        "number": case.number,
        "printed_at": chinese_day(case.today),
        "sections": [
            block
            for n, section in enumerate(s for s in spec.sections if s.name != PLEDGE and _applies(s, case))
            for block in _printed(f"{ORDINALS[n]}、{section.title}", section, case)
        ],
        "commitment": "；".join(f"{field.meta.label}。" for field in pledge.fields),
        "signature_label": "备案单位（盖章）",
    }


def _applies(section: SectionSpec, case: CaseView) -> bool:
    own = getattr(case.form, section.name)
    return section.meta.shown is None or section.meta.shown.holds(own, case.form)


def _printed(title: str, section: SectionSpec, case: CaseView) -> list[dict[str, Any]]:
    own = getattr(case.form, section.name)
    asked = [f for f in section.fields if f.meta.shown is None or f.meta.shown.holds(own, case.form)]
    lines = [_line(f, getattr(own, f.name), case) for f in asked if not f.is_table]
    tables = [_table(f, getattr(own, f.name), case) for f in asked if f.is_table and getattr(own, f.name)]
    return [
        {"title": title, **({"fields": lines} if lines else {}), **({"tables": tables} if tables else {})}
    ]


def _line(spec: FieldSpec, value: Any, case: CaseView) -> dict[str, Any]:
    words = _words(spec, value, case) or "—"
    return {"label": spec.meta.label, "value": words, "wide": spec.meta.wide or len(words) > HALF_LINE}


def _table(spec: FieldSpec, rows: Sequence[Any], case: CaseView) -> dict[str, Any]:
    return {
        "head": [c.meta.label + (f"（{c.meta.unit}）" if c.meta.unit else "") for c in spec.rows],
        "widths": [WIDTHS.get(c.kind.name, 3) for c in spec.rows],
        "rows": [[_cell(c, getattr(row, c.name), case) or "—" for c in spec.rows] for row in rows],
    }


def _cell(spec: FieldSpec, value: Any, case: CaseView) -> str:
    """As `_words`, but lists of codes stay codes: a column is narrow."""
    return "、".join(value) if isinstance(value, list) else _words(spec, value, case)


def _words(spec: FieldSpec, value: Any, case: CaseView) -> str:
    """A value in words: names of codes and regions, days and figures as they are."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "、".join(_words(spec, one, case) for one in value)
    if spec.meta.dictionary:
        return case.term(spec.meta.dictionary, value)
    if spec.kind.name == "adcode":
        return case.place(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
