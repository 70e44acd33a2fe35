"""Sample 1 of the brief (危险废物 §13) filed, decided and sealed in the house: what statistics and the export say of it."""

from __future__ import annotations

import copy
import uuid
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from luban.cases import house
from luban.cases.models import Case
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.kit.clock import clock
from luban.links.outbox import worker
from luban.people.directory import install_bureaus
from luban.people.genuine import mac_of
from luban.registers.transfer_permits import shelf
from luban.stages.export.chapters import chapters_of, dimensions_of
from luban.stages.export.figures import Asked, Figures, figures, reached, standing
from luban.stages.export.projection import Only
from luban.stages.export.rows import Layout, how_many, lines_of
from luban.stages.export.workbook import write_lines
from luban.stages.licence import authorities, make
from luban.stages.trial import read_cases
from luban.stages.trial.house import context_for
from luban.stages.trial.play import play
from luban.stages.trial.registers import in_memory
from tests.papers.walk import SealService

CASE = read_cases(Path(__file__).with_name("cases.yaml"))[0]
TODAY = date(2026, 7, 22)


@pytest.fixture
def issued(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Sample 1, its permit in force since 22 July."""
    known = context_for(item=ITEM, entry=CASE, registers=in_memory(item=ITEM, entry=CASE)).providers
    providers, commands = house.offers()
    monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, commands))
    monkeypatch.setattr(make, "RemoteSeal", SealService(tmp_path / "seal"))
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    house.forget()
    install_bureaus()
    until = next(n for n, line in enumerate(CASE.timeline) if line.act == "certify")
    played = play(item=ITEM, entry=CASE.model_copy(update={"timeline": CASE.timeline[: until + 1]}))
    with clock.at("2026-07-22T10:00:00"):
        worker.drain(lane=f"document:{played.case_id}")
    return Case.objects.get(pk=played.case_id)


def read(part: str, by: str | None = None, *only: Only) -> Figures:
    chapter = next(c for c in chapters_of(ITEM) if c.code == part)
    dimension = next((d for d in dimensions_of(ITEM) if d.code == by), None)
    asked = Asked(
        item=ITEM,
        chapter=chapter,
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        dimension=dimension,
        unit="month",
        only=only,
    )
    with clock.at("2026-07-22T11:00:00"):
        return figures(rows=Case.objects.all(), asked=asked, today=TODAY, within=house.context())


def only(code: str, value: str) -> Only:
    return Only(next(d for d in dimensions_of(ITEM) if d.code == code), value)


def test_sample_1_in_figures(issued: Case) -> None:
    counts = read("cases").totals
    assert {name: n for name, n in counts.items() if n} == {
        "submitted": 1,
        "accepted": 1,
        "ended": 1,
        "granted": 1,
        "evaluated": 1,
        "generator_uscc": 1,
        "receiver_uscc": 1,
        "carriers": 1,
    }
    spans = read("spans").totals
    told = {
        code: (one.calendar.longest, one.working.longest, one.net.longest, one.overdue)
        for code, one in spans.items()
    }
    assert told == {
        "whole": (20, 14, 7, 0),
        "accepting": (1, 1, 1, 0),
        "evaluating": (4, 2, 2, 0),
        "reviewing": (6, 4, 4, 0),
        "replying": (9, 7, 7, 0),
        "deciding": (4, 2, 2, 0),
        "certifying": (1, 1, 1, 0),
    }
    scores = read("scores", "grade")
    assert scores.totals["spread"] == (0, 1, 0, 0, 0)
    assert [(g.value, g.figure["total_mean"]) for g in scores.groups] == [("低风险", Decimal("93.0"))]
    assert scores.totals["corrected_share"].percent == Decimal("0.0")
    assert read("clauses").totals["hits"].of == 1
    replies = read("replies", "receiver_province")
    assert [(g.name, g.figure["agreed"].percent) for g in replies.groups] == [("浙江省", Decimal("100.0"))]


def test_tonnes_by_code_with_what_the_manifests_say(issued: Case) -> None:
    permit = shelf.of_case(case_no=issued.number)
    assert permit is not None
    shelf.note_manifests(
        permit_no=permit.permit_no,
        case_no="",
        gone={("398-004-22", "R4"): Decimal(75)},
        abnormal=0,
        at=clock.now(),
    )
    found = read("tonnes", "code")
    assert [(g.name, *map(str, g.figure.values())) for g in found.groups] == [
        ("398-004-22", "300.0000", "300.0000", "75.0000", "25.0"),
        ("398-051-22", "120.0000", "120.0000", "0", "0.0"),
    ]
    assert found.totals["executed"] == Decimal("17.9")
    by_way = read("tonnes", "mode", only("code", "398-051-22"))
    assert [(g.value, g.figure["applied_t"]) for g in by_way.groups] == [("R4", Decimal(120))]


def test_every_dimension_groups_and_filters(issued: Case) -> None:
    for dimension in dimensions_of(ITEM):
        groups = read("cases", dimension.code).groups
        assert groups
        for group in groups:
            assert group.name
            mine = read("cases", "district", Only(dimension, group.value))
            assert mine.totals["accepted"] == 1, group
        other = read("cases", None, Only(dimension, "没有的值"))
        assert other.totals["accepted"] == 0, dimension


def test_a_page_costs_as_many_statements_for_many_cases_as_for_one(issued: Case) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            for chapter in chapters_of(ITEM):
                read(chapter.code, "code")
        return len(seen)

    read("cases")
    before = cost()
    _copies(issued, 30)
    assert read("cases").totals["accepted"] == 31
    assert (
        cost() == before <= 2 * len(chapters_of(ITEM)) + 1
    )  # the cases, the registers' version; the manifests


def test_the_target_counts_what_was_decided_this_year(issued: Case) -> None:
    _copies(issued, 3)
    Case.objects.filter(number__endswith="-1").update(
        state="closed_withdrawn", decided_on=None, closed_on=TODAY
    )
    Case.objects.filter(number__endswith="-2").update(decided_on=date(2025, 7, 22))
    with clock.at("2026-07-22T11:00:00"):
        (found,) = reached(rows=Case.objects.all(), item=ITEM, today=TODAY, within=house.context())
    assert (found.count, found.goal, found.year) == (2, 700, 2026)
    assert standing(rows=Case.objects.all(), only=(), today=TODAY).open == 0


def test_the_export_of_sample_1_by_waste_and_by_case(issued: Case) -> None:
    by_waste, by_case = _exported(by_line=True), _exported(by_line=False)
    assert [(r["办件号"], r["行号"], r["废物代码"], r["申请吨"], r["批准吨"]) for r in by_waste] == [
        (issued.number, 1, "398-004-22", 300, 300),
        (issued.number, 2, "398-051-22", 120, 120),
    ]
    (row,) = by_case
    assert (row["废物代码"], row["申请吨"]) == ("398-004-22；398-051-22", "300.0000；120.0000")
    for one in (*by_waste, row):
        assert (one["决定日"], one["制证日"]) == ("2026-07-21", "2026-07-22")
        spent = (
            "受理至制证自然日",
            "受理至制证工作日",
            "受理至制证扣除停表工作日",
            "外省复函工作日",
            "初步审核工作日",
        )
        assert [one[name] for name in spent] == [20, 14, 7, 7, 4]
        assert one["是否超期"] == "否"
        assert one["许可文号"] == "沪环危转许〔2026〕0001号"
    assert "13800000001" not in str(by_waste) + str(by_case)


def test_hundreds_of_lines_cost_a_few_statements_for_each_hundred_cases(issued: Case) -> None:
    _copies(issued, 249)
    layout, rows = Layout(ITEM, by_line=True), Case.objects.order_by("id")
    with clock.at("2026-07-22T11:00:00"), CaptureQueriesContext(connection) as seen:
        assert how_many(rows=rows, layout=layout, most=50_000) == 500
        assert sum(1 for _ in lines_of(rows=rows, layout=layout, within=house.context())) == 500
    assert len(seen) <= 3 + 4 * 3  # three hundreds of cases


def _exported(*, by_line: bool) -> list[dict[str, Any]]:
    layout, target = Layout(ITEM, by_line=by_line), BytesIO()
    with clock.at("2026-07-22T11:00:00"):
        lines = lines_of(rows=Case.objects.all(), layout=layout, within=house.context())
        write_lines(target=target, title=ITEM.short, heads=layout.heads, lines=lines)
    first, *others = (
        CalamineWorkbook.from_filelike(BytesIO(target.getvalue())).get_sheet_by_index(0).to_python()
    )
    return [dict(zip(first, row, strict=True)) for row in others]


def _copies(case: Case, n: int) -> None:
    """More cases that went the same way."""
    rows = []
    for i in range(n):
        row = copy.copy(case)
        row.number = f"{case.number}-{i}"
        row.id = uuid.uuid4()
        row.mac = mac_of(row)
        rows.append(row)
    Case.objects.bulk_create(rows)
