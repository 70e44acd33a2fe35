"""A register as a spreadsheet, out and in.

``export_xlsx`` writes every cell as text (nothing is ever a formula) with a second sheet that says how to fill it in.
``import_xlsx`` answers row by row what each would do; if any row is wrong nothing is proposed, otherwise every new or
changed row becomes a proposal of one batch, to be approved by a second person. Rows the file leaves out stay. Where a
register's batches are numbered (``batches``), the rows carry the number and those that end are counted apart.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import connection, transaction

from luban.kit.book import BookError, BookSpec, Entry, Problem, heading
from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.registers.book.batches import BatchedSpec, mixed, next_batch, stem
from luban.registers.book.changes import checked_rows, earliest, propose_together
from luban.registers.book.current import current
from luban.registers.book.models import Change
from luban.registers.book.shipped import spec_of
from luban.registers.book.workbook import read_table, write_tables

TYPES = {
    "text": "文字",
    "integer": "整数",
    "decimal": "数字",
    "date": "日期，如 2026-03-02",
    "flag": "是或否",
    "choice": "选一个",
    "codes": "多个值以;分隔",
}
Outcome = Literal["new", "changed", "same", "error"]


@dataclass(frozen=True, slots=True)
class RowReport:
    """What one row of the file does: ``row`` is its line in the sheet, ``messages`` say what is wrong; ``ends``: the
    row it changes is over from then on."""

    row: int
    key: str
    outcome: Outcome
    messages: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole file: nothing was proposed when ``accepted`` is False. ``batch`` names the proposals, ``number`` is the
    batch's number where the register numbers them."""

    register: str
    accepted: bool
    rows: tuple[RowReport, ...]
    batch: uuid.UUID | None
    change_ids: tuple[int, ...]
    number: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many rows have that outcome."""
        return sum(1 for row in self.rows if row.outcome == outcome)

    @property
    def ended(self) -> int:
        """How many of the changed rows are over from then on."""
        return sum(1 for row in self.rows if row.ends)


def export_xlsx(*, register: str, day: date | None = None) -> bytes:
    """The rows in force on ``day`` (default today) as a workbook. Raises UnknownRegister."""
    spec = spec_of(register)
    columns = spec.all_columns()
    rows = (
        [spec.texts(row)[c.code] for c in columns] for row in current(register).at(day or clock.today()).rows
    )
    guide = ((c.title, TYPES[c.type], "是" if c.required else "", "、".join(c.choices)) for c in columns)
    return write_tables(
        [
            (spec.title, [c.title for c in columns], rows),
            ("填写说明", ("列", "类型", "必填", "可选值"), guide),
        ]
    )


def import_xlsx(*, register: str, content: bytes, by: Actor, reason: str) -> ImportReport:
    """Read the first sheet and propose its new and changed rows as one batch.

    Raises BookError when the file or its heading cannot be read, ChangeRefused when the actor or the reason is not
    accepted or a row already waits for approval; wrong rows are in the report.
    """
    spec = spec_of(register)
    table = read_table(content)
    codes, problems = heading(spec=spec, titles=table[0] if table else ())
    if problems:
        raise BookError(spec.title, problems)
    reports, rows = _examine(spec, codes, table)
    if any(report.outcome == "error" for report in reports):
        return ImportReport(register, False, tuple(reports), None, ())
    if not rows:
        return ImportReport(register, True, tuple(reports), None, ())
    with transaction.atomic():
        number = ""
        if isinstance(spec, BatchedSpec):
            number = _batch_number(spec, next(iter(rows.values())))
            rows = {line: {**cells, spec.batch_column: number} for line, cells in rows.items()}
        records = propose_together(register=register, rows=rows, by=by, reason=reason)
    ids = tuple(record.id for record in records)
    return ImportReport(register, True, tuple(reports), records[0].batch, ids, number)


def _batch_number(spec: BatchedSpec, row: Mapping[str, str]) -> str:
    """The next number of the row's part today, held to the end of the transaction so that two files never share one."""
    start = stem(spec=spec, part=spec.part_of(row), day=clock.today())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"book batch {start}"])
    proposed = Change.objects.filter(register=spec.code, **{f"data__{spec.batch_column}__startswith": start})
    taken = set(proposed.values_list(f"data__{spec.batch_column}", flat=True).distinct())
    taken |= {str(row[spec.batch_column]) for row in current(spec.code).rows}
    return next_batch(start=start, taken=taken)


def _examine(
    spec: BookSpec, codes: Sequence[str], table: Sequence[Sequence[str]]
) -> tuple[list[RowReport], Mapping[int, Mapping[str, str]]]:
    """What each line does, and the lines that would be proposed."""
    standing = current(spec.code).at(earliest(spec))
    lines = {
        n: dict(zip(codes, cells, strict=False)) for n, cells in enumerate(table[1:], start=2) if any(cells)
    }
    keys = {number: spec.key_of(raw) for number, raw in lines.items()}
    first: dict[str, int] = {}
    for number, key in keys.items():
        first.setdefault(key, number)
    moved = {n: raw for n, raw in lines.items() if not _unchanged(spec, raw, standing.get(keys[n]))}
    problems = checked_rows(spec=spec, rows=moved)[1]
    if isinstance(spec, BatchedSpec):
        problems += mixed(spec=spec, rows=moved)
    problems += [
        Problem(n, "", f"与第{first[key]}行的主键相同，请只保留一行。")
        for n, key in keys.items()
        if first[key] != n
    ]
    wrong: dict[int, list[str]] = {}
    for problem in problems:
        said = f"{problem.column}：{problem.message}" if problem.column else problem.message
        wrong.setdefault(problem.row, []).append(said)
    reports = []
    for number, key in keys.items():
        outcome: Outcome = "same" if number not in moved else "changed" if key in standing else "new"
        outcome = "error" if number in wrong else outcome
        ends = outcome == "changed" and _ends(spec, lines[number], standing.get(key))
        reports.append(RowReport(number, key, outcome, tuple(wrong.get(number, ())), ends))
    return reports, moved


def _ends(spec: BookSpec, raw: Mapping[str, str], before: Entry | None) -> bool:
    """Whether a line ends a row that has not been over."""
    return (
        isinstance(spec, BatchedSpec) and before is not None and spec.ends(raw) and not spec.ends(before.data)
    )


def _unchanged(spec: BookSpec, raw: Mapping[str, str], before: Entry | None) -> bool:
    """Whether a line says what the register says already, its days and the number of its batch left aside."""
    if before is None:
        return False
    own = spec.batch_column if isinstance(spec, BatchedSpec) else ""
    try:
        said = spec.entry(raw).data
    except BookError:
        return False
    return all(said[column] == value for column, value in before.data.items() if column != own)
