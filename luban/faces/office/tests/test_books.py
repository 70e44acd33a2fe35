"""Registers: one mechanism for all; an edit needs a reason and a second person; a sheet is answered row by row."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from luban.registers.book import changes
from luban.registers.book.current import current
from luban.registers.book.models import Change
from luban.registers.book.shipped import all_specs

As = Callable[[str], Client]
KEY = "filing.receive_days|"


def words(answer: object) -> str:
    return answer.content.decode()


@pytest.mark.django_db
def test_every_register_is_listed_opened_and_exported(as_: As) -> None:
    client = as_("city_register")
    shown = words(client.get("/office/registers/"))
    for code, spec in all_specs().items():
        assert spec.title in shown
        page = client.get(f"/office/registers/{code}/")
        assert page.status_code == 200, code
        rows = current(code).rows
        if rows:
            row = client.get(f"/office/registers/{code}/row/", {"key": rows[0].key})
            assert row.status_code == 200, code
    sheet = client.get("/office/registers/calendar/export.xlsx")
    assert sheet.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_one_proposes_another_approves_and_never_the_same(as_: As) -> None:
    first, second = as_("city_register"), as_("city_register2")
    row = current("parameters").at(__import__("datetime").date(2026, 3, 2)).get(KEY)
    assert row is not None
    cells = {f"c.{k}": v for k, v in all_specs()["parameters"].texts(row).items()}
    address = f"/office/registers/parameters/edit/?key={KEY}"
    bad = first.post(address, {**cells, "c.value": "many", "c.from": "", "reason": "试行两个月后的调整"})
    assert bad.status_code == 422
    assert "many" in words(bad)
    early = first.post(address, {**cells, "c.value": "3", "c.from": "2026-01-01", "reason": "试行后的调整"})
    assert early.status_code == 422
    assert "最早为2026-03-03" in words(early)
    good = {**cells, "c.value": "3", "c.from": "", "reason": "试行两个月后的调整"}
    assert first.post(address, good).status_code == 302
    change = changes.waiting()[0]
    assert change.key == KEY
    waiting = words(second.get("/office/registers/waiting/"))
    assert "试行两个月后的调整" in waiting
    settle = {"change": str(change.id), "act": "approve"}
    own = first.post("/office/registers/waiting/settle/", settle)
    assert own.status_code == 409
    assert "提出人与复核人不得为同一人" in words(own)
    assert second.post("/office/registers/waiting/settle/", settle).status_code == 302
    assert Change.objects.get().state == "approved"
    history = words(first.get("/office/registers/parameters/row/", {"key": KEY}))
    assert "复核通过" in history


@pytest.mark.django_db
def test_a_proposal_is_sent_back_with_a_reason(as_: As) -> None:
    first, second = as_("city_register"), as_("city_register2")
    first.post(
        "/office/registers/calendar/edit/",
        {"c.date": "2026-05-04", "c.is_workday": "否", "c.name": "青年节", "reason": "按通知补充"},
    )
    change = str(changes.waiting()[0].id)
    silent = second.post("/office/registers/waiting/settle/", {"change": change, "act": "reject"})
    assert silent.status_code == 409
    back = {"change": change, "act": "reject", "reason": "不是全体放假"}
    assert second.post("/office/registers/waiting/settle/", back).status_code == 302
    assert not changes.waiting()


@pytest.mark.django_db
def test_only_the_citys_administrators_change_registers(as_: As) -> None:
    for name, code in (("pudong_reviewer", 403), ("pudong_register", 422)):
        answer = as_(name).post("/office/registers/calendar/edit/", {"c.date": "2026-05-04"})
        assert answer.status_code == code, name
    assert "新增一行" not in words(as_("pudong_register").get("/office/registers/calendar/"))
    assert not changes.waiting()


def sheet(*rows: tuple[str, ...]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    target.name = "calendar.xlsx"
    return target


@pytest.mark.django_db
def test_a_sheet_is_answered_row_by_row_and_all_or_nothing(as_: As) -> None:
    client = as_("city_register")
    heading = ("日期", "是否工作日", "节日或调休")
    address = "/office/registers/calendar/import/"
    wrong = client.post(
        address,
        {
            "file": sheet(heading, ("2026-05-04", "否", "青年节"), ("5月5日", "或许", "某日")),
            "reason": "按通知",
        },
    )
    assert wrong.status_code == 422
    shown = words(wrong)
    assert "没有导入：有行要改" in shown
    assert "应为“是”或“否”" in shown
    assert not changes.waiting()
    right = client.post(
        address, {"file": sheet(heading, ("2026-05-04", "否", "青年节")), "reason": "按通知补充"}
    )
    assert right.status_code == 200
    assert "已提出 1 条修改" in words(right)
    junk = io.BytesIO(b"MZ not a sheet")
    junk.name = "x.xlsx"
    refused = client.post(address, {"file": junk, "reason": "按通知补充"})
    assert refused.status_code == 422
    assert "不是可读取的 xlsx" in words(refused)


@pytest.mark.django_db
def test_unknown_registers_and_rows_are_not_there(as_: As) -> None:
    client = as_("city_register")
    assert client.get("/office/registers/nothing/").status_code == 404
    assert client.get("/office/registers/calendar/row/", {"key": "x"}).status_code == 404
    assert client.get("/office/registers/calendar/edit/", {"key": "x"}).status_code == 404
