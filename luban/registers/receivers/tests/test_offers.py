"""The registers answer items from what is shipped and edited, minus what permits have taken."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from luban.kit.clock import ZONE
from luban.kit.facts import Applicant
from luban.registers.exemptions import offers as exemptions
from luban.registers.receivers import offers as receivers
from luban.registers.transfer_permits import shelf
from luban.registers.transfer_permits.parts import Permit, PermitRow
from luban.registers.whitelists import offers as whitelists

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 10)
LINXI, USER = "91330803MA29R4WJ62", "91310112MA1GC05Q3B"
ALWAYS: dict[str, Any] = {
    "day": DAY,
    "applicant": Applicant("91310115MA7K3Q2X8Y", "上海拾穗微电子有限公司"),
    "number": "WZC-310115-20260701-0001",
}


def approve(receiver: str, row: PermitRow, licence_no: str = "") -> None:
    permit = Permit(
        permit_no="P1",
        generator_uscc="91310115MA7K3Q2X8Y",
        receiver_uscc=receiver,
        receiver_licence_no=licence_no,
        valid_from=date(2026, 8, 1),
        valid_to=date(2027, 7, 31),
        case_no="WZC-310115-20260601-0001",
        rows=(row,),
    )
    shelf.keep(permit=permit, at=datetime(2026, 7, 21, 9, tzinfo=ZONE))


def test_a_receiver_by_its_code_and_the_receivers_of_the_region() -> None:
    found = receivers.of(**ALWAYS, uscc=LINXI)
    assert found is not None and found.name == "浙江临溪金属再生有限公司" and found.licences
    assert receivers.of(**ALWAYS, uscc=None) is None
    provinces = {one.province for one in receivers.region(**ALWAYS)}
    assert provinces == {"310000", "320000", "330000"}


def test_rooms_are_what_permits_in_force_leave() -> None:
    key = "浙危废经演示第001号|1"
    assert receivers.rooms(**ALWAYS, receiver=LINXI)[key].left == 8100
    row = PermitRow(code="398-004-22", mode="R4", approved_t=Decimal(300), capacity_group="1")
    approve(LINXI, row, "浙危废经演示第001号")
    found = receivers.rooms(**ALWAYS, receiver=LINXI)[key]
    assert (found.committed, found.left) == (Decimal(2400), Decimal(7800))
    own = {**ALWAYS, "number": "WZC-310115-20260601-0001"}
    assert receivers.rooms(**own, receiver=LINXI)[key].left == 8100
    assert receivers.rooms(**ALWAYS, receiver=None) == {}


def test_entries_of_the_white_lists_and_lines_of_the_exemptions() -> None:
    assert [entry.entry_id for entry in whitelists.of(**ALWAYS, receiver=LINXI)] == ["BMD-ZJ-0001"]
    assert whitelists.of(**ALWAYS, receiver=None) == ()
    assert len(exemptions.rules(**ALWAYS)) == 13
    assert exemptions.p2p(**ALWAYS, receiver=None) == ()


def test_what_permits_drew_on_a_record_is_used() -> None:
    number = "沪点对点演示第0001号"
    approve(USER, PermitRow(code="398-007-34", mode="R5", approved_t=Decimal(800), p2p_no=number))
    left = {record.p2p_no: record.left for record in exemptions.p2p(**ALWAYS, receiver=USER)}
    assert left == {number: 50, "沪点对点演示第0002号": 850}
