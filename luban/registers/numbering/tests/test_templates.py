"""How numbers look."""

from datetime import date

import pytest

from luban.registers.numbering.templates import (
    CASE,
    FILING,
    PERMIT,
    REVOCATION,
    TemplateFault,
    format_number,
    sequence_of,
)

DAY = date(2026, 3, 2)


def test_the_numbers_of_the_brief() -> None:
    pudong = {"day": DAY, "adcode": "310115"}
    assert format_number(template=CASE, value=1, prefix="GFB", **pudong) == "GFB-310115-20260302-0001"  # type: ignore[arg-type]
    assert format_number(template=FILING, value=1, **pudong) == "GFBA-310115-2026-0001"  # type: ignore[arg-type]
    assert format_number(template=FILING, value=1, year="2027", **pudong) == "GFBA-310115-2027-0001"  # type: ignore[arg-type]
    assert format_number(template=REVOCATION, value=1, **pudong) == "GFCX-310115-2026-0001"  # type: ignore[arg-type]
    assert format_number(template=PERMIT, value=1, day=DAY) == "GFXK-310000-2026-0001"
    assert format_number(template="沪环固转许〔{yyyy}〕{n}号", value=12, day=DAY) == "沪环固转许〔2026〕12号"


def test_the_running_number_grows_to_five_digits() -> None:
    assert format_number(template=FILING, value=9999, day=DAY, adcode="310115").endswith("-9999")
    assert format_number(template=FILING, value=10000, day=DAY, adcode="310115").endswith("-10000")


def test_a_sequence_is_the_number_without_its_running_part() -> None:
    assert sequence_of(template=CASE, day=DAY, prefix="GFB", adcode="310115") == "GFB-310115-20260302-*"


@pytest.mark.parametrize("template", ["{prefix}-{4}", "GFBA-{yyyy}", "{4}-{4}", "a{4}{", "{4}{x y}"])
def test_a_template_that_cannot_be_filled_is_named(template: str) -> None:
    with pytest.raises(TemplateFault, match="编号模板"):
        format_number(template=template, value=1, day=DAY)


def test_parts_cannot_smuggle_anything_in() -> None:
    with pytest.raises(TemplateFault, match="不能是"):
        format_number(template=FILING, value=1, day=DAY, adcode="3101/../")
