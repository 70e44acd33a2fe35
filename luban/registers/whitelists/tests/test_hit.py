"""Hits on white lists, condition by condition (§1.3), and the entries of the samples."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luban.kit.book import Book
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.whitelists.hit import entries_of, used_by, whitelist_hit
from luban.registers.whitelists.parts import WasteLine, WhitelistEntry

DAY = date(2026, 7, 2)
LINXI, GANNAN = "91330803MA29R4WJ62", "91360702MA38CP1T75"
WASTES = (
    WasteLine(code="398-004-22", mode="R4", tonnes=Decimal(300)),
    WasteLine(code="398-051-22", mode="R4", tonnes=Decimal(120)),
)
ENTRY = WhitelistEntry(entry_id="1", receiver_uscc=LINXI, codes=("HW22",), valid_from=date(2026, 1, 1))


def hit(entry: WhitelistEntry, wastes: tuple[WasteLine, ...] = WASTES, receiver: str = LINXI) -> bool:
    return bool(whitelist_hit(entries=[entry], receiver=receiver, wastes=wastes, day=DAY))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"valid_to": DAY},
        {"valid_from": DAY},
        {"origin_provinces": ("310000", "320000")},
        {"modes": ("R4", "R5")},
        {"annual_limit_t": Decimal(420)},
        {"annual_limit_t": Decimal(500), "used_t": Decimal(80)},
        {"code_match": "CODE", "codes": ("398-004-22", "398-051-22")},
    ],
)
def test_an_entry_is_met(change: dict[str, object]) -> None:
    assert hit(replace(ENTRY, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "pending"},
        {"status": "removed"},
        {"status": "expired"},
        {"valid_to": date(2026, 7, 1)},
        {"valid_from": date(2026, 7, 3)},
        {"receiver_uscc": GANNAN},
        {"origin_provinces": ("320000",)},
        {"codes": ("HW17",)},
        {"code_match": "CODE", "codes": ("398-004-22",)},
        {"code_match": "CODE", "codes": ("HW22",)},
        {"modes": ("R5",)},
        {"annual_limit_t": Decimal("419.9999")},
        {"annual_limit_t": Decimal(500), "used_t": Decimal("80.0001")},
    ],
)
def test_an_entry_is_not_met(change: dict[str, object]) -> None:
    assert not hit(replace(ENTRY, **change))  # type: ignore[arg-type]


def test_nothing_is_met_without_wastes_and_blank_tonnes_take_no_room() -> None:
    assert not hit(ENTRY, wastes=())
    blank = (WasteLine(code="398-004-22", mode="R4"),)
    assert hit(replace(ENTRY, annual_limit_t=Decimal(1)), wastes=blank)
    assert not hit(ENTRY, wastes=(WasteLine(code="不是代码", mode="R4"),))


def test_national_entries_come_first() -> None:
    national = replace(ENTRY, entry_id="2", level="national")
    found = whitelist_hit(entries=[ENTRY, national], receiver=LINXI, wastes=WASTES, day=DAY)
    assert [entry.entry_id for entry in found] == ["2", "1"]


def test_the_entries_of_the_samples_ship() -> None:
    book = shipped("whitelists").at(DAY)
    first = whitelist_hit(entries=entries_of(book=book), receiver=LINXI, wastes=WASTES, day=DAY)
    assert [(e.level, e.province, e.skip_consultation) for e in first] == [("provincial", "330000", False)]
    nickel = (WasteLine(code="900-037-46", mode="R8", tonnes=Decimal(60)),)
    third = whitelist_hit(
        entries=entries_of(book=book, receiver=GANNAN), receiver=GANNAN, wastes=nickel, day=DAY
    )
    assert [entry.level for entry in third] == ["national"]
    assert all(row.certainty == "演示" and "虚构" in row.source for row in book.rows)


def test_an_entry_is_over_by_its_day_though_nobody_wrote_it() -> None:
    spec, row = spec_of("whitelists"), shipped("whitelists").rows[0]
    ending = spec.entry({**spec.texts(row), "valid_to": "2026-06-30"})
    book = Book("whitelists", [ending])
    assert [e.status for e in entries_of(book=book.at(date(2026, 6, 30)))] == ["active"]
    assert [e.status for e in entries_of(book=book.at(date(2026, 7, 1)))] == ["expired"]


def test_what_was_approved_this_year_counts_as_used_where_the_entry_speaks_of_it() -> None:
    approved = (*WASTES, WasteLine(code="900-039-49", mode="D10", tonnes=Decimal(9)))
    assert used_by(entry=replace(ENTRY, used_t=Decimal(1)), approved=approved).used_t == 421


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"receiver_uscc": "91330803MA29R4WJ63"}, "校验不通过"),
        ({"province": ""}, "省级条目请填写发布省份"),
        ({"province": "33"}, "应为6位省级区划代码"),
        ({"codes": "900-052-31"}, "按类别匹配时应填废物类别"),
        ({"code_match": "CODE"}, "按代码匹配时应填8位废物代码"),
        ({"status": "removed"}, "请填写移出原因和移出时间"),
        ({"valid_to": "2025-01-01"}, "有效期止不得早于有效期起"),
        ({"simplified_max_days": "30"}, "未免商请的条目不填"),
    ],
)
def test_wrong_entries_are_explained(cells: dict[str, str], message: str) -> None:
    spec, book = spec_of("whitelists"), shipped("whitelists")
    entry = spec.entry({**spec.texts(book.rows[0]), **cells})
    assert spec.check is not None
    said = list(spec.check(entry, None, book.at(DAY)))
    assert len(said) == 1 and message in said[0]
