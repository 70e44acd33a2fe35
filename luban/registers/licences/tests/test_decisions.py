"""When a licence may be revoked, and what it takes from a receiver's capacity."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luban.kit.refusal import Refused
from luban.registers.licences.decisions import committed_at, held, released, revoked, same_as
from luban.registers.licences.memory import MemoryLicences
from luban.registers.licences.parts import LicenceFact

DAY = date(2026, 8, 10)
CASE = "GFCX-310115-2026-0001"
RECEIVER = "91320583MA2TL5E47U"
FILED = LicenceFact(
    number="GFBA-310115-2026-0001",
    holder="91310115MA1TL1A06J",
    office="310115",
    office_name="浦东新区生态环境局",
    valid_from=date(2026, 3, 16),
    valid_to=date(2026, 12, 31),
    quantity={"receiver_uscc": RECEIVER, "qty_t": "120.000", "waste_codes": ["900-003-S17"]},
)


def refusal(call, *args, **keys):
    with pytest.raises(Refused) as refused:
        call(*args, **keys)
    return refused.value


def test_hold_then_revoke():
    holding = held(FILED, by=CASE, office="310115", day=DAY)
    assert (holding.pending_by, holding.status) == (CASE, "issued")
    fallen = revoked(holding, by=CASE, reason="其他", day=date(2026, 8, 12))
    assert (fallen.status, fallen.status_on, fallen.changed_by) == ("revoked", date(2026, 8, 12), CASE)
    assert fallen.pending_by == ""


def test_a_second_revocation_meets_the_first_one():
    holding = held(FILED, by=CASE, office="310115", day=DAY)
    refused = refusal(held, holding, by="GFCX-310115-2026-0002", office="310115", day=DAY)
    assert (refused.status, refused.message) == (409, f"该备案已有在途撤销申请{CASE}。")
    assert held(holding, by=CASE, office="310115", day=DAY) == holding


def test_expired_revoked_and_foreign_licences_are_not_held():
    late = refusal(held, FILED, by=CASE, office="310115", day=date(2027, 1, 1))
    assert (late.status, late.message) == (409, "备案已到期，无需撤销。")
    assert held(FILED, by=CASE, office="310115", day=date(2026, 12, 31)).pending_by == CASE
    gone = replace(FILED, status="revoked", status_on=DAY)
    assert "已于2026年8月10日撤销" in refusal(held, gone, by=CASE, office="310115", day=DAY).message
    assert "不属本局" in refusal(held, FILED, by=CASE, office="310113", day=DAY).message


def test_only_the_holder_releases_or_revokes():
    holding = held(FILED, by=CASE, office="310115", day=DAY)
    assert released(holding, by="GFCX-310115-2026-0002") == holding
    assert released(holding, by=CASE) == FILED
    assert refusal(revoked, FILED, by=CASE, reason="", day=DAY).code == "REVOCATION_NOT_HELD"
    other = refusal(revoked, holding, by="GFCX-310115-2026-0002", reason="", day=DAY)
    assert CASE in other.message


def committed(*licences, start=date(2026, 9, 1), end=date(2026, 12, 31)):
    return committed_at(licences, receiver=RECEIVER, start=start, end=end, day=DAY)


def test_capacity_of_the_natural_year():
    assert committed(FILED) == Decimal("120.000")
    assert committed(replace(FILED, status="revoked", status_on=DAY)) == 0
    assert committed(replace(FILED, valid_to=date(2026, 5, 1))) == Decimal("120.000")
    assert committed(FILED, start=date(2027, 1, 1), end=date(2027, 12, 31)) == 0
    assert committed(FILED, start=date(2026, 12, 1), end=date(2027, 11, 30)) == Decimal("120.000")
    assert committed(FILED, start=None, end=None) == Decimal("120.000")
    assert committed(replace(FILED, quantity={**FILED.quantity, "receiver_uscc": "X"})) == 0


def test_same_parties_and_overlapping_term():
    def same(licence, start, end):
        return same_as([licence], holder=FILED.holder, receiver=RECEIVER, start=start, end=end, day=DAY)

    assert same(FILED, date(2026, 9, 1), date(2026, 12, 31)) == (FILED,)
    assert same(FILED, date(2027, 1, 1), date(2027, 12, 31)) == ()
    assert same(replace(FILED, status="revoked", status_on=DAY), date(2026, 9, 1), None) == ()
    assert same(replace(FILED, valid_to=date(2026, 8, 9)), None, None) == ()
    assert same(replace(FILED, holder="X"), None, None) == ()


def test_a_misspelt_licence_in_a_case_file_is_an_error():
    with pytest.raises(ValueError, match="unknown valid_till"):
        MemoryLicences([{"number": "A", "holder": "B", "valid_from": "2026-01-01", "valid_till": "x"}])
    with pytest.raises(ValueError, match="valid_from"):
        MemoryLicences([{"number": "A", "holder": "B", "valid_from": "soon"}])
