"""The register of days that are not what their weekday says."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry


def _check(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    try:
        date.fromisoformat(entry.key)
    except ValueError:
        yield f"“{entry.key}”不是日期，请写成 2026-10-01。"


SPECS = (
    BookSpec(
        code="calendar",
        title="工作日历",
        columns=(
            Column("date", "日期", required=True),
            Column("is_workday", "是否工作日", "flag", required=True),
            Column("name", "节日或调休", required=True),
        ),
        key=("date",),
        source="国务院办公厅年度节假日安排",
        removable=True,
        file=Path(__file__).parent / "data" / "calendar.csv",
        check=_check,
    ),
)
