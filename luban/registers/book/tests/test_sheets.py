"""Registers as spreadsheets: a round trip changes nothing, wrong rows are named, hostile files are refused."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
import xlsxwriter

from luban.kit.book import BookError
from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.registers.book.changes import ChangeRefused, approve, waiting
from luban.registers.book.current import current
from luban.registers.book.sheets import ImportReport, export_xlsx, import_xlsx
from luban.registers.book.workbook import read_table, write_tables

pytestmark = pytest.mark.django_db

A = Actor("admin1", "管理员甲", "register_admin", "310000", "市生态环境局", "310000")
B = Actor("admin2", "管理员乙", "register_admin", "310000", "市生态环境局", "310000")


@pytest.fixture(autouse=True)
def _day():
    with clock.at("2026-03-02T10:00"):
        yield


def load(content: bytes, register: str = "wharves") -> ImportReport:
    return import_xlsx(register=register, content=content, by=A, reason="年度更新")


def sheet(*rows: Sequence[object]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                page.write(y, x, value)
    return buffer.getvalue()


HEAD = ["码头名称", "所在区县", "地址", "经营单位", "经度", "启用", "生效日"]


@pytest.mark.parametrize("register", ["wharves", "parameters", "laws", "dictionary", "waste_codes"])
def test_what_is_exported_can_be_imported_and_changes_nothing(register: str) -> None:
    report = load(export_xlsx(register=register), register)
    assert report.accepted and report.change_ids == ()
    assert report.count("same") == len(report.rows) == len(current(register).at(clock.today()).rows)


def test_new_and_changed_rows_become_one_batch_for_a_second_person() -> None:
    report = load(
        sheet(
            HEAD,
            ["崇明示例码头", 310151, "上海市崇明区示例镇示例路4号", "上海示例港务有限公司", 121.4, "是", ""],
            [],
            [
                "宝山示例码头",
                "310113",
                "上海市宝山区示例镇示例路9号",
                "上海示例港务有限公司",
                "",
                "是",
                "2026-05-01",
            ],
        )
    )
    assert [(r.row, r.outcome) for r in report.rows] == [(2, "new"), (4, "changed")]
    assert {c.batch for c in waiting(register="wharves")} == {report.batch}
    approve(change_ids=report.change_ids, by=B)
    assert current("wharves").at(date(2026, 3, 2)).get("崇明示例码头")["county_code"] == "310151"  # type: ignore[index]
    assert current("wharves").at(date(2026, 5, 1)).get("宝山示例码头")["address"].endswith("9号")  # type: ignore[index]


def test_one_wrong_row_stops_the_file_and_every_wrong_row_is_named() -> None:
    report = load(
        sheet(
            HEAD,
            ["新码头", "310113", "某地", "某单位", "", "是", ""],
            ["坏码头", "", "某地", "某单位", "东经", "也许", "2020-01-01"],
            ["新码头", "310113", "某地", "某单位", "", "是", ""],
        )
    )
    assert not report.accepted and report.change_ids == ()
    assert [(r.row, r.outcome) for r in report.rows] == [(2, "new"), (3, "error"), (4, "error")]
    assert report.rows[1].messages[0].startswith("所在区县：必填") and len(report.rows[1].messages) == 3
    assert "与第2行的主键相同" in report.rows[2].messages[0]
    assert waiting(register="wharves") == ()


def test_rows_of_one_file_may_refer_to_each_other() -> None:
    head = ["区划代码", "名称", "级别", "启用"]
    rows = (["320999", "示例区", "county", "是"], ["320900", "盐城市", "city", "否"])
    report = load(sheet(head, *rows), "divisions")
    assert report.accepted
    orphan = load(sheet(head, ["329901", "示例县", "county", "是"]), "divisions")
    assert orphan.rows[0].messages == ("上级区划329900未登记，请先登记上级。",)


def test_a_formula_in_a_register_stays_text() -> None:
    content = write_tables([("表", ["名称"], [["=1+1"], ["@SUM(A1)"], ["https://example.invalid"]])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert read_table(content)[1:] == [["=1+1"], ["@SUM(A1)"], ["https://example.invalid"]]


def test_files_that_are_no_workbook_or_too_big_are_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "")
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04garbage", bomb.getvalue(), empty.getvalue()):
        with pytest.raises(BookError, match="导入文件"):
            load(content)


def test_a_cell_far_away_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write_string(1048575, 16383, "远")
    with pytest.raises(BookError, match="行或列数过多"):
        load(buffer.getvalue())


def test_a_heading_that_does_not_fit_is_explained_and_a_reason_is_needed() -> None:
    with pytest.raises(BookError, match="缺少这一列"):
        load(sheet(["码头名称"], ["甲"]))
    row = ["崇明示例码头", "310151", "某地", "某单位", "", "是", ""]
    with pytest.raises(ChangeRefused, match="请写明理由"):
        import_xlsx(register="wharves", content=sheet(HEAD, row), by=A, reason="")
