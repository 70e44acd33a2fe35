"""Every kind of indicator against cases counted by hand; groups, filters, slices of time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from luban.cases.shipped import shipped_context
from luban.kit.statistics import (
    Bands,
    Chapter,
    Count,
    Dimension,
    Distinct,
    Factors,
    Hits,
    Mean,
    Measure,
    Ratio,
    Share,
    Span,
    Statistics,
)
from luban.stages.export.counting import Shared, Spread, spread_of
from luban.stages.export.days import DayCount, slicer
from luban.stages.export.projection import ran_out
from luban.stages.export.tally import Tally, Wanted, tally

DISTRICT = Dimension("district", "区")
CODE = Dimension("code", "代码", of_rows=True)
FIRM = Dimension("firm", "单位", labelled=True)
PERSON = Dimension("person", "经办人", many=True, labelled=True)


def case(**facts: Any) -> dict[str, Any]:
    return {"outcome": "", "_pauses": "[]", "_overdue": [], **facts}


CASES = (
    case(
        accepted_on="2026-01-05",
        ended_on="2026-01-20",
        outcome="granted",
        district="a",
        firm="1 甲公司",
        carriers=["x", "y"],
        person=["w 王", "l 李"],
        total="93",
        points={"A1": 6, "A2": 6},
        corrected="是",
        moved="4",
        failed=[],
        doubtful=["CR-02"],
        reply="同意",
        _pauses='[["2026-01-07", "2026-01-12", "consultation"]]',
        _overdue=["review"],
        rows=[
            {"code": "c1", "applied": "300", "approved": "200", "actual": Decimal(50)},
            {"code": "c2", "applied": "120", "approved": "120"},
        ],
    ),
    case(
        accepted_on="2026-01-30",
        ended_on="2026-02-10",
        outcome="denied",
        district="a",
        firm="1 甲有限公司",
        carriers=["y"],
        person=["w 王"],
        total="41",
        points={"A1": 0},
        corrected="否",
        failed=["CR-07"],
        doubtful=["CR-02", "CR-05"],
        reply="不同意",
        _overdue=["reply"],
        rows=[{"code": "c1", "applied": "30", "approved": "0"}],
    ),
    case(accepted_on="2026-02-02", district="b", firm="2 乙公司", total="60", rows=[]),
    case(accepted_on="2025-12-31", ended_on="2026-01-04", outcome="granted", district="b", firm="2 乙公司"),
    case(accepted_on="", district="b"),
)


def count(*parts: Any, by: Dimension | None = None, unit: str = "month", **more: Any) -> Tally:
    wanted = Wanted(
        parts=parts,
        **{"since": "2026-01-01", "until": "2026-12-31", **more},
        dimension=by,
        slices=slicer(unit),
    )
    calendar = shipped_context(today=date(2026, 3, 2)).calendar
    return tally(records=CASES, wanted=wanted, days=DayCount(calendar))


def groups(found: Tally, code: str) -> dict[str, Any]:
    return {value: figure[code] for value, _, figure in found.groups}


def test_every_event_belongs_to_its_own_day() -> None:
    parts = (
        Count("accepted", "受理", "accepted_on"),
        Count("ended", "办结", "ended_on"),
        Count("granted", "准予", "ended_on", ("granted",)),
        Count("denied", "不予", "ended_on", ("denied",)),
    )
    found = count(*parts)
    assert found.totals == {"accepted": 3, "ended": 3, "granted": 2, "denied": 1}
    assert groups(found, "accepted") == {"2026-01": 2, "2026-02": 1}
    assert groups(found, "ended") == {"2026-01": 2, "2026-02": 1}
    assert groups(count(*parts, unit="quarter"), "granted") == {"2026年第1季度": 2}
    assert count(*parts, since="2026-02-01").totals == {"accepted": 1, "ended": 1, "granted": 0, "denied": 1}


def test_by_a_dimension_the_largest_group_comes_first() -> None:
    found = count(Count("accepted", "受理", "accepted_on"), by=DISTRICT)
    assert [(value, figure["accepted"]) for value, _, figure in found.groups] == [("a", 2), ("b", 1)]


def test_firms_are_one_by_their_key_whatever_their_name_was() -> None:
    found = count(Count("accepted", "受理", "accepted_on"), by=FIRM)
    assert [(v, name, f["accepted"]) for v, name, f in found.groups] == [
        ("1", "甲有限公司", 2),
        ("2", "乙公司", 1),
    ]


def test_a_case_counts_once_under_each_person_who_handled_it() -> None:
    found = count(Count("accepted", "受理", "accepted_on"), by=PERSON)
    assert [(name, f["accepted"]) for _, name, f in found.groups] == [("王", 2), ("", 1), ("李", 1)]


def test_distinct_firms_are_counted_once() -> None:
    found = count(
        Distinct("carriers", "运输单位", "accepted_on", many=True), Distinct("firm", "单位", "accepted_on")
    )
    assert (found.totals["carriers"], found.totals["firm"]) == (2, 3)


def test_tonnes_of_lines_belong_to_their_own_code_and_cases_count_once() -> None:
    parts = (
        Count("accepted", "受理", "accepted_on"),
        Measure("applied", "申请", "吨", "accepted_on", of_rows=True),
        Measure("approved", "批准", "吨", "ended_on", of_rows=True),
        Measure("actual", "实转", "吨", "ended_on", of_rows=True),
        Ratio("executed", "执行率", "actual", "approved"),
    )
    found = count(*parts, by=CODE)
    assert found.totals == {
        "accepted": 3,
        "applied": Decimal(450),
        "approved": Decimal(320),
        "actual": Decimal(50),
        "executed": Decimal("15.6"),
    }
    assert groups(found, "accepted") == {"c1": 2, "c2": 1, "": 1}
    assert groups(found, "applied") == {"c1": Decimal(330), "c2": Decimal(120), "": Decimal(0)}
    assert groups(found, "executed") == {"c1": Decimal("25.0"), "c2": Decimal("0.0"), "": None}
    only = count(*parts, by=DISTRICT, lines=[("code", "c2")])
    assert groups(only, "applied") == {"a": Decimal(120), "b": Decimal(0)}


def test_shares_and_means_leave_out_what_says_nothing() -> None:
    found = count(
        Share("corrected_share", "修正", "accepted_on", "corrected", ("是",)),
        Share("agreed", "同意", "accepted_on", "reply", ("同意",)),
        Mean("mean", "均分", "accepted_on", "total", "分"),
        Mean("moved_mean", "修正幅度", "accepted_on", "moved", "分"),
    )
    assert found.totals["corrected_share"] == Shared(1, 2)
    assert found.totals["corrected_share"].percent == Decimal("50.0")
    assert (found.totals["agreed"].percent, found.totals["mean"]) == (Decimal("50.0"), Decimal("64.7"))
    assert found.totals["moved_mean"] == Decimal("4.0")
    nothing = count(
        Mean("mean", "均分", "accepted_on", "total", "分"), since="2030-01-01", until="2030-12-31"
    )
    assert nothing.totals["mean"] is None


def test_scores_fall_into_bands_and_factors_have_means() -> None:
    bands = (("90", Decimal(90)), ("60–89", Decimal(60)), ("<60", None))
    found = count(
        Bands("spread", "分布", "accepted_on", "total", bands),
        Factors("factors", "各项", "accepted_on", "points", (("A1", "距离"), ("A2", "轨迹"), ("A3", "特性"))),
        by=DISTRICT,
    )
    assert found.totals["spread"] == (1, 1, 1)
    assert groups(found, "spread") == {"a": (1, 0, 1), "b": (0, 1, 0)}
    assert found.totals["factors"] == (Decimal("3.0"), Decimal("6.0"), None)


def test_clauses_are_counted_by_what_the_machine_said() -> None:
    kinds = (("failed", "不符合"), ("doubtful", "存疑"))
    found = count(Hits("hits", "条款", "accepted_on", kinds, (("CR-02", ""), ("CR-05", ""), ("CR-07", ""))))
    assert found.totals["hits"].of == 3
    assert found.totals["hits"].found == {"CR-02": (0, 2), "CR-05": (0, 1), "CR-07": (1, 0)}


def test_spans_are_counted_on_the_day_they_end_and_know_who_is_overdue() -> None:
    found = count(Span("whole", "全程", "accepted_on", "ended_on", ("review",)), by=DISTRICT)
    whole = found.totals["whole"]
    assert (whole.calendar.n, whole.calendar.longest, whole.overdue) == (3, 15, 1)
    # 01-05→01-20: 11 working days, 3 of them paused; 01-30→02-10: 7; 2025-12-31→2026-01-04: one (Sunday 01-04 was worked)
    assert (whole.working.median, whole.net.longest, whole.net.p90) == (Decimal("7.0"), 8, 8)
    assert groups(found, "whole")["a"].late == Decimal("50.0")
    assert groups(found, "whole")["b"].calendar.mean == Decimal("4.0")


def test_a_clock_has_run_out_from_the_day_after() -> None:
    def late(due: str | None, stopped: str | None, today: str = "2026-03-02") -> list[str]:
        return ran_out(limits=[{"code": "review", "due": due, "stopped": stopped}], today=today)

    assert late("2026-03-02", None) == []
    assert late("2026-03-01", None) == ["review"]
    assert late("2026-01-10", "2026-01-10") == []
    assert late("2026-01-10", "2026-01-12") == ["review"]
    assert late(None, None) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], Spread()),
        ([7], Spread(1, Decimal("7.0"), Decimal("7.0"), 7, 7)),
        ([1, 2, 3, 10], Spread(4, Decimal("4.0"), Decimal("2.5"), 10, 10)),
        (list(range(1, 11)), Spread(10, Decimal("5.5"), Decimal("5.5"), 9, 10)),
        ([1] * 9 + [100], Spread(10, Decimal("10.9"), Decimal("1.0"), 1, 100)),
    ],
)
def test_a_spread_has_mean_median_p90_and_longest(values: list[int], told: Spread) -> None:
    assert spread_of(Counter(values)) == told


def declared(**more: Any) -> Statistics:
    return Statistics(facts=lambda case: {}, dimensions=(DISTRICT,), measures=(), columns=(), **more)


def test_a_declaration_that_cannot_be_counted_does_not_stand() -> None:
    with pytest.raises(ValueError, match="divides what"):
        declared(chapters=(Chapter("x", "", (Ratio("r", "", "a", "b"),)),))
    with pytest.raises(ValueError, match="stands twice"):
        declared(chapters=(Chapter("x", "", (Count("a", "", "on"), Count("a", "", "on"))),))
    with pytest.raises(ValueError, match="no dimension"):
        declared(chapters=(Chapter("x", "", (), by="nowhere"),))
    with pytest.raises(ValueError, match="is no code"):
        declared(chapters=(Chapter('x"', "", ()),))
    assert declared(chapters=(Chapter("x", "", (), by="district"),)).dimension("district") == DISTRICT
