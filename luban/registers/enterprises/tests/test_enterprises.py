"""What is remembered of firms and carriers, so that the next form starts filled in."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from luban.registers.enterprises import shelf
from luban.registers.enterprises.offers import COMMANDS
from luban.registers.enterprises.parts import CarrierFact, EnterpriseFact

FIRM = EnterpriseFact(
    uscc="91310115MA1TL1A06J",
    name="上海示例塑新材料有限公司",
    legal_rep="示例甲",
    ent_ids=("E1", "E2"),
    source="data_hub",
)
ROAD = CarrierFact(
    uscc="91310112MA1TL9J804", name="上海示例通达物流有限公司", mode="road", licence_no="沪示例1"
)
SHIP = CarrierFact(uscc="91340202MA2TL0K928", name="安徽示例航运有限公司", mode="ship")


def moment(day: int) -> datetime:
    return datetime(2026, 3, day, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_newest_answer_of_the_source_stands():
    assert shelf.get(uscc=FIRM.uscc) is None
    shelf.remember(enterprise=FIRM, at=moment(2))
    later = EnterpriseFact(uscc=FIRM.uscc, name="上海示例塑新材料股份有限公司", source="data_hub")
    shelf.remember(enterprise=later, at=moment(5))
    shelf.remember(enterprise=FIRM, at=moment(3))
    known = shelf.get(uscc=FIRM.uscc)
    assert (known.name, known.fetched_at, known.ent_ids) == (later.name, moment(5), ())


@pytest.mark.django_db
def test_carriers_by_beginning_of_code_or_name():
    shelf.remember_carriers(
        carriers=(ROAD, SHIP, ROAD), seen_in="GFB-310115-20260302-0001", on=date(2026, 3, 2)
    )
    assert [c.name for c in shelf.known_carriers(starts="上海示例")] == [ROAD.name]
    assert [c.name for c in shelf.known_carriers(starts="91340202ma")] == [SHIP.name]
    assert shelf.known_carriers(starts="上") == ()
    assert shelf.known_carriers(starts="示例航运") == ()


@pytest.mark.django_db
def test_the_latest_filed_case_has_the_last_word():
    shelf.remember_carriers(carriers=(ROAD,), seen_in="A", on=date(2026, 3, 2))
    renewed = CarrierFact(uscc=ROAD.uscc, name=ROAD.name, mode="road", licence_no="沪示例2")
    shelf.remember_carriers(carriers=(renewed,), seen_in="B", on=date(2026, 4, 2))
    (known,) = shelf.known_carriers(starts=ROAD.uscc)
    assert (known.licence_no, known.seen_in) == ("沪示例2", "B")


@pytest.mark.django_db
def test_command_keeps_no_contact_person():
    ship = SimpleNamespace(model_dump=lambda **_: {"ship_name": "示例一号"})
    row = SimpleNamespace(
        carrier_uscc=SHIP.uscc,
        carrier_name=SHIP.name,
        carrier_mode="ship",
        carrier_licence_type="water_permit",
        carrier_licence_no=None,
        carrier_licence_valid_to=date(2026, 9, 30),
        carrier_contact_name="示例乙",
        vehicles=[],
        ships=[ship],
    )
    form = SimpleNamespace(transport=SimpleNamespace(carriers=[row]))
    COMMANDS["carriers.remember"](view=SimpleNamespace(number="A", form=form), at=moment(2))
    (known,) = shelf.known_carriers(starts=SHIP.uscc)
    assert known.ships == ({"ship_name": "示例一号"},)
    assert "示例乙" not in repr(known)
