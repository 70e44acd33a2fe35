"""An export as a spreadsheet, written row by row so that a long one needs little memory.

Text is written as text and never becomes a formula or a link, whatever it begins with; figures are figures, days are
written 2026-03-02.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from luban.kit.clock import clock
from luban.kit.statistics import ExportColumn
from luban.kit.view import CaseView

LONGEST = 32_000  # characters a cell holds
STEP = 200  # rows between two words about the progress
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_cases(
    *,
    target: IO[bytes],
    title: str,
    columns: Sequence[ExportColumn],
    cases: Iterable[CaseView],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write `cases` as one sheet into `target`; returns how many rows. `progress` hears the number now and then."""
    count = 0
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"created": clock.now().replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#E8F1EC"})
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(columns) - 1), 18)
        for x, column in enumerate(columns):
            sheet.write_string(0, x, column.title, bold)
        for count, case in enumerate(cases, start=1):
            for x, column in enumerate(columns):
                _write(sheet, count, x, column.value(case))
            if progress is not None and count % STEP == 0:
                progress(count)
    return count


def _write(sheet: Any, y: int, x: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(y, x, float(value))
        return
    sheet.write_string(y, x, text_of(value)[:LONGEST])


def text_of(value: Any) -> str:
    """A cell in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)
