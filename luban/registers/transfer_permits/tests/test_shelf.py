"""Permits in PostgreSQL: noted, granted once, taken back; the last tonnes go to one of two that decide at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from luban.kit.facts import Applicant
from luban.kit.refusal import Refused
from luban.registers.transfer_permits import offers, shelf
from luban.registers.transfer_permits.memory import MEMORY
from luban.registers.transfer_permits.models import TransferPermit
from luban.registers.transfer_permits.offers import COMMANDS, PROVIDERS
from luban.registers.transfer_permits.tests.samples import (
    GENERATOR,
    LICENCE,
    NOW,
    RECEIVER,
    books,
    licence,
    record,
    scope,
    view,
    waste,
)

DAY = NOW.date()
ASKED = {"day": DAY, "applicant": Applicant(GENERATOR), "number": ""}
OTHER = "91310116MA1GT58L82"


@pytest.fixture
def known(monkeypatch):
    """Let the commands ask these books."""

    def put(*scopes, records=()):
        found = books(*scopes, records=records)
        monkeypatch.setattr(offers, "books", lambda: found)

    return put


def grant(**more):
    COMMANDS["transfer_permits.grant"](view=view(**more), at=NOW)


@pytest.mark.django_db
def test_an_application_is_under_way_from_submission_to_permit(known):
    known(scope())
    COMMANDS["transfer_permits.apply"](view=view(), at=NOW)
    COMMANDS["transfer_permits.apply"](view=view(wastes=[waste(), waste("398-051-22")]), at=NOW)
    (one,) = PROVIDERS["transfer_permits.pending"](**ASKED)
    assert one.codes == ("398-004-22", "398-051-22")
    assert PROVIDERS["transfer_permits.pending"](**{**ASKED, "number": one.case_no}) == ()
    grant()
    assert PROVIDERS["transfer_permits.pending"](**ASKED) == (one,)
    grant(state="decided", licences=[licence()])
    assert PROVIDERS["transfer_permits.pending"](**ASKED) == ()


@pytest.mark.django_db
def test_what_everybody_has_claimed_is_asked_in_one_statement(known, django_assert_num_queries):
    known(scope(), scope(2, "HW49", mode_codes=("D10",), mode_family="D"))
    burnt = waste("900-039-49", "D10", "5")
    COMMANDS["transfer_permits.apply"](view=view("WZC-2", applicant=OTHER, wastes=[burnt]), at=NOW)
    COMMANDS["transfer_permits.apply"](view=view("WZC-2", applicant=OTHER, wastes=[waste(), burnt]), at=NOW)
    COMMANDS["transfer_permits.apply"](view=view(), at=NOW)
    grant()
    with django_assert_num_queries(1):
        found = PROVIDERS["transfer_permits.claimed"](**ASKED)
    assert found == {f"{LICENCE}|1": Decimal(600), f"{LICENCE}|2": Decimal(5)}
    mine = PROVIDERS["transfer_permits.claimed"](**{**ASKED, "number": view().number})
    assert mine == {f"{LICENCE}|1": Decimal(300), f"{LICENCE}|2": Decimal(5)}
    theirs = PROVIDERS["transfer_permits.claimed"](**{**ASKED, "number": "WZC-2"})
    assert theirs == {f"{LICENCE}|1": Decimal(300)}
    shelf.note_manifests(permit_no="", case_no=view().number, gone={("398-004-22", "R4"): Decimal(120)},
                         abnormal=0, at=NOW)  # fmt: skip
    assert PROVIDERS["transfer_permits.claimed"](**ASKED)[f"{LICENCE}|1"] == Decimal(480)
    COMMANDS["transfer_permits.drop"](view=view("WZC-2"), at=NOW)
    assert PROVIDERS["transfer_permits.claimed"](**ASKED) == {f"{LICENCE}|1": Decimal(180)}


@pytest.mark.django_db
def test_a_second_application_for_the_same_is_refused_until_the_first_has_ended():
    COMMANDS["transfer_permits.apply"](view=view(), at=NOW)
    with pytest.raises(Refused, match="已有在办申请（WZC-310115-20260701-0001），不可重复提交。"):
        COMMANDS["transfer_permits.apply"](view=view("WZC-2"), at=NOW)
    COMMANDS["transfer_permits.apply"](view=view("WZC-3", applicant=OTHER), at=NOW)
    COMMANDS["transfer_permits.drop"](view=view(), at=NOW)
    COMMANDS["transfer_permits.apply"](view=view("WZC-2"), at=NOW)


@pytest.mark.django_db
def test_a_permit_is_taken_once_and_named_when_its_paper_is_sealed(known, django_assert_num_queries):
    known(scope(capacity="300"))
    grant()
    grant()
    (reserved,) = PROVIDERS["transfer_permits.of_generator"](**ASKED)
    assert (reserved.status, reserved.permit_no, reserved.rows[0].capacity_group) == ("reserved", "", "1")
    assert reserved.standing(DAY) and not reserved.in_force(date(2026, 8, 1))
    grant(state="closed_granted", licences=[licence(last=date(2027, 6, 30))])
    grant(state="closed_granted", licences=[licence(last=date(2027, 6, 30))])
    with django_assert_num_queries(2):
        (held,) = PROVIDERS["transfer_permits.of_receiver"](**ASKED, receiver=RECEIVER)
    assert (held.status, held.permit_no, held.token, held.valid_to) == (
        "issued",
        licence().number,
        licence().token,
        date(2027, 6, 30),
    )
    assert held.receiver_province == "330000" and held.rows == reserved.rows
    assert PROVIDERS["transfer_permits.of_receiver"](**ASKED, receiver=None) == ()


@pytest.mark.django_db
def test_a_decision_taken_anew_gives_back_what_it_had_taken_and_takes_what_it_says_now(known):
    known(scope(capacity="300"))
    grant()
    grant(acts=[("decide", {"approved": [{"code": "398-004-22", "approved_t": "120"}]})])
    grant(number="WZC-2", wastes=[waste(apply_t="180")])
    with pytest.raises(Refused, match=r"已接收0\.0000＋已批未收300\.0000＋本次0\.0001"):
        grant(number="WZC-3", wastes=[waste(apply_t="0.0001")])
    COMMANDS["transfer_permits.drop"](view=view("WZC-2"), at=NOW)
    grant(number="WZC-3", wastes=[waste(apply_t="0.0001")])
    assert [p.status for p in shelf.of_generator(uscc=GENERATOR, day=DAY)] == [
        "reserved",
        "cancelled",
        "reserved",
    ]


@pytest.mark.django_db
def test_revoked_and_cancelled_permits_take_no_room_and_cannot_be_granted_again(known):
    known(scope(capacity="300"))
    out = {"state": "closed_granted", "licences": [licence()]}
    grant(**out)
    COMMANDS["transfer_permits.revoke"](view=view("WZCX-1", target=licence().number), at=NOW)
    (fallen,) = shelf.of_generator(uscc=GENERATOR, day=DAY)
    assert (fallen.status, fallen.status_on) == ("revoked", DAY)
    with pytest.raises(Refused, match="不能再次批准"):
        grant(**out)
    grant(number="WZC-2")
    COMMANDS["transfer_permits.cancel"](view=view("WZC-2"), at=NOW)
    with pytest.raises(Refused) as again:
        COMMANDS["transfer_permits.revoke"](view=view("WZC-2"), at=NOW)
    assert again.value.status == 409
    with pytest.raises(Refused) as unknown:
        COMMANDS["transfer_permits.revoke"](view=view("WZC-4"), at=NOW)
    assert unknown.value.status == 404


@pytest.mark.django_db
def test_tonnes_that_have_gone_make_room_and_permits_of_long_ago_are_not_looked_at(known):
    known(scope(capacity="300", received="0"))
    grant()
    held = shelf.of_case(case_no=view().number)
    shelf.note_manifests(permit_no=held.permit_no, case_no=held.case_no, gone={("398-004-22", "R4"): Decimal(200)}, abnormal=1, at=NOW)  # fmt: skip
    (moved,) = shelf.of_generator(uscc=GENERATOR, day=DAY)
    assert (moved.left, moved.abnormal) == (Decimal(100), 1)
    grant(number="WZC-2", wastes=[waste(apply_t="200")])
    assert shelf.of_generator(uscc=GENERATOR, day=DAY + timedelta(days=365 * 6)) == ()


def test_the_twin_in_memory_answers_by_the_same_names():
    assert set(MEMORY().providers()) == set(PROVIDERS)
    assert set(MEMORY().commands()) == set(COMMANDS)


@pytest.mark.django_db
def test_licence_and_firm_are_found_by_index():
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    for column, index in (
        ("generator_uscc", "permits_generator"),
        ("receiver_licence_no", "permits_licence"),
    ):
        assert index in TransferPermit.objects.filter(**{column: "X"}, valid_to__gte=DAY).explain()


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def both(first, second):
    """Run two commands at once: the first holds what it took until the second waits for it. Returns the second's end."""
    taken, commit = threading.Event(), threading.Event()

    def one():
        try:
            with transaction.atomic():
                first()
                taken.set()
                assert commit.wait(20)
        finally:
            connection.close()

    def two():
        try:
            with transaction.atomic():
                second()
        except Refused as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as threads:
        holding = threads.submit(one)
        assert taken.wait(20)
        waiting = threads.submit(two)
        while not _waiting():
            assert not waiting.done(), "the second did not wait"
        commit.set()
        holding.result(20)
        return waiting.result(20)


SMALL = {"number": "WZC-1", "wastes": [waste(apply_t="120")]}
LARGE = {"number": "WZC-2", "wastes": [waste(apply_t="300")], "applicant": OTHER}


@pytest.mark.parametrize(("first", "second"), [(SMALL, LARGE), (LARGE, SMALL)])
@pytest.mark.django_db(transaction=True)
def test_two_cases_cannot_both_take_the_last_tonnes_of_a_licence(known, first, second):
    known(scope(capacity="10000", received="9600"))
    refused = both(lambda: grant(**first), lambda: grant(**second))
    took, asked = first["wastes"][0].apply_t, second["wastes"][0].apply_t
    assert refused.status == 409
    assert f"已接收9600.0000＋已批未收{took}.0000＋本次{asked}.0000＝10020.0000吨" in refused.message
    assert "超过核准10000.0000吨，多出20.0000吨" in refused.message
    kept = shelf.drawing_on(licence_no=LICENCE, numbers=(), but="", day=DAY)
    assert [permit.case_no for permit in kept] == [first["number"]]


@pytest.mark.parametrize(("first", "second"), [(SMALL, LARGE), (LARGE, SMALL)])
@pytest.mark.django_db(transaction=True)
def test_two_cases_at_once_both_get_their_tonnes_when_there_is_room(known, first, second):
    known(scope(capacity="10020", received="9600"))
    assert both(lambda: grant(**first), lambda: grant(**second)) is None
    assert len(shelf.drawing_on(licence_no=LICENCE, numbers=(), but="", day=DAY)) == 2


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.django_db(transaction=True)
def test_two_cases_cannot_both_take_the_rest_of_a_quota(known, turned):
    known(records=[record(quota="1000", used="600")])
    asked = [{**one, "licence_no": None, "wastes": [waste("398-007-34", "R5", tonnes, "P2P-示例-1")]} for one, tonnes in ((SMALL, "150"), (LARGE, "300"))]  # fmt: skip
    first, second = reversed(asked) if turned else asked
    refused = both(lambda: grant(**first), lambda: grant(**second))
    left = {False: "250.0000", True: "100.0000"}[turned]
    assert (refused.code, refused.status) == ("QUOTA", 409)
    assert refused.message.startswith(f"点对点豁免剩余额度{left}吨不足：P2P-示例-1许可总量1000.0000吨")


@pytest.mark.django_db(transaction=True)
def test_what_a_case_gives_back_while_it_is_not_committed_nobody_else_can_take(known):
    known(scope(capacity="400"))
    with transaction.atomic():
        grant(**SMALL)
    refused = both(lambda: grant(**SMALL, acts=[("decide", {"approved": [{"code": "398-004-22", "approved_t": "90"}]})]), lambda: grant(**LARGE))  # fmt: skip
    assert refused is None, "the second waited for the first and saw what it gave back"
    assert sorted(p.left for p in shelf.drawing_on(licence_no=LICENCE, numbers=(), but="", day=DAY)) == [
        90,
        300,
    ]


@pytest.mark.django_db(transaction=True)
def test_one_firm_cannot_hand_in_the_same_application_twice_at_once():
    apply = COMMANDS["transfer_permits.apply"]
    refused = both(lambda: apply(view=view("WZC-1"), at=NOW), lambda: apply(view=view("WZC-2"), at=NOW))
    assert refused.message == "已有在办申请（WZC-1），不可重复提交。"
