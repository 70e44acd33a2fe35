"""The application in print, section by section, and each carrier's pledge (危险废物 第一部分 §4, D-01, D-02).

The application walks the declaration, so a field added to the form is on paper at once. A pledge is about one row of
the carriers: `CaseView.binding` says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.papers.words import (
    applied_table,
    cells,
    generator_name,
    plain,
    transport,
)
from luban.kit.canonical import canonical
from luban.kit.form import FieldSpec, Form, form_spec, walk
from luban.kit.view import CaseView
from luban.registers.divisions.places import full_name
from luban.registers.licences.status import chinese_day

TITLE = "危险废物跨省转移申请表"
PLEDGE_TITLE = "危险废物运输承诺书"
ORDINALS = "一二三四五六七"
NARROW = 9
"""Tables of more columns than this are printed row by row."""

HALF_LINE, LATIN = 28, 0x2000
"""What fits beside a label in half a line, counting a Chinese character as two."""

MARK_LENGTH = 16
PROMISE = (
    "本单位承诺：所填内容和所附材料真实、准确、完整，对其承担法律责任；已阅读并知悉办理须知；未经批准不转移，"
    "批准后运行危险废物电子转移联单，不超种类、超数量、超期限、超方式转移；运输单位已签署运输承诺书。"
)
DUTIES = (
    "核实电子转移联单，无联单不承运。",
    "按许可内容和路线运输，不中途倾倒、不转包。",
    "全程开启卫星定位装置并保存轨迹。",
    "驾驶员、押运员持证上岗。",
    "发生事故立即报告并采取措施处置。",
    "违反上述承诺的，承担相应的法律责任。",
)


def application_fields(case: CaseView) -> Mapping[str, Any]:
    """危险废物跨省转移申请表: all of the form, the promise, the mark of what was stated."""
    return {
        "title": TITLE,
        "number": case.number,
        "printed_at": chinese_day(case.today),
        "sections": list(_sections(case)),
        "commitment": PROMISE,
        "signature_label": "申请单位（盖章）",
        "digest": form_mark(case.form),
    }


def form_mark(form: Form) -> str:
    """The first 16 digits of the SM3 of what was stated; computed fields, which signing fills in too, are left out."""
    stated = {met.path: met.value for met in walk(form) if not (met.spec.is_table or met.spec.meta.derived)}
    given = {path: value for path, value in stated.items() if value not in (None, "", [])}
    return hashlib.new("sm3", canonical(given).encode()).hexdigest()[:MARK_LENGTH]


def _sections(case: CaseView) -> Iterator[dict[str, Any]]:
    form: Form = case.form
    for n, spec in enumerate(form_spec(type(form)).sections):
        own = getattr(form, spec.name)
        title = f"{ORDINALS[n]}、{spec.title}"
        flat = [f for f in spec.fields if not f.is_table]
        if fields := _fields(flat, own, case):
            yield {"title": title, "fields": fields}
        for table in (f for f in spec.fields if f.is_table):
            yield from _table(f"{title} · {table.meta.label}", table, getattr(own, table.name), case)


def _table(title: str, spec: FieldSpec, rows: Sequence[Any], case: CaseView) -> Iterator[dict[str, Any]]:
    """A narrow table as a table; of a wide one each row as a block, tables inside it as tables."""
    if not rows:
        return
    if len(spec.rows) <= NARROW and not any(cell.is_table for cell in spec.rows):
        yield {"title": title, "tables": [_grid(spec, rows, case)]}
        return
    for n, row in enumerate(rows, start=1):
        inner = [cell for cell in spec.rows if cell.is_table and getattr(row, cell.name)]
        yield {
            "title": f"{title} 第{n}行",
            "fields": _fields([cell for cell in spec.rows if not cell.is_table], row, case),
            "tables": [
                {"caption": cell.meta.label, **_grid(cell, getattr(row, cell.name), case)} for cell in inner
            ],
        }


def _grid(spec: FieldSpec, rows: Sequence[Any], case: CaseView) -> dict[str, Any]:
    flat = [cell for cell in spec.rows if not cell.is_table]
    return {
        "head": [c.meta.label + (f"（{c.meta.unit}）" if c.meta.unit else "") for c in flat],
        "rows": [[value_of(c, getattr(row, c.name), case, unit=False) or "—" for c in flat] for row in rows],
    }


def _fields(specs: Sequence[FieldSpec], own: Any, case: CaseView) -> list[dict[str, Any]]:
    shown = [spec for spec in specs if spec.meta.shown is None or spec.meta.shown.holds(own, case.form)]
    told = [(spec.meta.label, value_of(spec, getattr(own, spec.name), case)) for spec in shown]
    long = [label for label, text in told if _width(text) > HALF_LINE]
    return cells(*told, wide=long)


def _width(text: str) -> int:
    return sum(1 if ord(sign) < LATIN else 2 for sign in text)


def value_of(spec: FieldSpec, value: Any, case: CaseView, *, unit: bool = True) -> str:
    """A field's value in words: names of codes and regions, units behind figures."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "、".join(value_of(spec, one, case) for one in value)
    meta = spec.meta
    if meta.options:
        return str(dict(meta.options).get(value, value))
    if meta.dictionary:
        return case.term(meta.dictionary, value)
    if spec.kind.name == "adcode" or spec.name == "transit_provinces":
        return full_name(case.places, value) or str(value)
    return plain(value) + (f" {meta.unit}" if unit and meta.unit and isinstance(value, Decimal) else "")


def pledge_fields(case: CaseView) -> Mapping[str, Any]:
    """危险废物运输承诺书 of the carrier of row `binding` (from 1): who, for whom, what, which way, with which vehicles."""
    form = case.form
    row = form.transport.carriers[(case.binding or 1) - 1]
    sections = [
        {
            "title": "致：上海市生态环境局",
            "fields": cells(
                ("承诺人", row.carrier_name),
                ("统一社会信用代码", row.uscc),
                ("道路运输经营许可证", row.rtl_no),
                ("许可证有效期至", row.rtl_to),
                ("移出人", generator_name(case)),
                ("接受人", form.receiver.receiver_name),
                ("运输方式", transport(case)),
                ("承运区段", row.segment),
                ("运输路线", form.plan.route_desc),
                wide=("运输路线",),
            ),
        },
        {"title": "承运的危险废物", "tables": [_carried(case)]},
        {"title": "承运车辆", "tables": [_vehicles(case, row)]},
    ]
    duties = "".join(f"（{n}）{duty}" for n, duty in enumerate(DUTIES, start=1))
    return {
        "title": PLEDGE_TITLE,
        "number": case.number,
        "printed_at": chinese_day(case.today),
        "sections": sections,
        "commitment": f"本单位就承运上述危险废物郑重承诺：{duties}",
        "signature_label": "承诺人（运输单位盖章）",
        "digest": form_mark(form),
    }


def _carried(case: CaseView) -> dict[str, Any]:
    """The wastes with their packaging."""
    table = applied_table(case)
    wastes = case.form.waste.wastes
    packed = ["、".join(case.term("hw_packaging", code) for code in row.packaging) for row in wastes]
    rows = [[*cell[:6], packing, cell[7]] for cell, packing in zip(table["rows"], packed, strict=True)]
    return {**table, "head": [*table["head"][:6], "包装", table["head"][7]], "rows": rows}


def _vehicles(case: CaseView, row: Any) -> dict[str, Any]:
    rows = [
        [
            one.plate_no or "",
            case.term("hw_vehicle_type", one.vehicle_type),
            case.term("vehicle_emission", one.emission_stage),
            one.gps_device_no or "—",
        ]
        for one in row.vehicles
    ]
    return {"head": ["车牌号", "车辆类型", "排放阶段", "定位终端号"], "widths": [3, 4, 3, 4], "rows": rows}
