"""What the pages of registers are made of: a box for each column, problems put beside it, what an edit changes."""

from __future__ import annotations

from dataclasses import dataclass

from luban.kit.book import Book, BookError, BookSpec, Column, Entry, text_of
from luban.registers.book.changes import ChangeRecord, ChangeRefused
from luban.registers.book.current import current

FLAGS = (("是", "是"), ("否", "否"))
LONG = 60
HINTS = {
    "integer": "整数",
    "decimal": "数字",
    "codes": "多个值以 ; 分隔",
    "text": "",
    "date": "",
    "flag": "",
    "choice": "",
}


@dataclass(frozen=True)
class Box:
    """A column as a control: kind input, date, select or long; `fixed` columns are shown only."""

    name: str
    title: str
    kind: str
    value: str
    required: bool
    hint: str
    options: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    fixed: bool

    @property
    def id(self) -> str:
        """The control's id."""
        return self.name.replace(".", "-")


def box_of(column: Column, value: str, problems: tuple[str, ...], *, fixed: bool) -> Box:
    """The control of a column."""
    options: tuple[tuple[str, str], ...] = ()
    kind = "date" if column.type == "date" else "input"
    if column.type == "flag":
        kind, options = "select", FLAGS
    elif column.type == "choice":
        kind, options = "select", tuple((c, c) for c in column.choices)
    elif len(value) > LONG:
        kind = "long"
    return Box(
        f"c.{column.code}",
        column.title,
        kind,
        value,
        column.required,
        HINTS[column.type],
        options,
        problems,
        fixed,
    )


def place_problems(
    spec: BookSpec, refused: BookError | ChangeRefused | None
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Problems by column title, and those that belong to no column."""
    if refused is None:
        return {}, ()
    if not isinstance(refused, BookError):
        return {}, (str(refused),)
    titles = {c.title for c in spec.all_columns()}
    placed: dict[str, tuple[str, ...]] = {}
    other: list[str] = []
    for problem in refused.problems:
        if problem.column in titles:
            placed[problem.column] = (*placed.get(problem.column, ()), problem.message)
        else:
            other.append(f"{problem.column}：{problem.message}" if problem.column else problem.message)
    return placed, tuple(other)


def matches(row: Entry, q: str) -> bool:
    """Whether any cell holds the words."""
    wanted = q.upper()
    return not wanted or any(wanted in text_of(v).upper() for v in row.data.values())


def changed_cells(spec: BookSpec, change: ChangeRecord) -> tuple[tuple[str, str, str], ...]:
    """(column, before, after) of what a proposal changes, against the register on the day before it takes effect."""
    before = _standing(current(spec.code), change)
    old = spec.texts(before) if before else {}
    return tuple(
        (c.title, old.get(c.code, ""), change.data.get(c.code, ""))
        for c in spec.columns
        if old.get(c.code, "") != change.data.get(c.code, "")
    )


def _standing(book: Book, change: ChangeRecord) -> Entry | None:
    """What held before the proposal: versions of the key without the one it became."""
    held = [v for v in book.versions(change.key) if not v.removed and v.data]
    earlier = [v for v in held if v.from_ is None or v.from_ < change.from_day]
    return earlier[-1] if earlier else None
