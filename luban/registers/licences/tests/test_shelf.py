"""Licences in PostgreSQL: issued once, found by token, changed by one command at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from luban.kit.clock import ZONE
from luban.kit.facts import Applicant
from luban.kit.refusal import Refused
from luban.registers.licences import shelf
from luban.registers.licences.memory import MemoryLicences
from luban.registers.licences.models import Licence
from luban.registers.licences.offers import COMMANDS, PROVIDERS
from luban.registers.licences.parts import LicenceFact, new_token
from luban.registers.licences.status import status_on

NOW = datetime(2026, 8, 10, 9, 0, tzinfo=ZONE)
RECEIVER = "91320583MA2TL5E47U"
FILED = LicenceFact(
    number="GFBA-310115-2026-0001",
    holder="91310115MA1TL1A06J",
    holder_name="上海示例塑新材料有限公司",
    valid_from=date(2026, 3, 16),
    valid_to=date(2026, 12, 31),
    case_id="a" * 32,
    case_number="GFB-310115-20260302-0001",
    item="solid_waste_utilisation",
    document="filing_receipt",
    title="一般固体废物跨省转移利用备案表",
    office="310115",
    office_name="浦东新区生态环境局",
    shows=(("移出单位", "上海示例塑新材料有限公司"),),
    quantity={"receiver_uscc": RECEIVER, "qty_t": "120.000", "waste_codes": ["900-003-S17"]},
)


def view(number="GFCX-310115-2026-0001", filing_no=FILED.number, office="310115"):
    """As much of a case as the commands read."""
    form = SimpleNamespace(
        target=SimpleNamespace(filing_no=filing_no), grounds=SimpleNamespace(reason_code="R3")
    )
    return SimpleNamespace(
        number=number, office=SimpleNamespace(code=office), form=form, term=lambda _, code: f"事由{code}"
    )


@pytest.fixture
def filed():
    return shelf.issue(licence=FILED, at=NOW)


@pytest.mark.django_db
def test_issued_once_however_often_it_is_asked():
    first = shelf.issue(licence=replace(FILED, token=new_token()), at=NOW)
    again = shelf.issue(licence=replace(FILED, token=new_token()), at=NOW)
    assert first == again
    assert shelf.find(token=first.token) == first
    assert first.shows == FILED.shows
    assert shelf.of_case(case_id=FILED.case_id) == (first,)
    assert shelf.views_of_case(case_id=FILED.case_id, verify_base="/v/")[0].verify_url == f"/v/{first.token}"


@pytest.mark.django_db
def test_unknown_and_impossible_tokens_find_nothing(django_assert_num_queries):
    assert shelf.find(token=new_token()) is None
    with django_assert_num_queries(0):
        assert shelf.find(token="' or 1=1 --") is None


@pytest.mark.django_db
def test_a_new_version_supersedes_the_old_one():
    old = shelf.issue(licence=FILED, at=NOW)
    new = shelf.issue(licence=replace(FILED, version=2), at=NOW)
    told = status_on(shelf.find(token=old.token), NOW.date())
    assert (told.code, told.current) == ("superseded", new.token)
    assert shelf.by_number(number=FILED.number) == new


@pytest.mark.django_db
def test_pages_of_a_holder():
    for n in range(5):
        shelf.issue(licence=replace(FILED, number=f"GFBA-310115-2026-{n:04d}", case_id=f"{n:032d}"), at=NOW)
    first = shelf.of_holder(holder=FILED.holder, limit=2)
    second = shelf.of_holder(holder=FILED.holder, after=first.after, limit=2)
    third = shelf.of_holder(holder=FILED.holder, after=second.after, limit=2)
    numbers = [found.number[-4:] for page in (first, second, third) for found in page.licences]
    assert numbers == ["0004", "0003", "0002", "0001", "0000"]
    assert third.after is None


@pytest.mark.django_db
def test_providers_say_what_their_twins_in_memory_say():
    issued = shelf.issue(licence=FILED, at=NOW)
    shelf.issue(
        licence=replace(FILED, number="GFBA-310115-2026-0002", case_id="b" * 32, valid_to=None), at=NOW
    )
    row = {
        k: getattr(issued, k) for k in ("number", "holder", "valid_from", "valid_to", "quantity", "office")
    }
    twin = MemoryLicences([row, {**row, "number": "GFBA-310115-2026-0002", "valid_to": None}]).providers()
    keys = {"day": NOW.date(), "applicant": Applicant(FILED.holder), "number": ""}
    term = {"receiver": RECEIVER, "start": date(2026, 9, 1), "end": date(2026, 12, 31)}
    committed = PROVIDERS["licences.committed"](**keys, **term)
    assert committed == twin["licences.committed"](**keys, **term) == Decimal("240.000")
    same = PROVIDERS["licences.same"](**keys, **term)
    assert [s.number for s in same] == [s.number for s in twin["licences.same"](**keys, **term)]
    assert len(same) == 2
    assert PROVIDERS["licences.committed"](**keys, receiver=None) == 0
    assert PROVIDERS["licences.by_number"](**keys, filing_no=None) is None
    assert set(PROVIDERS) == set(twin)
    assert set(COMMANDS) == set(MemoryLicences().commands())


@pytest.mark.django_db
def test_receiver_and_number_are_found_by_index():
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN {shelf.COMMITTED}", [RECEIVER, ["issued", "suspended"], NOW.date(), NOW.date()]
        )
        plan = str(cursor.fetchall())
    assert "licences_receiver" in plan
    assert "licences_number" in Licence.objects.filter(number=FILED.number).order_by("-version").explain()


@pytest.mark.django_db
def test_revoked_at_once(filed):
    COMMANDS["licences.hold"](view=view(), at=NOW)
    held = shelf.by_number(number=FILED.number)
    assert held.pending_by == "GFCX-310115-2026-0001"
    assert status_on(held, NOW.date()).code == "valid"
    COMMANDS["licences.revoke"](view=view(), at=datetime(2026, 8, 12, 9, 0, tzinfo=ZONE))
    fallen = shelf.find(token=filed.token)
    assert (fallen.status, fallen.status_reason, fallen.changed_by) == (
        "revoked",
        "事由R3",
        "GFCX-310115-2026-0001",
    )
    assert status_on(fallen, date(2026, 8, 12)).title == "已撤销"
    with pytest.raises(Refused) as again:
        COMMANDS["licences.hold"](view=view(number="GFCX-310115-2026-0002"), at=NOW)
    assert again.value.status == 409


@pytest.mark.django_db
def test_released_and_free_for_another(filed):
    COMMANDS["licences.hold"](view=view(), at=NOW)
    COMMANDS["licences.release"](view=view(number="somebody else"), at=NOW)
    assert shelf.by_number(number=FILED.number).pending_by
    COMMANDS["licences.release"](view=view(), at=NOW)
    COMMANDS["licences.hold"](view=view(number="GFCX-310115-2026-0002"), at=NOW)
    assert shelf.by_number(number=FILED.number).pending_by == "GFCX-310115-2026-0002"


@pytest.mark.django_db
@pytest.mark.parametrize("filing_no", [None, "GFBA-310115-2026-0099"])
def test_an_unknown_number_is_refused_in_words(filing_no):
    with pytest.raises(Refused, match="备案台账中没有") as refused:
        COMMANDS["licences.hold"](view=view(filing_no=filing_no), at=NOW)
    assert refused.value.status == 404
    COMMANDS["licences.release"](view=view(filing_no=filing_no), at=NOW)


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("second", ["licences.hold", "licences.revoke"])
@pytest.mark.django_db(transaction=True)
def test_two_revocations_at_the_same_moment(filed, second):
    """The first holds its row lock; the second waits for its commit and is then refused with the first's number."""
    locked, commit = threading.Event(), threading.Event()

    def one():
        try:
            with transaction.atomic():
                COMMANDS["licences.hold"](view=view(number="GFCX-310115-2026-0001"), at=NOW)
                locked.set()
                assert commit.wait(20)
        finally:
            connection.close()

    def two():
        try:
            with transaction.atomic():
                COMMANDS[second](view=view(number="GFCX-310115-2026-0002"), at=NOW)
        except Refused as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(one)
        assert locked.wait(20)
        refused = threads.submit(two)
        while not _waiting():
            assert not refused.done()
        commit.set()
        first.result(20)
        answer = refused.result(20)
    assert (answer.status, answer.message) == (409, "该备案已有在途撤销申请GFCX-310115-2026-0001。")
    assert shelf.by_number(number=FILED.number).pending_by == "GFCX-310115-2026-0001"
    assert shelf.by_number(number=FILED.number).status == "issued"
