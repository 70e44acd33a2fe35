"""A province's list comes in as one numbered batch, all of it or nothing, for a second person to approve (§1.3)."""

from datetime import date

import pytest

from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.registers.book.changes import approve, waiting
from luban.registers.book.current import current
from luban.registers.book.sheets import ImportReport, export_xlsx, import_xlsx
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.book.workbook import read_table, write_tables

pytestmark = pytest.mark.django_db

A = Actor("admin1", "管理员甲", "register_admin", "310000", "市生态环境局", "310000")
B = Actor("admin2", "管理员乙", "register_admin", "310000", "市生态环境局", "310000")
SPEC = spec_of("whitelists")
ROW = SPEC.texts(shipped("whitelists").rows[0]) | {"from": "", "to": ""}


@pytest.fixture(autouse=True)
def _day():
    with clock.at("2026-03-02T10:00"):
        yield


def load(*rows: dict[str, str]) -> ImportReport:
    columns = [c for c in SPEC.columns if c.code != "batch_no"]
    cells = [[row[c.code] for c in columns] for row in rows]
    content = write_tables([("白名单", [c.title for c in columns], cells)])
    return import_xlsx(register="whitelists", content=content, by=A, reason="浙江省更新")


def new(entry_id: str, **cells: str) -> dict[str, str]:
    return ROW | {"entry_id": entry_id, **cells}


def test_added_changed_removed_and_wrong_rows_are_counted_before_anything_takes_effect() -> None:
    removed = ROW | {"status": "removed", "removed_reason": "省厅移出", "removed_at": "2026-03-01"}
    report = load(removed, new("ZJ-2"), new("ZJ-3", receiver_uscc="91330803MA29R4WJ63"))
    assert not report.accepted and waiting(register="whitelists") == ()
    assert (report.count("new"), report.count("changed"), report.ended, report.count("error")) == (1, 1, 1, 1)


def test_the_whole_batch_takes_effect_with_its_number() -> None:
    removed = ROW | {"status": "removed", "removed_reason": "省厅移出", "removed_at": "2026-03-01"}
    report = load(removed, new("ZJ-2"))
    assert report.accepted and report.number == "BMD-330000-20260302-01" and report.ended == 1
    assert len(current("whitelists").at(date(2026, 3, 2)).rows) == len(shipped("whitelists").rows)
    approve(change_ids=report.change_ids, by=B)
    book = current("whitelists").at(date(2026, 3, 2))
    assert book.get("ZJ-2")["batch_no"] == "BMD-330000-20260302-01"
    assert book.get(ROW["entry_id"])["status"] == "removed"
    assert load(new("ZJ-4")).number == "BMD-330000-20260302-02"


def test_a_file_brings_one_province_only() -> None:
    report = load(new("ZJ-2"), new("AH-1", province="340000"))
    assert not report.accepted
    assert report.rows[1].messages == (
        "发布省份：一个文件只能导入一个发布省份的条目，前面的是330000，请分开导入。",
    )


def test_a_list_that_says_the_same_changes_nothing_whatever_its_batch_numbers() -> None:
    assert load(ROW).count("same") == 1
    content = export_xlsx(register="whitelists")
    assert "批次号（导入时自动编号）" in read_table(content)[0]
    report = import_xlsx(register="whitelists", content=content, by=A, reason="原样导回")
    assert report.accepted and report.change_ids == () and report.number == ""
