"""The register of score bands refuses what cannot be a band, and edits of what the requirements fix."""

from __future__ import annotations

from datetime import date

import pytest

from luban.kit.book import Book
from luban.registers.scoring.book_spec import SPECS

SPEC = SPECS[0]
ROW = {"item": "i", "factor": "D1", "seq": "1", "codes": "yes", "points": "5", "text": "无此类能力"}
BOOK = Book("score_bands", ()).at(date(2026, 7, 2))


def faults(before=None, **cells):
    entry = SPEC.entry(ROW | cells)
    assert SPEC.check is not None
    return list(SPEC.check(entry, SPEC.entry(ROW | before) if before is not None else None, BOOK))


def test_a_band_has_room_for_a_value_and_no_negative_points():
    assert faults(above="1", up_to="2") == []
    assert faults(above="3", up_to="2") == ["下限大于上限，请更正分档。"]
    assert faults(points="-1") == ["分值不能小于0。"]


@pytest.mark.parametrize(("fixed", "says"), [("是", ["该分值由采购需求给定，不能修改。"]), ("", [])])
def test_what_the_requirements_fix_is_not_edited(fixed, says):
    assert faults({"fixed": fixed}, points="4", fixed=fixed) == says
    assert faults({"fixed": fixed}, fixed=fixed) == []
