"""The pictures of the big screen: widths by tonnes, scales that fit, nothing drawn of nothing."""

from __future__ import annotations

import re

import pytest

from luban.faces.screen.pictures import (
    FLOW_HEIGHT,
    amount,
    flows_drawn,
    hours_drawn,
    kinds_drawn,
    unit_of,
)
from luban.stages.chain.figures_feed import Hour

ROWS = (
    {"origin": "310000", "dest": "330000", "count": 2, "tonnage": 500.0},
    {"origin": "310000", "dest": "320000", "count": 1, "tonnage": 120.0},
    {"origin": "330000", "dest": "320000", "count": 4, "tonnage": 80.5},
)
NAMES = {"310000": "上海", "320000": "江苏", "330000": "浙江"}


def test_flows_are_as_wide_as_their_tonnes_and_stay_in_the_picture() -> None:
    found = flows_drawn(ROWS, NAMES.__getitem__)
    assert [(p.name, p.amount, p.count) for p in found.origins] == [
        ("上海", "620 吨", 3),
        ("浙江", "80.5 吨", 4),
    ]
    assert [p.name for p in found.dests] == ["浙江", "江苏"]
    assert found.origins[0].height / found.origins[1].height == pytest.approx(620 / 80.5, rel=0.01)
    for place in (*found.origins, *found.dests):
        assert place.y >= 0 and place.y + place.height <= FLOW_HEIGHT + 0.2
    assert found.rows[0] == ("上海", "浙江", "500 吨", 2)
    assert len({ribbon.tone for ribbon in found.ribbons}) == 2
    assert all(re.fullmatch(r"[MCVZ0-9 .-]+", ribbon.path) for ribbon in found.ribbons)


def test_nothing_flows_when_there_is_nothing() -> None:
    found = flows_drawn((), NAMES.__getitem__)
    assert (found.origins, found.dests, found.ribbons, found.rows) == ((), (), (), ())


def test_large_amounts_are_told_in_ten_thousands() -> None:
    assert unit_of(9_999.9) == (1, "吨")
    assert unit_of(10_000) == (10_000, "万吨")
    assert amount(284_600, 10_000) == "28.5"
    assert amount(20_000, 10_000) == "2"


@pytest.mark.parametrize("most", [0, 1, 3, 10, 17, 26, 99, 250, 1_126, 98_765])
def test_the_scale_of_the_hours_holds_the_highest_bar(most: int) -> None:
    found = hours_drawn([Hour(n, 1, most if n == 5 else 0) for n in range(24)])
    assert len(found.bars) == 24
    assert min(bar.y for bar in found.bars) >= 13.9
    top = float(found.ticks[-1][1].replace(",", ""))
    assert most <= top <= max(most * 4, 10)
    assert [bar.label for bar in found.bars if bar.label] == ["5 时", "11 时", "17 时", "23 时"]
    assert found.transactions == most and found.blocks == 24


def test_kinds_beyond_the_fifth_are_one() -> None:
    rows = [{"category": f"SW{n:02d}", "count": 1, "tonnage": 100.0 - n} for n in range(1, 9)]
    found = kinds_drawn(rows, lambda code: code)
    assert [kind.name for kind in found] == ["SW01", "SW02", "SW03", "SW04", "SW05", "其他"]
    assert found[-1].count == 3
    assert max(kind.width for kind in found) == 100
    assert kinds_drawn((), str) == ()
