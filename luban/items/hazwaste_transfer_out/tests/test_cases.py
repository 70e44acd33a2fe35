"""The cases an official can read come out as written."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from luban.items.hazwaste_transfer_out.item import ITEM
from luban.stages.trial import Result, read_cases, try_cases

CASES = read_cases(Path(__file__).with_name("cases.yaml"))


@cache
def results() -> dict[str, Result]:
    """Every case, run once."""
    return {
        entry.name: result for entry, result in zip(CASES, try_cases(item=ITEM, cases=CASES), strict=True)
    }


@pytest.mark.parametrize("name", [entry.name for entry in CASES])
def test_case_comes_out_as_written(name: str) -> None:
    assert results()[name].differences == []
