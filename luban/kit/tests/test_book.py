"""Dated registers: what a row says on a day, edits lying over shipped rows, and errors with row numbers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.kit.book import Book, BookError, BookSpec, Column, Entry, read_csv

D = date.fromisoformat
SPEC = BookSpec(
    code="wharves",
    title="码头库",
    columns=(
        Column("name", "码头名称", required=True),
        Column("level", "级别", "choice", choices=("block", "warn")),
        Column("load_t", "吨位", "decimal"),
        Column("enabled", "启用", "flag"),
        Column("opened", "启用日期", "date"),
        Column("berths", "泊位数", "integer"),
        Column("codes", "废物代码", "codes"),
    ),
    key=("name",),
    source="测试",
)


def test_a_row_is_in_force_from_its_first_day_until_the_day_before_its_end() -> None:
    rows = read_csv(spec=SPEC, text="name,from,to\n甲,2026-01-01,2026-08-15\n甲,2026-08-15,\n")
    book = Book("wharves", rows)
    assert book.at(D("2025-12-31")).get("甲") is None
    assert book.at(D("2026-08-14")).get("甲") is rows[0]
    assert book.at(D("2026-08-15")).get("甲") is rows[1]


def test_an_edit_lies_over_the_shipped_row_from_its_day_and_gives_way_after() -> None:
    shipped = Entry("甲", {"load_t": 1})
    edited = Entry("甲", {"load_t": 2}, D("2026-05-01"), D("2026-06-01"))
    book = Book("wharves", [shipped], [edited, Entry("乙", {"load_t": 9}, D("2026-05-01"))])
    seen = [
        book.at(D(d)).get("甲")["load_t"] for d in ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01")
    ]  # type: ignore[index]
    assert seen == [1, 2, 2, 1]
    assert "乙" not in book.at(D("2026-04-30")) and "乙" in book.at(D("2026-05-01"))


def test_an_edit_goes_before_a_shipped_row_that_starts_later() -> None:
    book = Book("b", [Entry("甲", {"v": 1}, D("2026-07-01"))], [Entry("甲", {"v": 2}, D("2026-05-01"))])
    assert book.at(D("2026-08-01")).get("甲")["v"] == 2  # type: ignore[index]


def test_a_removing_edit_ends_the_key() -> None:
    book = Book("b", [Entry("甲", {"v": 1})], [Entry("甲", {}, D("2026-05-01"), removed=True)])
    assert "甲" in book.at(D("2026-04-30"))
    assert book.at(D("2026-05-01")).rows == ()


def test_where_finds_rows_by_columns_and_refuses_unknown_ones() -> None:
    rows = [Entry(k, {"a": a, "b": b}) for k, a, b in (("1", 1, 1), ("2", 1, 2), ("3", 2, 1))]
    day = Book("b", rows).at(D("2026-01-01"))
    assert [r.key for r in day.where(a=1)] == ["1", "2"]
    assert [r.key for r in day.where(b=1, a=1)] == ["1"]
    assert day.where(a=7) == ()
    with pytest.raises(KeyError):
        day.where(c=1)


def test_cells_become_values_by_their_type_with_chinese_headings() -> None:
    text = "码头名称,级别,吨位,启用,启用日期,泊位数,废物代码,依据或来源,把握\n甲,warn,1.50,是,2026-03-02,3,A; B;,某文,待核\n"
    (row,) = read_csv(spec=SPEC, text="\ufeff" + text)
    assert row.data == {
        "name": "甲",
        "level": "warn",
        "load_t": Decimal("1.50"),
        "enabled": True,
        "opened": D("2026-03-02"),
        "berths": 3,
        "codes": ("A", "B"),
    }
    assert (row.source, row.certainty) == ("某文", "待核")


def test_every_bad_cell_is_named_with_its_row() -> None:
    text = "name,level,load_t,enabled,opened,berths,from,to\n,x,y,也许,昨天,1.5,2026-02-01,2026-01-01\n好,,,,,,,\n好,,,,,,,\n"
    with pytest.raises(BookError) as caught:
        read_csv(spec=SPEC, text=text)
    said = [(p.row, p.column) for p in caught.value.problems]
    assert said == [(2, c) for c in ("码头名称", "级别", "吨位", "启用", "启用日期", "泊位数")] + [(4, "")]
    assert "第2行“级别”：“x”不在可选值内" in str(caught.value)


def test_an_end_before_the_beginning_and_wrong_headings_are_refused() -> None:
    with pytest.raises(BookError, match="失效日必须晚于生效日"):
        read_csv(spec=SPEC, text="name,from,to\n甲,2026-02-01,2026-02-01\n")
    with pytest.raises(BookError, match="缺少这一列"):
        read_csv(spec=SPEC, text="level\nwarn\n")
    with pytest.raises(BookError, match="没有这一列"):
        read_csv(spec=SPEC, text="name,colour\n甲,red\n")
    with pytest.raises(BookError, match="单元格比表头多"):
        read_csv(spec=SPEC, text="name\n甲,乙\n")


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=8)


@given(
    name=texts.filter(bool),
    load=st.decimals(allow_nan=False, allow_infinity=False, places=3),
    on=st.booleans(),
)
def test_texts_and_entry_are_opposites(name: str, load: Decimal, on: bool) -> None:
    entry = Entry(
        name, dict.fromkeys((c.code for c in SPEC.columns), None) | {"name": name, "level": "", "codes": ()}
    )
    entry = Entry(entry.key, {**entry.data, "load_t": load, "enabled": on})
    assert SPEC.entry(SPEC.texts(entry)) == entry
