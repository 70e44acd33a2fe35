"""The library in PostgreSQL: filings change an entry, its firm's persons are not readable at rest, search, demo, memory."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.materials import HandedIn, Materials
from luban.kit.refusal import Refused
from luban.registers.carriers import shelf
from luban.registers.carriers.decisions import hindrance
from luban.registers.carriers.eligibility import class_needs, eligibility
from luban.registers.carriers.memory import MemoryCarriers
from luban.registers.carriers.offers import COMMANDS, PREFILL, PROVIDERS
from luban.registers.carriers.parts import Carrier, Person, Vehicle
from luban.registers.carriers.written import written_carriers

CHUAN, OUAN = "91310114631987K21K", "91330803MA2DLX808C"
DAY = date(2026, 7, 3)
AT = datetime(2026, 7, 3, 10, 0, tzinfo=timezone(timedelta(hours=8)))
WORDS = {
    "name": "沪川危运",
    "reg_adcode": "310114",
    "reg_address": "上海市嘉定区示例路101号",
    "legal_person": "示例甲",
    "contact_name": "示例乙",
    "contact_phone": "13800000101",
    "emergency_phone": "021-12345601",
    "rtl_no": "示例1号",
    "rtl_issuer": "示例机关",
    "rtl_from": date(2024, 1, 2),
    "rtl_to": date(2028, 1, 1),
    "insurance_to": None,
    "gps_platform": None,
    "rtl_scope": ["6.1", "HW"],
    "municipal_listed": None,
}


def row(**given):
    blank = dict.fromkeys((*Vehicle.__dataclass_fields__, *Person.__dataclass_fields__))
    return SimpleNamespace(**{**blank, "cert_scope": [], **given})


def view(kind="add", *, applicant=CHUAN, number="WYD-310000-20260701-0001", plates=("沪A10101",), **words):
    form = SimpleNamespace(
        filing=SimpleNamespace(kind=kind),
        carrier=SimpleNamespace(**{**WORDS, **words}),
        fleet=SimpleNamespace(
            vehicles=[row(plate_no=p, status="valid", gps_device_no="示例1") for p in plates]
        ),
        staff=SimpleNamespace(persons=[row(name="示例驾", role="driver", cert_to=date(2027, 1, 1))]),
    )
    return SimpleNamespace(
        form=form,
        number=number,
        applicant=applicant,
        materials=Materials((), (HandedIn("M01", "许可证.pdf", sm3="a" * 64),)),
        last=SimpleNamespace(actor_name="示例评估", data={"opinion": "齐全"}),
    )


def run(name, given):
    COMMANDS[f"carriers.{name}"](view=given, at=AT)


def asked(name, **keys):
    return PROVIDERS[name](day=DAY, applicant=Applicant(keys.pop("firm", CHUAN)), number="", **keys)


@pytest.mark.django_db
def test_a_filing_waits_as_pending_and_is_in_force_once_passed():
    run("receive", view())
    waiting = shelf.by_uscc(uscc=CHUAN)
    assert (waiting.filing_status, waiting.version, waiting.carrier_id) == ("pending", 0, "YSDW00000001")
    assert waiting.pending_by == "WYD-310000-20260701-0001"
    run("file", view())
    passed = shelf.by_uscc(uscc=CHUAN)
    assert (passed.filing_status, passed.version, passed.pending_by) == ("approved", 1, "")
    assert passed.last_confirmed_at == DAY
    assert passed.contact_phone == "13800000101"
    assert passed.rtl_scope == ("6.1", "HW")
    assert passed.rtl_files == ("a" * 64,)
    assert passed.vehicles == (Vehicle(plate_no="沪A10101", gps_device_no="示例1", track_bound=True),)
    assert passed.persons == (Person(name="示例驾", role="driver", cert_to=date(2027, 1, 1)),)


@pytest.mark.django_db
def test_names_and_numbers_of_persons_are_not_readable_at_rest():
    run("receive", view())
    run("file", view())
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(c)::text from carriers_carrier c")
        stored = cursor.fetchone()[0]
        cursor.execute("select row_to_json(f)::text from carriers_filingrecord f")
        recorded = cursor.fetchone()[0]
    for secret in ("示例甲", "示例乙", "13800000101", "021-12345601"):
        assert secret not in stored + recorded
    assert "$sm4" in stored


@pytest.mark.django_db
def test_every_ended_filing_is_recorded_with_the_entry_before_and_after():
    run("receive", view())
    run("file", view())
    change = view("change", number="WYD-310000-20260710-0001", rtl_to=date(2030, 1, 1))
    run("receive", change)
    assert shelf.by_uscc(uscc=CHUAN).rtl_to == date(2028, 1, 1)
    run("file", change)
    newest, first = shelf.filings(carrier_id="YSDW00000001")
    assert (newest.before.rtl_to, newest.after.rtl_to) == (date(2028, 1, 1), date(2030, 1, 1))
    assert (newest.kind, newest.version, newest.by_name, newest.opinion) == ("change", 2, "示例评估", "齐全")
    assert (first.before.filing_status, first.after.filing_status) == ("pending", "approved")
    assert first.after.contact_phone == "13800000101"


@pytest.mark.django_db
def test_cancelling_suspending_and_restoring_count_as_versions():
    run("receive", view())
    run("file", view())
    run("suspend", view("change"))
    assert shelf.by_uscc(uscc=CHUAN).filing_status == "suspended"
    run("file", view("restore"))
    assert shelf.by_uscc(uscc=CHUAN).filing_status == "approved"
    run("file", view("cancel"))
    ended = shelf.by_uscc(uscc=CHUAN)
    assert (ended.filing_status, ended.version) == ("cancelled", 4)
    run("restore", view("restore"))
    assert shelf.by_uscc(uscc=CHUAN).filing_status == "approved"


@pytest.mark.django_db
def test_a_filing_that_does_not_fit_is_refused():
    with pytest.raises(Refused, match="请选择“新增”") as none:
        run("receive", view("change"))
    assert none.value.status == 409
    run("receive", view())
    with pytest.raises(Refused, match="已有在办的运输单位信息备案"):
        run("receive", view(number="WYD-310000-20260702-0001"))
    run("release", view())
    assert shelf.by_uscc(uscc=CHUAN).filing_status == "draft"
    with pytest.raises(Refused) as unknown:
        run("suspend", view(applicant=OUAN))
    assert unknown.value.status == 404


@pytest.mark.django_db
def test_refusing_a_change_leaves_the_entry_in_force():
    run("receive", view())
    run("refuse", view())
    assert shelf.by_uscc(uscc=CHUAN).filing_status == "rejected"
    run("receive", view())
    run("file", view())
    change = view("change", number="WYD-310000-20260710-0001")
    run("receive", change)
    run("refuse", change)
    kept = shelf.by_uscc(uscc=CHUAN)
    assert (kept.filing_status, kept.version, kept.pending_by) == ("approved", 1, "")


@pytest.mark.django_db
def test_the_chosen_carriers_come_in_one_query(django_assert_num_queries):
    shelf.load_demo()
    rows = [{"carrier_id": "YSDW00000001"}, SimpleNamespace(carrier_id="YSDW00000004"), {"carrier_id": None}]
    with django_assert_num_queries(1):
        found = asked("carriers.chosen", rows=rows)
    assert set(found) == {"YSDW00000001", "YSDW00000004"}
    with django_assert_num_queries(0):
        assert asked("carriers.chosen", rows=None) == {}


@pytest.mark.django_db
def test_a_plate_of_another_carrier_in_service_is_found():
    shelf.load_demo()
    rows = [{"plate_no": "沪A10101"}, {"plate_no": "皖B40401"}, {"plate_no": None}]
    assert asked("carriers.plates", rows=rows) == {"皖B40401": "安徽示例皖江危险货物运输有限公司"}
    assert asked("carriers.plates", rows=None) == {}


@pytest.mark.django_db
def test_search_by_name_credit_code_and_number_in_pages():
    shelf.load_demo()
    assert [c.carrier_id for c in shelf.search(text="瓯安").carriers] == ["YSDW00000002"]
    assert [c.uscc for c in shelf.search(text="91310114").carriers] == [CHUAN]
    assert [c.carrier_id for c in shelf.search(text="ysdw00000003").carriers] == ["YSDW00000003"]
    first = shelf.search(limit=3)
    rest = shelf.search(limit=3, after=first.after)
    assert (len(first.carriers), len(rest.carriers), rest.after) == (3, 1, None)


@pytest.mark.django_db
def test_the_demonstration_is_brought_once():
    with clock.at("2026-12-31T10:00:00"):
        assert len(shelf.load_demo()) == 4
        assert shelf.load_demo() == []
    soon = shelf.ending_on(days=[date(2028, 10, 21), date(2027, 3, 31)])
    assert [c.uscc for c in soon] == [CHUAN, OUAN]


@pytest.mark.django_db
def test_a_firm_begins_its_form_from_its_own_entry():
    own = partial(PREFILL["own_carrier"].ask, applicant=Applicant(CHUAN), day=DAY, given={})
    assert own() == {"kind": "add"}
    run("receive", view())
    run("file", view())
    known = own()
    assert (known["kind"], known["rtl_to"], known["rtl_scope"]) == ("change", "2028-01-01", ["6.1", "HW"])
    assert known["vehicles"][0]["plate_no"] == "沪A10101"
    assert known["persons"][0]["cert_to"] == "2027-01-01"
    assert "carrier_id" not in known
    assert "track_bound" not in known["vehicles"][0]


@pytest.mark.django_db
def test_a_row_that_names_a_carrier_is_filled_in_with_what_the_library_holds_of_it():
    run("receive", view())
    run("file", view())
    number = shelf.by_uscc(uscc=CHUAN).carrier_id
    chosen = partial(PREFILL["chosen_carrier"].ask, applicant=Applicant(OUAN), day=DAY)
    known = chosen(given={"carrier_id": f" {number} "})
    assert (known["name"], known["uscc"], known["rtl_to"]) == ("沪川危运", CHUAN, "2028-01-01")
    assert known["rtl_scope"] == ["6.1", "HW"] and "contact_phone" not in known
    assert chosen(given={"carrier_id": "YS-0"}) == chosen(given={}) == {}


@pytest.mark.django_db
def test_memory_offers_the_same_and_comes_to_the_same():
    memory = MemoryCarriers()
    assert set(memory.commands()) == set(COMMANDS)
    assert set(memory.providers()) == set(PROVIDERS)
    for name, given in (("receive", view()), ("file", view()), ("file", view("change", rtl_no="示例2号"))):
        run(name, given)
        memory.commands()[f"carriers.{name}"](view=given, at=AT)
    twin = memory.providers()["carriers.own"](day=DAY, applicant=Applicant(CHUAN), number="")
    assert twin == asked("carriers.own")


def test_written_carriers_are_as_the_brief_wants_them():
    class Params:
        def integer(self, key):
            return {"carriers.licence_notice_days": 30, "carriers.confirm_months": 12}[key]

    for today in (date(2026, 7, 1), date(2026, 12, 31)):
        rules = []
        for carrier in written_carriers(today=today):
            found = eligibility(
                carrier=carrier,
                plan_start=today,
                plan_end=today + timedelta(days=80),
                loads=(),
                today=today,
                classes=class_needs(()),
                params=Params(),
            )
            rules.append([reason.rule for reason in found.reasons])
        assert rules == [[], ["CQ-03"], ["CQ-05", "CQ-06", "CQ-11"], []]


def test_rows_of_a_case_file_must_be_known():
    with pytest.raises(ValueError, match=r"unknown rtl_till, vehicles\.plate"):
        MemoryCarriers([{"carrier_id": "A", "rtl_till": "x", "vehicles": [{"plate": "x"}]}])
    with pytest.raises(ValueError, match="rtl_to"):
        MemoryCarriers([{"carrier_id": "A", "rtl_to": "soon"}])


def test_each_kind_of_filing_fits_one_standing():
    entry = Carrier(carrier_id="YSDW00000001", filing_status="approved")
    fits = {
        (status, kind): hindrance(replace(entry, filing_status=status), kind=kind, by="") is None
        for status in ("draft", "pending", "rejected", "approved", "suspended", "cancelled")
        for kind in ("add", "change", "cancel", "restore")
    }
    assert {key for key, fit in fits.items() if fit} == {
        ("draft", "add"),
        ("pending", "add"),
        ("rejected", "add"),
        ("approved", "change"),
        ("approved", "cancel"),
        ("suspended", "cancel"),
        ("suspended", "restore"),
        ("cancelled", "restore"),
    }
    assert hindrance(None, kind="add", by="") is None
