"""What permits come to: history, counts, tonnes committed, quotas drawn. Source: brief 危险废物 §7.1, §13, §14."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luban.registers.transfer_permits.figures import claimed, committed, count_permits, drawn, history
from luban.registers.transfer_permits.parts import Pending, Permit, PermitRow

GENERATOR, RECEIVER, OTHER = "91310115MA7K3Q2X8Y", "91330803MA29R4WJ62", "91330803MA2DLX808C"
ACCEPTED = date(2026, 7, 2)


def row(code="398-004-22", approved="300", gone="0", **more):
    return PermitRow(code=code, mode="R4", approved_t=Decimal(approved), transferred_t=Decimal(gone), **more)


def permit(
    number="沪环危转许〔2024〕0001号", first=date(2024, 8, 1), last=date(2025, 7, 31), rows=None, **more
):
    return Permit(
        permit_no=number,
        generator_uscc=GENERATOR,
        receiver_uscc=more.pop("receiver", RECEIVER),
        receiver_licence_no="浙危废经第1号",
        valid_from=first,
        valid_to=last,
        rows=rows or (row(),),
        **more,
    )


def told(*permits, **more):
    asked = {"receiver": RECEIVER, "code": "398-004-22", "accepted_on": ACCEPTED, **more}
    return history(permits=permits, **asked)


def test_the_history_of_the_first_example_is_two_permits_and_seventy_eight_percent():
    one = permit(rows=(row(approved="200", gone="156"),))
    two = permit("2", date(2025, 3, 1), date(2026, 2, 28), rows=(row(approved="300", gone="234"),))
    assert told(one, two) == (2, Decimal("78.00"), 0)


def test_the_rate_is_rounded_half_up_to_two_places():
    assert told(permit(rows=(row(approved="800", gone="1"),))).rate == Decimal("0.13")
    assert told(permit(rows=(row(approved="3", gone="2"),))).rate == Decimal("66.67")


def test_without_permits_the_history_is_zero():
    assert told() == (0, Decimal("0.00"), 0)


@pytest.mark.parametrize(
    ("first", "counts"),
    [(date(2024, 7, 1), 0), (date(2024, 7, 2), 1), (date(2026, 7, 1), 1), (date(2026, 7, 2), 0)],
)
def test_the_window_is_twenty_four_months_before_acceptance_by_the_first_day(first, counts):
    assert told(permit(first=first, last=date(2026, 7, 1))).n == counts


def test_a_permit_that_runs_counts_only_once_it_is_used_up():
    running = permit(first=date(2026, 1, 1), last=date(2026, 12, 31), rows=(row(gone="299.9999"),))
    assert told(running).n == 0
    assert told(replace(running, rows=(row(gone="300"),))) == (1, Decimal("100.00"), 0)


def test_a_manifest_that_went_wrong_counts_while_its_permit_runs():
    running = permit(first=date(2026, 1, 1), last=date(2026, 12, 31), abnormal=2)
    assert told(running) == (0, Decimal("0.00"), 2)


def test_other_receivers_other_codes_and_revoked_permits_tell_nothing():
    assert told(permit(receiver=OTHER)).n == 0
    assert told(permit(rows=(row(code="398-051-22"),))).n == 0
    assert told(permit(status="revoked")).n == 0


NOW = date(2026, 7, 2)
RUNNING = permit("在效一", date(2026, 1, 1), date(2026, 12, 31), case_no="WZC-1")


def test_permits_in_force_are_counted_by_scope():
    other = permit(
        "在效二", date(2026, 1, 1), date(2026, 12, 31), rows=(row(code="398-051-22"),), case_no="WZC-2"
    )
    both = (RUNNING, other)
    assert count_permits(permits=both, code="398-004-22", day=NOW) == 1
    assert count_permits(permits=both, code="398-004-22", day=NOW, scope="generator_all") == 2
    assert count_permits(permits=both, code="398-004-22", day=NOW, scope="receiver_all") == 2
    with pytest.raises(ValueError, match="c4_scope"):
        count_permits(permits=both, code="398-004-22", day=NOW, scope="everything")


def test_the_case_itself_and_the_permit_it_renews_are_not_counted():
    assert count_permits(permits=(RUNNING,), code="398-004-22", day=NOW, without=("WZC-1",)) == 0
    assert count_permits(permits=(RUNNING,), code="398-004-22", day=NOW, without=("在效一",)) == 0
    assert count_permits(permits=(RUNNING,), code="398-004-22", day=NOW, without=("", "在效二")) == 1


@pytest.mark.parametrize("change", [{"status": "revoked"}, {"status": "reserved"}, {"valid_to": date(2026, 7, 1)},
                                    {"valid_from": date(2026, 7, 3)}, {"rows": (row(gone="300"),)}])  # fmt: skip
def test_what_is_not_in_force_is_not_counted(change):
    assert count_permits(permits=(replace(RUNNING, **change),), code="398-004-22", day=NOW) == 0


def test_committed_is_what_stands_and_has_not_gone_by_group_of_lines():
    one = permit("a", NOW, date(2027, 7, 1), rows=(row(gone="100", capacity_group="G1"), row(code="398-051-22", approved="120", capacity_group="G1")))  # fmt: skip
    reserved = permit("", NOW, date(2027, 7, 1), rows=(row(capacity_group="G2"),), status="reserved")
    over = permit("b", rows=(row(capacity_group="G1"),))
    gone = permit("c", NOW, date(2027, 7, 1), rows=(row(capacity_group="G1"),), status="cancelled")
    assert committed(permits=(one, reserved, over, gone), day=NOW) == {
        "浙危废经第1号|G1": Decimal(320),
        "浙危废经第1号|G2": Decimal(300),
    }


def test_claims_are_everybodys_permits_and_applications_but_not_ones_own():
    def asked(case_no, group="G1", approved="50"):
        rows = (row(approved=approved, capacity_group=group),)
        return Pending(
            case_no=case_no, receiver_uscc=RECEIVER, receiver_licence_no="浙危废经第1号", rows=rows
        )

    mine = permit("", NOW, date(2027, 7, 1), rows=(row(capacity_group="G1"),), status="reserved", case_no="A")
    theirs = permit("b", NOW, date(2027, 7, 1), rows=(row(gone="100", capacity_group="G1"),), case_no="B")
    pending = (asked("A", approved="300"), asked("C"), asked("D", group="2", approved="7"))
    both = {"浙危废经第1号|G1": Decimal(550), "浙危废经第1号|2": Decimal(7)}
    assert claimed(permits=(mine, theirs), pending=pending, day=NOW) == both
    others = {"浙危废经第1号|G1": Decimal(250), "浙危废经第1号|2": Decimal(7)}
    assert claimed(permits=(mine, theirs), pending=pending, day=NOW, but="A") == others
    without = claimed(permits=(mine, theirs), pending=pending, day=NOW, but="C")
    assert without == {"浙危废经第1号|G1": Decimal(500), "浙危废经第1号|2": Decimal(7)}


def test_a_withdrawn_permit_has_drawn_on_a_quota_only_what_had_gone():
    held = permit(rows=(row(p2p_no="P2P-1", approved="150"),))
    withdrawn = permit("2", rows=(row(p2p_no="P2P-1", approved="80", gone="30"),), status="revoked")
    assert drawn(permits=(held, withdrawn, permit("3"))) == {"P2P-1": Decimal(180)}


def test_an_unknown_state_is_a_mistake():
    with pytest.raises(ValueError, match="not a state"):
        permit(status="valid")
