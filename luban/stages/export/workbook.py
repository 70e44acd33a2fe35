"""An export as a spreadsheet, written row by row so that a long one needs little memory.

Text is written as text and never becomes a formula or a link, whatever it begins with; figures are figures, days are
written 2026-03-02.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import IO, Any

import xlsxwriter

from luban.kit.clock import clock

LONGEST = 32_000  # characters a cell holds
UNFIT = re.compile(r"[\[\]:*?/\\']")
"""What a sheet's name must not hold."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML can hold."""
STEP = 200  # rows between two words about the progress
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_lines(
    *,
    target: IO[bytes],
    title: str,
    heads: Sequence[str],
    lines: Iterable[Sequence[Any]],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write `lines` under `heads` as one sheet into `target`; returns how many. `progress` hears the number now and
    then."""
    count = 0
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"created": clock.now().replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#E8F1EC"})
        sheet = book.add_worksheet(UNFIT.sub("_", title)[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(heads) - 1), 18)
        for x, head in enumerate(heads):
            sheet.write_string(0, x, head, bold)
        for count, line in enumerate(lines, start=1):
            for x, value in enumerate(line):
                _write(sheet, count, x, value)
            if progress is not None and count % STEP == 0:
                progress(count)
    return count


def _write(sheet: Any, y: int, x: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value):
        sheet.write_number(y, x, float(value))
        return
    sheet.write_string(y, x, UNWRITABLE.sub("\ufffd", text_of(value))[:LONGEST])


def text_of(value: Any) -> str:
    """A cell in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)
