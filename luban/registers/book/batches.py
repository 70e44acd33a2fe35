"""Registers whose spreadsheets come in as numbered batches, part by part (a province's list, for instance). Free of Django.

Such a register is described by a `BatchedSpec` instead of a `BookSpec`. One file then brings the rows of one part only;
every row it adds or changes carries the number of its batch, `{prefix}-{part}-{yyyymmdd}-{nn}`; and the report counts
the rows that a file ends apart from those it merely changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luban.kit.book import BookSpec, Problem

WHOLE = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedSpec(BookSpec):
    """`batch_column` takes the number, `part_column` says which part a row belongs to (blank: `WHOLE`), `ended` is the
    column and value by which a row is over while it stays to be read."""

    batch_column: str
    part_column: str
    batch_prefix: str
    ended: tuple[str, str]

    def part_of(self, row: Mapping[str, Any]) -> str:
        """The part a row belongs to."""
        return str(row.get(self.part_column) or "").strip() or WHOLE

    def ends(self, row: Mapping[str, Any]) -> bool:
        """Whether a row says that it is over."""
        column, value = self.ended
        return str(row.get(column) or "").strip() == value


def mixed(*, spec: BatchedSpec, rows: Mapping[int, Mapping[str, str]]) -> list[Problem]:
    """What is wrong with a file that brings rows of several parts: each row (by line) of another part than the first."""
    parts = {number: spec.part_of(row) for number, row in rows.items()}
    first = next(iter(parts.values()), "")
    title = next(c.title for c in spec.columns if c.code == spec.part_column)
    return [
        Problem(number, title, f"一个文件只能导入一个{title}的条目，前面的是{first}，请分开导入。")
        for number, part in parts.items()
        if part != first
    ]


def stem(*, spec: BatchedSpec, part: str, day: date) -> str:
    """What the numbers of a part's batches of a day begin with."""
    return f"{spec.batch_prefix}-{part}-{day:%Y%m%d}-"


def next_batch(*, start: str, taken: Iterable[str]) -> str:
    """The next number after those taken that begin with `start`; two digits, more when they run out."""
    used = [one.removeprefix(start) for one in taken if one.startswith(start)]
    last = max((int(one) for one in used if one.isascii() and one.isdigit()), default=0)
    return f"{start}{last + 1:02d}"
