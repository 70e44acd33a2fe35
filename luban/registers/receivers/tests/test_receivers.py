"""What licences cover, what room they leave, who is able (§1.2, §7.2 CR-03–CR-08, §7.6 D1, §13, §14 fact 16)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from luban.registers.book.shipped import shipped
from luban.registers.receivers import capacity
from luban.registers.receivers.assembly import BOOKS, REGION, in_provinces, receivers_of
from luban.registers.receivers.cover import Agreement, line_number, mode_agreement, scope_cover
from luban.registers.receivers.parts import Cover, Licence, Receiver, Room, Scope
from luban.registers.receivers.prefill import values

DAY = date(2026, 8, 1)


def shipped_receivers():
    receivers, licences, scopes, penalties = (shipped(name).at(DAY) for name in BOOKS)
    return receivers_of(receivers=receivers, licences=licences, scopes=scopes, penalties=penalties)


RECEIVERS = shipped_receivers()
REGIONAL = in_provinces(receivers=RECEIVERS, provinces=REGION)


def licence(*scopes: Scope, **more: object) -> Licence:
    return Licence(licence_no="L1", holder_uscc="U", scopes=scopes, **more)  # type: ignore[arg-type]


def line(category: str = "HW49", match_type: str = "ALL", **more: object) -> Scope:
    return Scope(category=category, match_type=match_type, **more)  # type: ignore[arg-type]


def test_except_covers_every_code_but_those_listed() -> None:
    held = licence(line(match_type="EXCEPT", codes=("900-039-49",)))
    assert scope_cover(licence=held, code="900-041-49")[0] is Cover.COVERED
    assert scope_cover(licence=held, code="900-039-49") == (Cover.NOT_COVERED, None)


def test_all_include_and_category_only() -> None:
    assert scope_cover(licence=licence(line()), code="900-039-49")[0] is Cover.COVERED
    assert scope_cover(licence=licence(line()), code="398-004-22")[0] is Cover.NOT_COVERED
    include = licence(line(match_type="INCLUDE", codes=("900-039-49",)))
    assert scope_cover(licence=include, code="900-039-49")[0] is Cover.COVERED
    assert scope_cover(licence=include, code="900-041-49")[0] is Cover.NOT_COVERED
    only = licence(line(match_type="CATEGORY_ONLY"))
    assert scope_cover(licence=only, code="900-039-49")[0] is Cover.UNCLEAR
    assert scope_cover(licence=only, code=None)[0] is Cover.NOT_COVERED


def test_the_best_of_several_lines_speaks_and_among_equals_the_one_that_names_the_way() -> None:
    unclear = line(match_type="CATEGORY_ONLY", mode_codes=("D10",))
    burning = line(mode_codes=("D10",), mode_family="D")
    washing = line(mode_codes=("C3",), mode_family="R")
    held = licence(unclear, burning, washing)
    assert scope_cover(licence=held, code="900-041-49", mode="C3") == (Cover.COVERED, washing)
    assert scope_cover(licence=held, code="900-041-49", mode="R4", family="R") == (Cover.COVERED, washing)
    assert scope_cover(licence=held, code="900-041-49") == (Cover.COVERED, burning)
    assert line_number(licence=held, scope=washing) == 3


@pytest.mark.parametrize(
    ("allowed", "named", "mode", "family", "found"),
    [
        ("R", ("R4",), "R4", "R", Agreement.NAMED),
        ("R", (), "R4", "R", Agreement.FAMILY_ONLY),
        ("R", ("R5",), "R4", "R", Agreement.FAMILY_ONLY),
        ("D", ("D10",), "R4", "R", Agreement.OTHER_FAMILY),
        ("R", ("R4",), "D10", "D", Agreement.OTHER_FAMILY),
        ("S", ("S01",), "R4", "R", Agreement.OTHER_FAMILY),
        ("S", ("S01",), "D10", "D", Agreement.OTHER_FAMILY),
        ("S", ("S01",), "S01", "S", Agreement.NAMED),
        ("R", ("R4",), "S01", "S", Agreement.FAMILY_ONLY),
    ],
)
def test_how_a_way_agrees_with_a_licence(
    allowed: str, named: tuple[str, ...], mode: str, family: str, found: Agreement
) -> None:
    held = licence(line("HW22", mode_codes=named, mode_family=allowed))
    assert mode_agreement(licence=held, code="398-004-22", mode=mode, family=family) is found


def test_a_way_is_not_judged_by_lines_of_other_wastes() -> None:
    held = licence(line("HW22", mode_family="R"), business_modes=("R",))
    assert mode_agreement(licence=held, code="900-039-49", mode="D10", family="D") is None
    blank = licence(line("HW49"), business_modes=("R",))
    assert mode_agreement(licence=blank, code="900-039-49", mode="D10", family="D") is Agreement.OTHER_FAMILY


def test_lines_of_a_group_share_their_room_and_a_declared_figure_marks_it() -> None:
    shared = {"capacity_group": "G1", "capacity_t": Decimal(1000), "received_ytd_t": Decimal(600)}
    held = licence(line("HW12", **shared), line("HW49", **shared, usage_source="declared"), line("HW08"))
    room = capacity.room(licence=held, group="G1", committed=Decimal(50))
    figures = (room.capacity, room.received, room.committed, room.left)
    assert figures == tuple(map(Decimal, (1000, 600, 50, 350)))
    assert room.usage_source == "declared"
    unknown = capacity.room(licence=held, group="3")
    assert unknown.capacity is None and unknown.left is None and unknown.usage_source == "synced"


def test_rooms_of_a_firm_by_licence_and_group_or_line() -> None:
    jiaxing = RECEIVERS["91330400MA2TLHW101"]
    found = capacity.rooms(receiver=jiaxing, permits_committed={"浙危废经演示第005号|G1": Decimal("200")})
    assert list(found) == ["浙危废经演示第005号|G1"]
    assert found["浙危废经演示第005号|G1"].left == 10000 - 6000 - 800 - 200
    first = capacity.rooms(receiver=RECEIVERS["91330803MA29R4WJ62"], permits_committed={})
    assert first["浙危废经演示第001号|1"].left == 20000 - 9800 - 2100
    assert capacity.rooms(receiver=None, permits_committed={}) == {}


@pytest.mark.parametrize(
    ("change", "tonnes", "count"),
    [
        ({}, "100", 1),
        ({}, "100.0001", 0),
        ({"status": "suspended"}, "1", 0),
        ({"valid_from": date(2026, 8, 2)}, "1", 0),
        ({"valid_to": date(2026, 7, 31)}, "1", 0),
        ({"valid_to": DAY}, "1", 1),
    ],
)
def test_a_firm_is_able_with_a_licence_in_term_and_room_left(
    change: dict[str, object], tonnes: str, count: int
) -> None:
    scope = line(mode_family="D", capacity_t=Decimal(300), received_ytd_t=Decimal(150))
    firm = Receiver(uscc="U", name="甲", province="330000", licences=(licence(scope, **change),))
    found = capacity.able(
        receivers=[firm],
        code="900-039-49",
        family="D",
        on=DAY,
        tonnes=Decimal(tonnes),
        committed_by={"L1|1": Decimal(50)},
    )
    assert len(found) == count


def test_only_the_family_and_a_clear_cover_count_and_room_may_be_left_aside() -> None:
    def firm(**more: object) -> Receiver:
        return Receiver(uscc="U", name="甲", province="330000", licences=(licence(line(**more)),))  # type: ignore[arg-type]

    def count(one: Receiver, *, room: bool = True) -> int:
        asked = {"code": "900-039-49", "family": "D", "on": DAY, "tonnes": Decimal(1)}
        return len(capacity.able(receivers=[one], **asked, require_room=room))  # type: ignore[arg-type]

    assert count(firm(mode_family="D", capacity_t=Decimal(10))) == 1
    assert count(firm(mode_family="R", capacity_t=Decimal(10))) == 0
    assert count(firm(mode_family="D", match_type="CATEGORY_ONLY", capacity_t=Decimal(10))) == 0
    full = firm(mode_family="D", capacity_t=Decimal(10), received_ytd_t=Decimal(10))
    assert count(full) == 0 and count(full, room=False) == 1
    assert count(firm(mode_family="D")) == 0 and count(firm(mode_family="D"), room=False) == 1


def test_sample_two_zhejiang_and_jiangsu_are_able() -> None:
    asked = {"code": "900-039-49", "family": "D", "on": date(2026, 8, 10), "tonnes": Decimal(30)}
    found = capacity.able(receivers=REGIONAL, **asked)  # type: ignore[arg-type]
    assert {one.receiver.province for one in found} == {"330000", "320000"}
    assert capacity.total_left(found) == (10000 - 6000 - 800) + (8000 - 5000)
    local = [one for one in REGIONAL if one.province == "310000"]
    assert capacity.able(receivers=local, **asked) == ()  # type: ignore[arg-type]


def test_sample_three_nobody_of_the_region_takes_the_code() -> None:
    asked = {"code": "900-037-46", "family": "R", "on": date(2026, 9, 1)}
    assert capacity.able(receivers=REGIONAL, **asked, require_room=False) == ()  # type: ignore[arg-type]
    everywhere = capacity.able(receivers=RECEIVERS.values(), **asked, tonnes=Decimal(60))  # type: ignore[arg-type]
    assert [one.receiver.uscc for one in everywhere] == ["91360702MA38CP1T75"]


def test_the_samples_firms_ship_with_their_licences() -> None:
    linxi = RECEIVERS["91330803MA29R4WJ62"]
    held = linxi.licences[0]
    assert (held.valid_from, held.valid_to) == (date(2023, 5, 10), date(2028, 5, 9)) and held.verified
    assert scope_cover(licence=held, code="398-051-22", mode="R4")[0] is Cover.COVERED
    longzhong = RECEIVERS["91620102MA7264NE63"].licences[0]
    room = capacity.room(licence=longzhong, group="1")
    assert (room.received + room.committed + 30, room.capacity) == (Decimal(29330), Decimal(30000))
    assert RECEIVERS["91310112MA1GC05Q3B"].licences == () and linxi.licence("无") is None


def test_firms_are_put_together_once_for_a_state_of_the_registers() -> None:
    assert shipped_receivers() is shipped_receivers()
    other = {name: shipped(name).at(date(2026, 8, 2)) for name in BOOKS}
    assert (
        receivers_of(
            receivers=other["receivers"],
            licences=other["receiver_licences"],
            scopes=other["licence_scopes"],
            penalties=other["receiver_penalties"],
        )
        is not RECEIVERS
    )


def test_demo_rows_are_marked() -> None:
    for register in BOOKS:
        assert all(row.certainty == "演示" and "虚构" in row.source for row in shipped(register).rows)


def test_a_firm_named_in_an_application_brings_the_licence_it_names_or_the_first_that_is_good() -> None:
    lines = (
        line(
            match_type="INCLUDE",
            codes=("900-039-49", "900-041-49"),
            mode_codes=("D10",),
            capacity_t=Decimal("30000"),
        ),
        line("HW46", match_type="EXCEPT", codes=("900-037-46",), mode_family="R"),
        line("HW08", match_type="CATEGORY_ONLY"),
    )
    old = Licence(licence_no="L0", holder_uscc="U", valid_to=date(2025, 1, 1), scopes=lines[2:])
    firm = Receiver(uscc="U", name="甲厂", province="330000", licences=(old, licence(*lines)))
    made = partial(values, receiver=firm, rooms={}, day=DAY)
    assert made(licence_no=None)["licence_no"] == made(licence_no="别的")["licence_no"] == "L1"
    assert made(licence_no="L0")["licence_valid_to"] == date(2025, 1, 1)
    assert made(licence_no=None)["licence_scope_text"].split("\n") == [
        "HW49（900-039-49、900-041-49），D10，30000吨/年",
        "HW46（除900-037-46外），R",
        "HW08（证面只列类别）",
    ]
    assert "lng" not in made(licence_no=None)
    assert values(receiver=None, licence_no=None, rooms={}, day=DAY) == {}


def test_tonnes_are_told_where_a_licence_has_one_room_and_only_what_was_synced() -> None:
    firm = Receiver(uscc="U", name="甲厂", province="330000", licences=(licence(line()),))
    one = Room(capacity=Decimal(100), received=Decimal(40), committed=Decimal(5))
    made = partial(values, receiver=firm, licence_no="L1", day=DAY)
    found = made(rooms={"L1|1": one})
    assert (found["capacity_t"], found["received_ytd_t"], found["committed_t"]) == (100, 40, 5)
    declared = replace(one, usage_source="declared")
    assert "received_ytd_t" not in made(rooms={"L1|1": declared})
    assert "capacity_t" not in made(rooms={"L1|1": one, "L1|2": one})
