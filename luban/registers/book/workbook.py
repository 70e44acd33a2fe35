"""Spreadsheets in and out as tables of text. Free of Django.

Reading refuses what could hurt before it is unpacked: too large, too many parts, a cell far outside the table (a
reader allocates the whole rectangle). Writing puts every cell down as text, so that nothing becomes a formula.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from luban.kit.book import BookError, Problem, text_of
from luban.kit.clock import clock

MAX_BYTES = 20 * 1024 * 1024
MAX_UNZIPPED = 64 * 1024 * 1024
MAX_PARTS = 1000
MAX_ROWS = 20_000
_CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]*?\sr="([A-Z]{0,3})(\d+)"')
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def read_table(content: bytes) -> list[list[str]]:
    """The first sheet as text cells, row by row. Raises BookError for a file that is no workbook, too big or too long."""
    _check_size(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(nrows=MAX_ROWS + 2, skip_empty_area=False)
    except (CalamineError, ValueError, OSError, IndexError) as error:
        raise _unreadable("文件无法读取，请另存为 xlsx 后再上传。") from error
    if len(rows) > MAX_ROWS + 1:
        raise _unreadable(f"行数超过{MAX_ROWS}行，请分批导入。")
    return [[_cell(value) for value in row] for row in rows]


def write_tables(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook of (sheet title, heading, rows); every cell is text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _SAFE) as workbook:
        workbook.set_properties({"created": clock.now().replace(tzinfo=None)})
        bold = workbook.add_format({"bold": True, "bg_color": "#E8F1EC", "text_wrap": True, "valign": "top"})
        for title, heading, rows in sheets:
            sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
            for x, text in enumerate(heading):
                sheet.write_string(0, x, text, bold)
            for y, row in enumerate(rows, start=1):
                for x, text in enumerate(row):
                    sheet.write_string(y, x, text)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(0, len(heading) - 1), 18)
    return buffer.getvalue()


def _check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise _unreadable(f"文件超过{MAX_BYTES // 1024 // 1024}MB，请分批导入。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNZIPPED:
                raise _unreadable("表格展开后过大，请删去空白行列和图片后再上传。")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _check_extent(archive.read(part))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        if isinstance(error, BookError):
            raise
        raise _unreadable("这不是可读取的 xlsx 文件，请用“导出”得到的表格填写后上传。") from error


def _check_extent(sheet: bytes) -> None:
    for found in _CELL.finditer(sheet):
        if len(found[1]) > 2 or len(found[2]) > 7 or int(found[2]) > MAX_ROWS + 1:
            raise _unreadable(f"表格超过{MAX_ROWS}行或列数过多，请删去空白行列或分批导入。")


def _unreadable(message: str) -> BookError:
    return BookError("导入文件", [Problem(0, "", message)])


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    return text_of(value).strip()
