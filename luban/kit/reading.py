"""From what was typed to a form: nothing lost, everything wrong named.

`read_form` never raises for bad input. Values that cannot be read become findings beside their field and stay in the
draft as typed; names the form does not know are listed apart. The Chinese sentences for each kind of mistake stand
in one table here.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from luban.kit.findings import Finding, Severity
from luban.kit.form import Form

SHAPE_RULE = "FORM"
F = TypeVar("F", bound=BaseModel)
T = TypeVar("T", bound=Form)

MESSAGES = {
    "string_type": "这里要填文字。",
    "string_too_long": "最多 {max_length} 个字，请精简。",
    "int_type": "这里要填整数。",
    "int_parsing": "这里要填整数。",
    "int_from_float": "这里要填整数。",
    "bool_parsing": "请选择“是”或“否”。",
    "bool_type": "请选择“是”或“否”。",
    "date_type": "日期请写成 2026-03-16 的样子。",
    "date_from_datetime_parsing": "日期请写成 2026-03-16 的样子。",
    "decimal_type": "这里要填数字。",
    "greater_than": "必须大于 {gt}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than": "必须小于 {lt}。",
    "less_than_equal": "不能大于 {le}。",
    "list_type": "这里是一个清单，请逐行填写。",
    "too_long": "最多 {max_length} 行，请分开申请。",
    "model_type": "这一节的内容无法读取，请刷新页面后重新填写。",
    "model_attributes_type": "这一行的内容无法读取，请删除后重新填写。",
    "dict_type": "这一节的内容无法读取，请刷新页面后重新填写。",
}


@dataclass(frozen=True)
class Reading(Generic[F]):
    """A form as far as it could be read, what could not be read, and names that do not belong."""

    form: F
    faults: tuple[Finding, ...]
    unknown: tuple[str, ...]


def path_of(loc: tuple[int | str, ...]) -> str:
    """Pydantic's location as our path."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    return path


def _sentence(error: ErrorDetails) -> str:
    template = MESSAGES.get(error["type"])
    if template is None:
        return error["msg"]
    return template.format(**{k: v for k, v in error.get("ctx", {}).items() if k != "error"})


def _drop(payload: Any, loc: tuple[int | str, ...]) -> None:
    """Take the unreadable value out of the copy (a row keeps its place; an unreadable row becomes an empty one)."""
    for part in loc[:-1]:
        try:
            payload = payload[part]
        except (KeyError, IndexError, TypeError):
            return
    last = loc[-1]
    if isinstance(payload, dict):
        payload.pop(last, None)
    elif isinstance(payload, list) and isinstance(last, int) and last < len(payload):
        payload[last] = {} if isinstance(payload[last], dict) or len(loc) <= 3 else None


def read_model(model: type[F], payload: Mapping[str, Any]) -> Reading[F]:
    """Read `payload` into `model`; see Reading. Each unreadable value is reported once and then taken as blank."""
    data: Any = dict(payload)
    mine = False  # the caller's payload is copied only when something must be taken out of it
    faults: dict[str, Finding] = {}
    unknown: list[str] = []
    for _ in range(8):
        try:
            return Reading(model.model_validate(data), tuple(faults.values()), tuple(unknown))
        except ValidationError as problem:
            data, mine = (data if mine else copy.deepcopy(data)), True
            for error in problem.errors(include_url=False):
                path = path_of(error["loc"])
                if error["type"] == "extra_forbidden":
                    unknown.append(path)
                elif path not in faults:
                    faults[path] = Finding(
                        rule=SHAPE_RULE, severity=Severity.BLOCK, path=path, message=_sentence(error)
                    )
                if error["type"] == "too_long":
                    data = _shorten(data, error["loc"], int(error["ctx"]["max_length"]))
                else:
                    _drop(data, error["loc"])
    raise AssertionError("a form that cannot be read in eight passes has a validator that contradicts itself")


def _shorten(data: Any, loc: tuple[int | str, ...], limit: int) -> Any:
    rows = data
    for part in loc:
        rows = rows[part]
    del rows[limit:]
    return data


def read_form(form: type[T], payload: Mapping[str, Any]) -> Reading[T]:
    """Read a form and fill its derived fields."""
    reading = read_model(form, payload)
    reading.form.compute()
    return reading


def dump_form(form: BaseModel) -> dict[str, Any]:
    """A form as plain JSON: decimals as fixed strings, dates ISO, blanks omitted."""
    return form.model_dump(mode="json", exclude_none=True)
