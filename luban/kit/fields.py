"""The words a form is written in: field types and their labels.

A form value may be blank until the day it is submitted, so every type here includes None; rules ask before they
compute. Types normalise (NFC, trimmed, upper case codes, fixed decimal places) and refuse only what has no meaning
at all; whether a well-shaped value is *right* (check digits, registered codes) is for rules, whose words the brief
prescribes. Decimal places follow the common vocabulary: tonnes of general solid waste 3, hazardous waste 4,
kilometres 1, per cent 2, money 2, degrees 6.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from luban.kit.conditions import Condition


@dataclass(frozen=True)
class Kind:
    """How a value is entered and shown; `places` are decimal places of a number."""

    name: str
    places: int | None = None


@dataclass(frozen=True)
class FieldMeta:
    """What a field means to people. Pydantic calls it to enrich the JSON Schema (see `__call__`)."""

    label: str
    unit: str = ""
    help: str = ""
    example: str = ""
    required: bool | Condition = True
    shown: Condition | None = None
    asked_by: str = ""
    listed_by: str = ""
    secret: bool = False
    locked: bool = False
    derived: bool = False
    reorder: bool = True
    dictionary: str = ""
    book: str = ""
    options: tuple[tuple[str, str], ...] = ()
    prefill: tuple[str, ...] = ()
    commitment: bool = False
    max_len: int | None = None
    min_rows: int = 0
    max_rows: int | None = None
    part_of: str = ""
    wide: bool = False

    def __call__(self, schema: dict[str, Any]) -> None:
        """Write label, unit and help into the JSON Schema of the field."""
        schema["title"] = self.label
        if self.unit:
            schema["x-unit"] = self.unit
        if self.help:
            schema["description"] = self.help
        if self.dictionary:
            schema["x-dictionary"] = self.dictionary


def field(label: str, **options: Any) -> Any:
    """A field of a section or row.

    Options: `unit`, `help`, `example`, `required` (True, False or a Condition: asked by the missing-value rule),
    `shown` (Condition: not asked, not stored otherwise), `asked_by` (a rule that alone reports the blank),
    `listed_by` (a rule that alone reports a value that is not in the list),
    `secret` (SM4 in the database, masked on screen), `locked` (cannot be edited once prefilled), `derived`
    (computed by the form), `reorder` (False: never copied into a new application), `dictionary` or `book` or
    `options` (allowed values), `prefill` (sources, best first), `commitment` (must be ticked), `max_len`,
    `part_of` (fields drawn as one control, e.g. an address), `wide`; and the bounds `gt ge lt le`.
    """
    bounds = {k: options.pop(k) for k in ("gt", "ge", "lt", "le") if k in options}
    meta = FieldMeta(label=label, **options)
    if meta.max_len is not None:
        bounds["max_length"] = meta.max_len
    return Field(default=None, json_schema_extra=meta, **bounds)


def table(label: str, *, min_rows: int = 0, max_rows: int = 200, **options: Any) -> Any:
    """A table of rows the applicant adds to; `min_rows` is checked at submission, `max_rows` always."""
    meta = FieldMeta(label=label, min_rows=min_rows, max_rows=max_rows, **options)
    return Field(default_factory=list, json_schema_extra=meta, max_length=max_rows)


def many(label: str, **options: Any) -> Any:
    """A list of codes (several choices)."""
    meta = FieldMeta(label=label, **options)
    return Field(default_factory=list, json_schema_extra=meta)


MOST_DIGITS = 9


def whole_number(text: str) -> int | None:
    """A whole number from 0 to 999,999,999 as an address or a page's hidden field carries it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        if isinstance(value, bool):
            raise PydanticCustomError("text", "这里要填文字。")
        if not isinstance(value, int | Decimal):
            return value
        value = str(value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    value = value.strip()
    if not value.isprintable():  # most are, and this is told in a moment
        value = value.replace("\r\n", "\n")
        if _CONTROL.search(value):
            raise PydanticCustomError("text", "文字里有看不见的控制字符，请删除后重新输入。")
    return value or None


def _code(value: Any) -> Any:
    value = _text(value)
    return re.sub(r"\s", "", value).upper() if isinstance(value, str) else value


def _matching(pattern: str, message: str) -> BeforeValidator:
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        value = _text(value)
        if isinstance(value, str) and not compiled.fullmatch(value):
            raise PydanticCustomError("pattern", message.replace("{", "{{").replace("}", "}}"))
        return value

    return BeforeValidator(check)


def _decimal(places: int) -> BeforeValidator:
    step = Decimal(1).scaleb(-places)

    def read(value: Any) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, bool):
            raise PydanticCustomError("number", "这里要填数字。")
        try:
            number = Decimal(unicodedata.normalize("NFKC", str(value)).replace(",", "").strip())
        except InvalidOperation:
            raise PydanticCustomError("number", "这里要填数字，例如 12.5。") from None
        if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
            raise PydanticCustomError("number", "数字太大或不是有效数字，请核对。")
        fixed = number.quantize(step, rounding=ROUND_HALF_UP)
        if fixed != number:
            raise PydanticCustomError("places", "最多保留 {places} 位小数。", {"places": places})
        return fixed

    return BeforeValidator(read)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        value = unicodedata.normalize("NFKC", value).replace(",", "").strip()
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,12}", value):
            raise PydanticCustomError("number", "这里要填整数。")
        return int(value)
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "日期请写成 2026-03-16 的样子，并确认这一天存在。") from None
    return value


def _flag(value: Any) -> Any:
    return None if value == "" else value


def _listed(one: Callable[[Any], Any]) -> BeforeValidator:
    def read(value: Any) -> Any:
        if value is None or value == "":
            return []
        if isinstance(value, str):
            value = re.split(r"[;；,，、\s]+", value)
        if isinstance(value, list | tuple):
            if any(not isinstance(v, str | int | None) or isinstance(v, bool) for v in value):
                raise PydanticCustomError("codes", "这里是代码清单，请逐个填写代码。")
            return [c for c in (one(v) for v in value) if c]
        return value

    return BeforeValidator(read)


Text = Annotated[str | None, BeforeValidator(_text), Kind("text")]
LongText = Annotated[str | None, BeforeValidator(_text), Kind("long")]
Choice = Annotated[str | None, BeforeValidator(_text), Kind("choice")]
YesNo = Annotated[bool | None, BeforeValidator(_flag), Kind("yesno")]
Whole = Annotated[int | None, BeforeValidator(_whole), Kind("whole", 0)]
Day = Annotated[date | None, BeforeValidator(_day), Kind("day")]
Tonnes3 = Annotated[Decimal | None, _decimal(3), Kind("decimal", 3)]
Tonnes4 = Annotated[Decimal | None, _decimal(4), Kind("decimal", 4)]
Area2 = Annotated[Decimal | None, _decimal(2), Kind("decimal", 2)]
Km1 = Annotated[Decimal | None, _decimal(1), Kind("decimal", 1)]
Percent2 = Annotated[Decimal | None, _decimal(2), Kind("decimal", 2)]
Money2 = Annotated[Decimal | None, _decimal(2), Kind("decimal", 2)]
Degree6 = Annotated[Decimal | None, _decimal(6), Kind("decimal", 6)]
Uscc = Annotated[str | None, BeforeValidator(_code), Kind("uscc")]
Code = Annotated[str | None, BeforeValidator(_code), Kind("code")]
Codes = Annotated[list[str], _listed(_code), Kind("codes")]
Choices = Annotated[list[str], _listed(_text), Kind("codes")]
"""Several of a dictionary whose codes are not all capitals (`road`, `In`): as `Codes`, their case kept."""
Adcode = Annotated[str | None, _matching(r"\d{6}", "区划代码是 6 位数字，请从列表中选择。"), Kind("adcode")]
Mobile = Annotated[str | None, _matching(r"1[3-9]\d{9}", "手机号是 11 位数字，以 1 开头。"), Kind("mobile")]
Phone = Annotated[
    str | None,
    _matching(
        r"(1[3-9]\d{9})|(0\d{2,3}-?\d{7,8}(-\d{1,6})?)", "请填手机号，或带区号的固定电话，例如 021-12345678。"
    ),
    Kind("phone"),
]
Email = Annotated[
    str | None,
    _matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "邮箱格式不对，请写成 name@example.cn 的样子。"),
    Kind("email"),
]
CitizenId = Annotated[
    str | None, _matching(r"\d{17}[\dXx]|[A-Z0-9]{5,18}", "证件号码格式不对，请核对。"), Kind("citizen_id")
]
Plate = Annotated[
    str | None,
    _matching(r"[\u4e00-\u9fa5][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}", "号牌号码格式不对，例如 沪A12345。"),
    Kind("plate"),
]
