"""Rows of tables in a draft: added, removed, copied; what hangs on a row (sources, files) moves with it."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Literal

from luban.cases.models import Draft, File
from luban.kit.form import FieldSpec, form_spec, path_parts, value_at
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.stages.fill.prefill import Filled
from luban.stages.fill.typed import leaves, set_at

Op = Literal["add", "remove", "copy"]
_ROW = "这一行已不存在，请刷新页面。"


def edited(*, item: Item, filled: Filled, path: str, op: str, row: int | None) -> Filled:
    """The draft with one row more or less. Raises Refused (422) for an unknown table, a row not there, too many."""
    table = _table(item, path)
    if table.meta.locked:
        raise Refused("FIXED_ROWS", f"{table.meta.label}的各行由系统带出，不能增删。", status=422)
    payload, sources = copy.deepcopy(filled.payload), dict(filled.sources)
    rows = value_at(payload, path)
    if not isinstance(rows, list):
        rows = []
    if op == "remove":
        del rows[_known(rows, row)]
        sources = _moved(sources, path, int(row or 0))
    elif op in ("add", "copy"):
        limit = table.meta.max_rows
        if limit is not None and len(rows) >= limit:
            raise Refused("TOO_MANY_ROWS", f"{table.meta.label}最多{limit}行。", status=422)
        new = copy.deepcopy(rows[_known(rows, row)]) if op == "copy" else {}
        rows.append(new)
        here = f"{path}[{len(rows) - 1}]"
        sources |= dict.fromkeys((p for p, _, _ in leaves(specs=table.rows, values=new, prefix=here)), "self")
    else:
        raise Refused("UNKNOWN_OPERATION", "不能识别的操作，请刷新页面。", status=422)
    if not set_at(payload, path, rows):
        raise Refused("NO_SUCH_ROW", _ROW, status=422)
    return Filled(payload, sources)


def _table(item: Item, path: str) -> FieldSpec:
    try:
        table = form_spec(item.form).find(path)
    except (KeyError, ValueError):
        table = None
    if table is None or not table.is_table or path.endswith("]"):
        raise Refused("UNKNOWN_FIELD", "没有这个清单，请刷新页面。", status=422)
    return table


def _known(rows: list[Any], row: int | None) -> int:
    if row is None or not 0 <= row < len(rows):
        raise Refused("NO_SUCH_ROW", _ROW, status=422)
    return row


def _moved(sources: Mapping[str, str], path: str, gone: int) -> dict[str, str]:
    """Sources with the removed row's left out and those of later rows moved up."""
    inside = re.compile(re.escape(path) + r"\[(\d+)\](.*)")
    found: dict[str, str] = {}
    for where, source in sources.items():
        match = inside.fullmatch(where)
        if match is None:
            found[where] = source
        elif (n := int(match[1])) != gone:
            found[f"{path}[{n - (n > gone)}]{match[2]}"] = source
    return found


def rebind(*, draft: Draft, item: Item, path: str, gone: int) -> None:
    """Remove the files of a removed row and move those of later rows up."""
    if any(isinstance(part, int) for part in path_parts(path)):
        return
    codes = [m.code for m in item.materials if m.per == path]
    if not codes:
        return
    files = File.objects.filter(draft=draft, code__in=codes)
    files.filter(binding=gone + 1).delete()
    for file in files.filter(binding__gt=gone + 1):
        File.objects.filter(pk=file.pk).update(binding=(file.binding or 1) - 1)
