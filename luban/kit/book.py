"""Registers whose rows have dates: what a row said on a given day.

A register ships as CSV with the code (``shipped``); officials edit it in the office, and what they edit (``edited``)
lies over the shipped rows by date: from its ``from`` day on, an edited row replaces the shipped row of the same key,
and when its own ``to`` day comes the shipped row shows again. Days are half open: a row is in force on
``from <= day < to``. One ``BookSpec`` describes each register, so that a single office page lists, edits, imports and
exports all of them. Errors are collected with their row numbers, never one at a time.
"""

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

ColumnType = Literal["text", "integer", "decimal", "date", "flag", "choice", "codes"]
KEY_SEPARATOR = "|"
KEY_LENGTH = 200
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
CODES_SEPARATOR = ";"
TRUE, FALSE = frozenset({"true", "1", "是", "yes"}), frozenset({"false", "0", "否", "no"})
CERTAINTIES: Mapping[str, str] = {
    "确定": "有国家标准或公布文本",
    "较确定": "来自公开转载，已复核",
    "默认": "平台设定的默认值，可改",
    "待核": "须由业务方确认",
    "演示": "虚构的演示数据",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row: ``row`` is the line in the file (the heading is row 1), 0 when not from a file."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"第{self.row}行" if self.row else ""
        return f"{place}{f'“{self.column}”：' if self.column else ('：' if place else '')}{self.message}"


class BookError(ValueError):
    """Rows that cannot be taken; ``problems`` holds every one of them."""

    def __init__(self, title: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"{title}有{len(self.problems)}处须更正：" + "；".join(str(p) for p in self.problems[:20])
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``type`` codes is a list written with ``;``; ``choices`` bounds a choice column."""

    code: str
    title: str
    type: ColumnType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


FROM = Column("from", "生效日", "date")
TO = Column("to", "失效日（当日起不再适用）", "date")
SOURCE = Column("source", "依据或来源")
CERTAINTY = Column("certainty", "把握", "choice", choices=tuple(CERTAINTIES))
STANDARD = (FROM, TO, SOURCE, CERTAINTY)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: typed values in ``data``, in force on ``from_ <= day < to``. ``removed``: an edit that ends the key."""

    key: str
    data: Mapping[str, Any]
    from_: date | None = None
    to: date | None = None
    source: str = ""
    certainty: str = ""
    removed: bool = False

    def __getitem__(self, column: str) -> Any:
        return self.data[column]

    def in_force(self, day: date) -> bool:
        """Whether the row says anything about ``day``."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day < self.to)


@dataclass(frozen=True, slots=True)
class BookSpec:
    """What a register is: its columns, what makes its key, who must agree to an edit, and where its rows come from.

    ``file`` is the shipped CSV (None: empty at first). ``two_persons``: an edit needs a second person's approval.
    ``future_only``: an edit takes effect tomorrow at the earliest (parameters). ``removable``: an edit may end a key;
    otherwise code relies on it and it can only be switched off by its own column. ``extra`` is the name of the CSV
    with which an item folder adds rows of its own. ``check`` says, in Chinese, what is wrong with an edited row beyond
    the types of its cells, given the row it replaces and the register on its first day.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    source: str
    two_persons: bool = True
    future_only: bool = False
    removable: bool = False
    file: Path | None = None
    extra: str = ""
    check: "Callable[[Entry, Entry | None, BookOnDay], Iterable[str]] | None" = None

    def all_columns(self) -> tuple[Column, ...]:
        """The register's own columns, then 生效日, 失效日, 来源, 把握."""
        return self.columns + STANDARD

    def entry(self, raw: Mapping[str, str], *, row: int = 0) -> Entry:
        """A typed entry from text cells keyed by column code. Raises BookError with every problem of the row."""
        values, problems = self._values(raw, row)
        if not problems and values["from"] and values["to"] and values["to"] <= values["from"]:
            problems.append(Problem(row, TO.title, "失效日必须晚于生效日。"))
        if len(self.key_of(raw)) > KEY_LENGTH:
            problems.append(Problem(row, "", f"主键不能超过{KEY_LENGTH}个字。"))
        if problems:
            raise BookError(self.title, problems)
        own = {column.code: values[column.code] for column in self.columns}
        return Entry(
            key=self.key_of(raw),
            data=own,
            from_=values["from"],
            to=values["to"],
            source=values["source"] or "",
            certainty=values["certainty"] or "",
        )

    def key_of(self, raw: Mapping[str, str]) -> str:
        """The row's key: its key columns joined by ``|``."""
        return KEY_SEPARATOR.join((raw.get(code) or "").strip() for code in self.key)

    def texts(self, entry: Entry) -> dict[str, str]:
        """The entry as text cells, the opposite of ``entry()``; a round trip changes nothing."""
        values: dict[str, Any] = {**entry.data, "from": entry.from_, "to": entry.to}
        values |= {"source": entry.source, "certainty": entry.certainty}
        return {column.code: text_of(values.get(column.code)) for column in self.all_columns()}

    def _values(self, raw: Mapping[str, str], row: int) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for column in self.all_columns():
            text = (raw.get(column.code) or "").strip()
            if CONTROL.search(text):
                problems.append(Problem(row, column.title, "含有不可见的控制字符，请重新输入。"))
            try:
                values[column.code] = _parsed(column, text)
            except ValueError as error:
                problems.append(Problem(row, column.title, str(error)))
            if column.required and not text:
                problems.append(Problem(row, column.title, "必填，请填写。"))
        known = {column.code for column in self.all_columns()}
        problems += [Problem(row, code, "没有这一列，请删除。") for code in raw if code not in known]
        return values, problems


def _parsed(column: Column, text: str) -> Any:
    """The cell's value; an empty cell is "" (text, choice), () (codes) or None. Raises ValueError in Chinese."""
    if column.type == "text":
        return text
    if column.type == "codes":
        return tuple(part.strip() for part in text.split(CODES_SEPARATOR) if part.strip())
    if not text:
        return "" if column.type == "choice" else None
    if column.type == "choice":
        if text not in column.choices:
            raise ValueError(f"“{text}”不在可选值内，请填写：{'、'.join(column.choices)}。")
        return text
    return _typed(column.type, text)


def _typed(kind: ColumnType, text: str) -> int | Decimal | date | bool:
    if kind == "flag":
        if text.lower() not in TRUE | FALSE:
            raise ValueError(f"“{text}”应为“是”或“否”。")
        return text.lower() in TRUE
    try:
        if kind == "integer":
            return int(text)
        if kind == "date":
            return date.fromisoformat(text.replace("/", "-"))
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        wanted = {"integer": "整数", "date": "日期（如 2026-03-02）"}.get(kind, "数字")
        raise ValueError(f"“{text}”不是{wanted}，请更正。") from None
    if not number.is_finite():
        raise ValueError(f"“{text}”不是数字，请更正。")
    return number


def text_of(value: Any) -> str:
    """A typed cell as text: dates ISO, flags 是/否, lists joined by ``;``, decimals plain."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return CODES_SEPARATOR.join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def read_csv(*, spec: BookSpec, text: str, defaults: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """The rows of a CSV whose heading holds column codes or Chinese titles; ``defaults`` fill cells left empty.

    Raises BookError naming every bad row (the heading is row 1). A key may repeat with different 生效日.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return read_rows(spec=spec, rows=list(reader), defaults=defaults)


def read_rows(
    *, spec: BookSpec, rows: Sequence[Sequence[str]], defaults: Mapping[str, str] | None = None
) -> tuple[Entry, ...]:
    """As ``read_csv``, from a table of texts whose first row is the heading (a spreadsheet, for instance)."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, date | None], int] = {}
    codes, missing = heading(spec=spec, titles=rows[0] if rows else (), given=defaults or ())
    if missing:
        raise BookError(spec.title, missing)
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        raw = dict(defaults or {}) | {c: cell for c, cell in zip(codes, cells, strict=False) if cell.strip()}
        if any(cell.strip() for cell in cells[len(codes) :]):
            problems.append(Problem(number, "", "单元格比表头多，请检查逗号和引号。"))
            continue
        try:
            entry = spec.entry(raw, row=number)
        except BookError as error:
            problems += error.problems
            continue
        first = seen.setdefault((entry.key, entry.from_), number)
        if first != number:
            problems.append(Problem(number, "", f"与第{first}行的主键和生效日相同，请只保留一行。"))
        entries.append(entry)
    if problems:
        raise BookError(spec.title, problems)
    return tuple(entries)


def heading(
    *, spec: BookSpec, titles: Sequence[str], given: Collection[str] = ()
) -> tuple[list[str], list[Problem]]:
    """Column codes for a heading of codes or Chinese titles, and what is wrong with it; ``given`` may be absent."""
    by_title = {name: c.code for c in spec.all_columns() for name in (c.code, c.title)}
    codes = [by_title.get(title.strip(), title.strip()) for title in titles]
    while codes and not codes[-1]:
        codes.pop()
    problems = [Problem(1, title, "没有这一列，请删除。") for title in codes if title not in by_title]
    problems += [
        Problem(1, code, "这一列出现了两次。") for code in dict.fromkeys(codes) if codes.count(code) > 1
    ]
    needed = [
        c.title for c in spec.columns if (c.required or c.code in spec.key) and c.code not in (*codes, *given)
    ]
    problems += [Problem(1, title, "缺少这一列，请补上。") for title in needed]
    return codes, problems


@dataclass(frozen=True, slots=True)
class BookOnDay:
    """A register on one day: at most one row a key."""

    name: str
    day: date
    rows: tuple[Entry, ...]
    _by_key: Mapping[str, Entry] = field(repr=False, compare=False)
    _indexes: dict[tuple[str, ...], dict[tuple[Any, ...], list[Entry]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def get(self, key: str) -> Entry | None:
        """The row of ``key`` (several key columns: joined by ``|``), or None."""
        return self._by_key.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def where(self, **equal: Any) -> tuple[Entry, ...]:
        """The rows whose columns equal the given values, in order. Raises KeyError for an unknown column."""
        columns = tuple(sorted(equal))
        index = self._indexes.get(columns)
        if index is None:
            index = {}
            for row in self.rows:
                index.setdefault(tuple(row.data[c] for c in columns), []).append(row)
            self._indexes[columns] = index
        return tuple(index.get(tuple(equal[c] for c in columns), ()))


class Book:
    """A register through time: ``shipped`` rows with ``edited`` rows lying over them."""

    DAYS_KEPT = 64

    def __init__(self, name: str, rows: Iterable[Entry], edited: Iterable[Entry] = ()) -> None:
        self.name = name
        self.rows: tuple[Entry, ...] = tuple(rows)
        self.edited: tuple[Entry, ...] = tuple(edited)
        self._days: dict[date, BookOnDay] = {}
        bounds = (day for row in (*self.rows, *self.edited) for day in (row.from_, row.to) if day is not None)
        self._turns = sorted(set(bounds))
        self._spans: dict[int, BookOnDay] = {}

    def at(self, day: date) -> BookOnDay:
        """The register on ``day``. Of several rows in force for a key: edited before shipped, then the latest 生效日."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= self.DAYS_KEPT:
                self._days.clear()
            found = self._days[day] = self._on(day)
        return found

    def keys(self) -> frozenset[str]:
        """Every key the register has ever held."""
        return frozenset(entry.key for entry in self.rows + self.edited)

    def versions(self, key: str) -> tuple[Entry, ...]:
        """All rows of one key: shipped, then edited."""
        return tuple(entry for entry in self.rows + self.edited if entry.key == key)

    def _on(self, day: date) -> BookOnDay:
        """Nothing changes between two days on which a row begins or ends: such days share their rows and indexes."""
        span = bisect_right(self._turns, day)
        held = self._spans.get(span)
        if held is None:
            if len(self._spans) >= self.DAYS_KEPT:
                self._spans.clear()
            live = self._live(day)
            held = self._spans[span] = BookOnDay(self.name, day, tuple(live.values()), live)
        return held if held.day == day else replace(held, day=day)

    def _live(self, day: date) -> dict[str, Entry]:
        """The row of each key that counts on a day."""
        chosen: dict[str, Entry] = {}
        for rows in (self.rows, self.edited):
            layer: dict[str, Entry] = {}
            for entry in rows:
                if entry.in_force(day) and _later(entry, layer.get(entry.key)):
                    layer[entry.key] = entry
            chosen |= layer
        return {key: entry for key, entry in chosen.items() if not entry.removed}


def _later(entry: Entry, other: Entry | None) -> bool:
    """Whether ``entry`` takes precedence; of two with the same 生效日 the one written later does."""
    return other is None or (entry.from_ or date.min) >= (other.from_ or date.min)
