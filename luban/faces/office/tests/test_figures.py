"""Figures and exports: what items declare, added up and written down; nothing of it is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from luban.cases import house
from luban.cases.models import Case
from luban.faces.office import exports
from luban.faces.office.models import ExportRun
from luban.kit.item import Item
from luban.people.models import AuditEntry
from luban.stages.export import figures
from luban.stages.export.rows import columns_of, views_of
from luban.stages.export.workbook import write_cases

As = Callable[[str], Client]


def content_of(answer: object) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.django_db
def test_figures_add_up_and_say_names(filed: Callable[[], Case], item: Item) -> None:
    first, _ = filed(), filed()
    by = {d.code: d for d in figures.dimensions_of(item)}
    found = figures.figures(
        rows=Case.objects.all(),
        item=item,
        dimension=by["receiver_province"],
        today=date(2026, 3, 2),
        within=house.context(),
    )
    assert (found.totals.count, found.totals.open, found.totals.granted) == (2, 2, 0)
    assert [(g.name, g.count) for g in found.groups] == [("江苏省", 2)]
    assert found.totals.sums[0] == 2 * found.groups[0].sums[0] / 2
    assert found.months == (("2026-03", 2, 0),)
    assert str(first.facts["total_qty_t"]) in str(found.totals.sums[0] / 2)


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
    assert rows[0] == [c.title for c in columns_of(item)]
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
    case = filed()
    Case.objects.filter(pk=case.pk).update(applicant_name='=HYPERLINK("http://example.com")')
    target = io.BytesIO()
    rows = Case.objects.filter(pk=case.pk)
    heard: list[int] = []
    views = list(views_of(rows=rows, within=house.context()))
    write_cases(target=target, title="x", columns=columns_of(None), cases=views * 200, progress=heard.append)
    book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    cell = book.active["C2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.com")')
    assert cell.hyperlink is None
    assert heard == [200]


@pytest.mark.django_db
def test_a_long_export_is_made_behind_and_fetched_by_its_owner_only(
    as_: As, filed: Callable[[], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    case, _ = filed(), filed()
    client = as_("pudong_reviewer")
    answer = client.get("/office/export.xlsx", {"scope": "all"})
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
