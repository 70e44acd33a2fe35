"""Whatever stands in a cell stays a word: no formula, no link, no broken file."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from luban.stages.export.workbook import LONGEST, write_lines

HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    '=HYPERLINK("http://example.com","看")',
    "http://example.com/",
    "mailto:a@example.com",
    "internal:Sheet2!A1",
    "{=1+1}",
    '=DDE("cmd";"/C calc";"1")',
    "</t></si><si><t>",
    "<script>alert(1)</script>",
    "12345678901234567890",
    "91310115MA7K3Q2X8Y",
    "007",
    "2026-07-02",
    "TRUE",
    "_x0041_",
    "＝１＋１",
)


def written(*cells: Any, heads: tuple[str, ...] = ("x",)) -> bytes:
    target = io.BytesIO()
    write_lines(target=target, title="[危废]/转出", heads=heads, lines=[[cell] for cell in cells])
    return target.getvalue()


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_stay_words(value: str) -> None:
    content = written(value, heads=(value,))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    for place in ("A1", "A2"):
        assert (sheet[place].data_type, sheet[place].hyperlink) == ("s", None)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        assert len(sheets) == 1
        text = file.read(sheets[0]).decode()
        assert "<f" not in text
        assert "<hyperlink" not in text
    ((told,),) = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1:]
    assert str(told).strip() == value.strip()


@pytest.mark.parametrize("value", ["a\x00b", "a\x0bb", "a\ud800b", "a\uffffb"])
def test_what_no_file_can_hold_is_replaced(value: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(value))).active
    assert sheet["A2"].value == "a\ufffdb"


def test_figures_are_figures_and_what_is_none_is_a_word() -> None:
    cells = (
        Decimal("300.0000"),
        7,
        True,
        date(2026, 7, 2),
        Decimal("NaN"),
        float("inf"),
        None,
        "",
        "长" * 40_000,
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(written(*cells))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:8]] == [300.0, 7.0, "是", "2026-07-02", "NaN", "inf", ""]
    assert len(rows[-1][0]) == LONGEST
