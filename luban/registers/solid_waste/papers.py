"""What papers of solid waste say: the whole form in print, the waste table, the route, the parties. Plain JSON.

`printed_sections` walks the declaration, so a field added to the form is on paper at once. Field and table shapes are
those of the shared typst functions (label, value, wide; head, rows, widths).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.canonical import canonical
from luban.kit.form import FieldSpec, Form
from luban.kit.view import CaseView
from luban.registers.divisions.places import full_name
from luban.registers.solid_waste.addresses import full_address, point
from luban.registers.solid_waste.derive import primary
from luban.registers.solid_waste.labels import spec_of
from luban.registers.solid_waste.parts_way import MODES

HALF_LINE = 28
"""What fits beside a label in half a line, counting a Chinese character as two."""

NARROW_TABLE = 9
"""Tables of more columns than this are printed row by row."""

WEIGHTS, NARROW, USUAL = {"uscc": 6, "long": 5, "choice": 3}, 2, 4
"""Shares of the width a column takes: by the kind of its cells, less for what is only counted."""

ORDINALS = "一二三四五六七八九十"
MARK_LENGTH = 16
LATIN = 0x2000
UNSIGNED = ("form_date", "seal_result_id")
"""Fields of s9 that the signature itself fills: no part of what is signed."""


def form_mark(form: Form) -> str:
    """The first 16 digits of the form's SM3, printed in the footer and compared when the paper comes back signed."""
    stated = form.model_dump(mode="python", exclude_none=True, exclude={"pledge": set(UNSIGNED)})
    return hashlib.new("sm3", canonical(stated).encode()).hexdigest()[:MARK_LENGTH]


def pairs(*given: tuple[str, Any], wide: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Label and value cells; long values take the whole line."""
    kept = frozenset(wide)
    return [
        {"label": label, "value": text or "—", "wide": label in kept or _width(text) > HALF_LINE}
        for label, value in given
        for text in (plain(value),)
    ]


def _width(text: str) -> int:
    return sum(1 if ord(letter) < LATIN else 2 for letter in text)


def plain(value: Any) -> str:
    """A value as a paper shows it when it needs no dictionary."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(str(v) for v in value)
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)


def printed_sections(case: CaseView) -> list[dict[str, Any]]:
    """The whole form: a block per section, its small tables as tables, each row of a large one as a block."""
    form, blocks = case.form, []
    for n, spec in enumerate(spec_of(form).sections):
        own = getattr(form, spec.name)
        title = f"{ORDINALS[n]}、{spec.title}"
        flat = [f for f in spec.fields if not f.is_table]
        fields = _fields(flat, own, case)
        if fields:
            blocks.append({"title": title, "fields": fields})
        for table in (f for f in spec.fields if f.is_table):
            blocks += _table(f"{title} · {table.meta.label}", table, own, case)
    return blocks


def _table(title: str, spec: FieldSpec, own: Any, case: CaseView) -> list[dict[str, Any]]:
    rows = getattr(own, spec.name)
    if not rows:
        return []
    if len(spec.rows) <= NARROW_TABLE and not any(c.is_table for c in spec.rows):
        return [{"title": title, "tables": [_grid(spec, rows, case)]}]
    blocks = []
    for n, row in enumerate(rows, start=1):
        inner = [
            _grid(t, getattr(row, t.name), case) for t in spec.rows if t.is_table and getattr(row, t.name)
        ]
        for t, grid in zip((t for t in spec.rows if t.is_table and getattr(row, t.name)), inner, strict=True):
            grid["caption"] = t.meta.label
        flat = [c for c in spec.rows if not c.is_table]
        blocks.append({"title": f"{title} 第{n}行", "fields": _fields(flat, row, case), "tables": inner})
    return blocks


def _grid(spec: FieldSpec, rows: Sequence[Any], case: CaseView) -> dict[str, Any]:
    cells = [c for c in spec.rows if not c.is_table]
    return {
        "head": [c.meta.label + (f"（{c.meta.unit}）" if c.meta.unit else "") for c in cells],
        "widths": [WEIGHTS.get(c.kind.name, NARROW if c.meta.derived else USUAL) for c in cells],
        "rows": [
            [value_of(c, getattr(row, c.name), row, case, unit=False) or "—" for c in cells] for row in rows
        ],
    }


def _fields(specs: Sequence[FieldSpec], own: Any, case: CaseView) -> list[dict[str, Any]]:
    """Field cells; the answers of one address are one line."""
    made: list[tuple[str, Any]] = []
    shown: set[str] = set()
    for spec in specs:
        meta = spec.meta
        if meta.shown is not None and not meta.shown.holds(own, case.form):
            continue
        if not meta.part_of:
            made.append((meta.label, value_of(spec, getattr(own, spec.name), own, case)))
        elif meta.part_of not in shown:
            shown.add(meta.part_of)
            made.append(("设施全地址", full_address(own, meta.part_of, case.places)))
            spot = point(own, meta.part_of)
            made.append(("经纬度", f"{spot[0]}，{spot[1]}" if spot else ""))
    return pairs(*made)


def value_of(spec: FieldSpec, value: Any, own: Any, case: CaseView, *, unit: bool = True) -> str:
    """A field's value in words: names of codes and regions, units behind figures."""
    if value in (None, "", []):
        return ""
    meta = spec.meta
    if meta.options:
        return dict(meta.options).get(value, str(value))
    if meta.dictionary:
        return case.term(meta.dictionary, value)
    if spec.kind.name == "adcode":
        return full_name(case.places, value) or str(value)
    if spec.name in {"via_province_codes", "transit_province_codes"}:
        return "、".join(case.place(code) for code in value)
    return plain(value) + (f" {meta.unit}" if unit and meta.unit and isinstance(value, Decimal) else "")


def waste_names(form: Any) -> list[tuple[str, str, Decimal]]:
    """(code, name, tonnes) of each waste; the catalogue's name, the firm's own where there is none."""
    return [
        (row.waste_code or "", row.waste_name or row.common_name or "", row.planned_qty_t or Decimal(0))
        for row in form.waste.wastes
    ]


def waste_table(case: CaseView) -> dict[str, Any]:
    """The wastes with their total."""
    rows = [
        [
            str(n),
            row.waste_code or "",
            row.waste_name or row.common_name or "",
            row.common_name or "",
            case.term("physical_form", row.physical_form),
            plain(row.planned_qty_t),
        ]
        for n, row in enumerate(case.form.waste.wastes, start=1)
    ]
    return {
        "head": ["序号", "废物代码", "目录名称", "企业内部名称", "形态", "数量（吨）"],
        "widths": [2, 4, 5, 5, 3, 4],
        "align": ["center", "center", "left", "left", "center", "right"],
        "rows": rows,
        "total": f"合计 {plain(case.form.waste.total_qty_t)} 吨",
    }


def route_picture(case: CaseView) -> dict[str, Any]:
    """The route as stations and as a table of legs."""
    legs = case.form.route.legs
    stops = [leg.from_name or "" for leg in legs] + ([legs[-1].to_name or ""] if legs else [])
    words = dict(MODES)
    rows = [
        [
            str(leg.leg_seq or n),
            words.get(leg.leg_mode, ""),
            f"{case.place(leg.from_county_code)}　{leg.from_name or ''}",
            f"{case.place(leg.to_county_code)}　{leg.to_name or ''}",
            plain(leg.leg_distance_km),
            leg.via_roads or "",
        ]
        for n, leg in enumerate(legs, start=1)
    ]
    return {
        "stops": stops,
        "table": {
            "head": ["段", "方式", "起点", "止点", "里程（公里）", "途经道路/航道"],
            "widths": [2, 3, 7, 7, 6, 8],
            "rows": rows,
        },
    }


def site_address(case: CaseView) -> str:
    """Where the waste arises, in one line."""
    return full_address(case.form.source, "origin", case.places)


def facility_address(case: CaseView) -> str:
    """Where the primary facility stands, down to the house number."""
    main = primary(case.form.receiver)
    return full_address(main, "facility", case.places) if main else ""


def facility_region(case: CaseView) -> str:
    """Province, city and county of the primary facility: what the public may see."""
    main = primary(case.form.receiver)
    return full_name(case.places, main.facility_county_code) if main and main.facility_county_code else ""


def carriers_line(form: Any) -> str:
    """The carriers with their modes: 甲（汽车）、乙（轮船）."""
    words = dict(MODES)
    return "、".join(
        f"{row.carrier_name or ''}（{words.get(row.carrier_mode, '')}）" for row in form.transport.carriers
    )
