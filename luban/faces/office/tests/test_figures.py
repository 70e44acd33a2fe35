"""Figures and exports: what items declare, added up and written down; nothing of it is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from luban.cases import house
from luban.cases.models import Case
from luban.faces.office import exports
from luban.faces.office.models import ExportRun
from luban.kit import registry
from luban.kit.item import Item
from luban.people.models import AuditEntry
from luban.stages.export import figures
from luban.stages.export.chapters import chapters_of, dimensions_of
from luban.stages.export.rows import GENERAL, Layout, views_of
from luban.stages.export.workbook import write_lines

As = Callable[[str], Client]


def content_of(answer: object) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.django_db
def test_figures_add_up_and_say_names(filed: Callable[[], Case], item: Item) -> None:
    first, _ = filed(), filed()
    found = read(item, "receiver_province")
    assert (found.totals["submitted"], found.totals["accepted"], found.totals["granted"]) == (2, 0, 0)
    assert [(g.name, g.figure["submitted"]) for g in found.groups] == [("江苏省", 2)]
    assert found.totals["total_qty_t"] == 2 * Decimal(str(first.facts["total_qty_t"]))
    assert [(g.name, g.figure["submitted"]) for g in read(item, None).groups] == [("2026-03", 2)]


def read(item: Item, by: str | None) -> figures.Figures:
    """The first chapter of this year."""
    asked = figures.Asked(
        item=item,
        chapter=chapters_of(item)[0],
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        dimension=next((d for d in dimensions_of(item) if d.code == by), None),
        unit="month",
    )
    rows = Case.objects.filter(item=item.code)
    return figures.figures(rows=rows, asked=asked, today=date(2026, 3, 2), within=house.context())


@pytest.mark.django_db
def test_the_page_follows_period_and_grouping(as_: As, filed: Callable[[], Case], item: Item) -> None:
    filed()
    client = as_("city_leader")
    asked = {"item": item.code, "by": "utilisation_method"}
    shown = client.get("/office/figures/", asked).content.decode()
    assert "data-chart" in shown
    assert "同样数据的表" in shown
    empty = client.get("/office/figures/", {"since": "2025-01-01", "until": "2025-02-01"}).content.decode()
    assert "这段时间没有办件" in empty
    turned = client.get("/office/figures/", {"since": "2026-02-01", "until": "2026-01-01"})
    assert turned.status_code == 400
    stranger = as_("baoshan_reviewer").get("/office/figures/").content.decode()
    assert "这段时间没有办件" in stranger


@pytest.mark.django_db
def test_an_export_holds_the_declared_columns_and_no_contacts(
    as_: As, filed: Callable[[], Case], item: Item
) -> None:
    case = filed()
    answer = as_("pudong_reviewer").get("/office/export.xlsx", {"item": item.code})
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content_of(answer))).get_sheet_by_index(0).to_python()
    assert rows[0] == list(Layout(item).heads)
    assert rows[1][0] == case.number
    assert "138" not in "".join(str(cell) for cell in rows[1])
    assert AuditEntry.objects.filter(action="case.export").count() == 1
    other = as_("baoshan_reviewer").get("/office/export.xlsx", {"item": item.code})
    assert (
        len(CalamineWorkbook.from_filelike(io.BytesIO(content_of(other))).get_sheet_by_index(0).to_python())
        == 1
    )


@pytest.mark.django_db
def test_words_that_look_like_formulas_stay_words(filed: Callable[[], Case], item: Item) -> None:
    filed()
    target = io.BytesIO()
    (view,) = views_of(rows=Case.objects.all(), within=house.context())
    named = replace(view, applicant_name='=HYPERLINK("http://example.com")')
    lines = [[column.value(named) for column in GENERAL]] * 200
    heard: list[int] = []
    write_lines(target=target, title="x", heads=Layout(None).heads, lines=lines, progress=heard.append)
    book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    cell = book.active["C2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.com")')
    assert cell.hyperlink is None
    assert heard == [200]


@pytest.mark.django_db
def test_the_page_is_its_address_and_costs_few_statements(
    as_: As, filed: Callable[[], Case], item: Item
) -> None:
    filed()
    client = as_("city_leader")
    for i in items_counted():
        for chapter in chapters_of(i):
            for by in ("time", dimensions_of(i)[0].code):
                said = {"item": i.code, "part": chapter.code, "by": by, "unit": "quarter"}
                with CaptureQueriesContext(connection) as seen:
                    answer = client.get("/office/figures/", said)
                assert answer.status_code == 200
                assert len(seen) <= 15, [one["sql"][:90] for one in seen]
    only = {"item": item.code, "only": ["receiver_province:320000", "county:310115", "nowhere:1", "x"]}
    shown = client.get("/office/figures/", only).content.decode()
    assert "接收省：江苏省" in shown
    assert 'name="only" value="receiver_province:320000"' in shown
    assert "only=receiver_province%3A320000" in shown
    assert "nowhere" not in shown
    other = {"item": item.code, "only": "receiver_province:330000"}
    assert "这段时间没有办件" in client.get("/office/figures/", other).content.decode()
    for bad in ({"since": "2026-02-30"}, {"until": "x"}, {"since": "2026-03-01", "until": "2026-02-01"}):
        assert client.get("/office/figures/", bad).status_code == 400


@pytest.mark.django_db
def test_strange_addresses_are_answered(as_: As, filed: Callable[[], Case], item: Item) -> None:
    filed()
    client = as_("city_leader")
    for said in (
        {"item": "no", "part": "no", "by": "no", "unit": "no", "span": "no"},
        {
            "only": [
                "county:\x00",
                "county:" + "长" * 500,
                ":",
                "outcome:",
                "org:",
                "county:%",
                "county:'\";--",
            ]
        },
        {"since": "0001-01-01", "until": "9999-12-31", "unit": "week"},
    ):
        assert client.get("/office/figures/", {"item": item.code, **said}).status_code == 200
        assert client.get("/office/export.xlsx", {"item": item.code, "on": "any", **said}).status_code == 200


def items_counted() -> list[Item]:
    return [i for i in registry.all_items() if i.statistics is not None]


@pytest.mark.django_db
def test_an_export_takes_the_filters_of_the_figures(as_: As, filed: Callable[[], Case], item: Item) -> None:
    case = filed()
    client = as_("pudong_reviewer")
    said = {"item": item.code, "on": "any", "since": "2026-03-02", "until": "2026-03-02"}
    for more, n in (
        ({}, 1),
        ({"only": "receiver_province:320000"}, 1),
        ({"only": "receiver_province:330000"}, 0),
    ):
        rows = sheet_of(client.get("/office/export.xlsx", {**said, **more}))
        assert [row[0] for row in rows[1:]] == [case.number] * n
    assert (
        len(
            sheet_of(
                client.get("/office/export.xlsx", {**said, "since": "2026-03-01", "until": "2026-03-01"})
            )
        )
        == 1
    )
    told = AuditEntry.objects.filter(action="case.export").first()
    assert told is not None
    assert told.detail["lines"] in ("0", "1")


def sheet_of(answer: object) -> list[Any]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content_of(answer))).get_sheet_by_index(0).to_python()


@pytest.mark.django_db
def test_more_than_a_sheet_may_hold_is_refused_before_it_is_written(
    as_: As, filed: Callable[[], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 1)
    filed(), filed()
    answer = as_("pudong_reviewer").get("/office/export.xlsx")
    assert answer.status_code == 400
    assert "一次最多导出 1 行" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="case.export").exists()


@pytest.mark.django_db
def test_a_long_export_is_made_behind_and_fetched_by_its_owner_only(
    as_: As, filed: Callable[[], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    case, _ = filed(), filed()
    client = as_("pudong_reviewer")
    said = {"scope": "all", "item": case.item, "only": "receiver_province:320000", "on": "any", "per": "case"}
    answer = client.get("/office/export.xlsx", {**said, "since": "2026-03-01"})
    assert answer.status_code == 302
    run = ExportRun.objects.get()
    assert "排队中" in client.get("/office/exports/").content.decode()
    exports.made(run_id=str(run.pk))
    exports.made(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == ("done", 2, 2)
    got = client.get(f"/office/exports/{run.pk}/")
    assert case.number in str(
        CalamineWorkbook.from_filelike(io.BytesIO(got.content)).get_sheet_by_index(0).to_python()
    )
    assert as_("pudong_leader").get(f"/office/exports/{run.pk}/").status_code == 403


@pytest.mark.django_db
def test_those_without_the_right_export_nothing(as_: As) -> None:
    assert as_("auditor").get("/office/export.xlsx").status_code == 403
