"""Every register that ships loads, says where each row comes from, and obeys its own rule."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from luban.kit.book import BookError
from luban.kit.laws import Laws
from luban.registers.book import shipped as shipping
from luban.registers.book.shipped import (
    UnknownRegister,
    add_rows,
    all_specs,
    laws_of,
    parameters_of,
    shipped,
    shipped_books,
)

DAY = date(2026, 3, 2)


@pytest.fixture
def own_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test adds is forgotten afterwards."""
    monkeypatch.setattr(shipping, "_added", {})
    shipped.cache_clear()
    yield
    shipped.cache_clear()


@pytest.mark.parametrize("register", sorted(all_specs()))
def test_every_shipped_row_has_a_source_and_keeps_the_rule(register: str) -> None:
    spec, book = all_specs()[register], shipped(register)
    assert book.rows or spec.file is None
    for row in book.rows:
        assert row.source and row.certainty, f"{register} {row.key} does not say where it comes from"
        assert spec.entry(spec.texts(row)) == row
        if spec.check is not None:
            assert not list(spec.check(row, None, book.at(row.from_ or DAY))), row.key


def test_registers_are_read_without_django() -> None:
    code = (
        "import sys; from luban.registers.book.shipped import shipped_books; shipped_books(); "
        "import luban.registers.numbering.templates, luban.registers.catalogues.waste; "
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_register_is_named() -> None:
    with pytest.raises(UnknownRegister, match="wharfs"):
        shipped("wharfs")


@pytest.mark.usefixtures("own_rows")
def test_an_item_folder_adds_its_rows_once_and_for_itself(tmp_path: Path) -> None:
    (tmp_path / "params.csv").write_text(
        "key,kind,value,title,source,certainty\nnotice.seconds,integer,15,办理须知倒计时,测试,默认\n",
        encoding="utf-8",
    )
    (tmp_path / "laws.csv").write_text(
        "id,name,verified,successor,source,certainty\nTEST.1,测试规定,是,,测试,确定\n", encoding="utf-8"
    )
    assert set(add_rows(folder=tmp_path, item="an_item")) == {"parameters", "laws"}
    assert add_rows(folder=tmp_path, item="an_item") == ()
    books = shipped_books()
    assert parameters_of(books).at(DAY, "an_item").integer("notice.seconds") == 15
    assert parameters_of(books).at(DAY, "another").integer("notice.seconds") == 10
    assert laws_of(books, today=DAY).at("TEST.1", DAY).printed == "《测试规定》"


@pytest.mark.usefixtures("own_rows")
def test_an_item_cannot_ship_a_row_that_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "dictionary.csv").write_text(
        "dictionary,code,name,enabled,source,certainty\nseal_mode,online,另一个,是,测试,默认\n",
        encoding="utf-8",
    )
    with pytest.raises(BookError, match="已由别处登记"):
        add_rows(folder=tmp_path, item="an_item")


def test_no_citation_prints_a_repealed_law_once_the_code_is_in_force() -> None:
    laws = laws_of(shipped_books(), today=DAY)
    repealed = {law["name"] for law in shipped("laws").rows if law["in_force_to"]}
    assert len(repealed) == 10, "the Code repeals ten laws"
    for row in shipped("laws").rows:
        since = laws.at(row.key, date(2026, 8, 15))
        assert not any(f"《{name}》" in since.printed for name in repealed), row.key
        assert since.verified or (since.article is None and since.warning == "LAW-01")


def test_the_solid_waste_statutes_are_there_and_verified_before_the_code() -> None:
    laws: Laws = laws_of(shipped_books(), today=DAY)
    cited = ["SWPL.22.1", "SWPL.22.2", "SWPL.36", "SWPL.37", "SWPL.102"]
    cited += [f"ALL.{n}" for n in (32, 42, 44, 45, 69, 70, 82)]
    assert all(laws.at(law, DAY).verified for law in cited)
    assert laws.at("SWPL.22.2", DAY).printed == "《中华人民共和国固体废物污染环境防治法》第二十二条第二款"
    assert laws.at("SHSW.FILING", DAY).warning == "LAW-01"


def test_parameters_have_the_defaults_of_the_brief() -> None:
    params = parameters_of(shipped_books()).at(DAY)
    assert [params.integer(k) for k in ("notice.seconds", "correction.days", "filing.promise_days")] == [
        10,
        30,
        5,
    ]
    assert str(params.decimal("swc.24.detour_factor")) == "2.5"
    assert params.text("filing.next_year_opening") == "12-01"
    assert params.codes("expiry.remind_days") == ("30", "7")
    assert params.flag("consult.stops_clock") is True
