"""A road transport licence that ends is spoken of 60, 30 and 7 days before: to the firm and to the desk, once each."""

from datetime import date

import pytest

from luban.kit.clock import clock
from luban.links.outbox.models import Effect
from luban.registers.carriers import shelf
from luban.registers.carriers.endings import remind_ending
from luban.registers.carriers.models import Carrier
from luban.registers.carriers.reminders import reminders

OUAN, USCC = "YSDW00000002", "91330803MA2DLX808C"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ouan():
    """The library with one carrier whose licence ends on 2027-03-31, the others far away."""
    with clock.at("2026-07-01T09:00"):
        shelf.load_demo()
    Carrier.objects.exclude(carrier_id=OUAN).update(rtl_to=date(2030, 1, 1))
    Carrier.objects.filter(carrier_id=OUAN).update(rtl_to=date(2027, 3, 31), filing_status="approved")


def remind_on(day):
    with clock.at(f"{day}T01:30"):
        return remind_ending()


def test_sixty_thirty_and_seven_days_before_and_on_no_other_day_once_each():
    days = ("2027-01-29", "2027-01-30", "2027-01-30", "2027-01-31", "2027-02-10", "2027-03-01", "2027-03-24")
    assert [remind_on(day) for day in days] == [0, 1, 0, 0, 0, 1, 1]
    assert [r.rules[0] for r in reminders(carrier_id=OUAN)] == [
        "ENDING:2027-03-31:7",
        "ENDING:2027-03-31:30",
        "ENDING:2027-03-31:60",
    ]
    assert {r.applicant_name for r in reminders(carrier_id=OUAN)} == {"系统提醒"}


def test_a_day_without_workers_is_made_up_for():
    assert remind_on("2027-02-02") == 1
    assert remind_on("2027-02-03") == 0


def test_the_firm_and_the_desk_that_passes_filings_are_told():
    remind_on("2027-01-30")
    firm, todo = Effect.objects.get(name="enterprise_message"), Effect.objects.get(name="todo_created")
    assert (firm.link, firm.body["uscc"], firm.body["event"]) == ("one_net", USCC, "REMIND")
    assert "将于2027-03-31到期，还有60日" in firm.body["text"]
    assert (todo.link, todo.body["org"], todo.body["role"]) == ("egov", "TECH-HW", "tech_officer")
    assert todo.body["due_on"] == "2027-03-31"


def test_a_filing_with_a_later_end_takes_the_todo_back_and_begins_anew():
    remind_on("2027-01-30")
    Carrier.objects.filter(carrier_id=OUAN).update(rtl_to=date(2028, 3, 31))
    assert remind_on("2027-02-01") == 0
    assert remind_on("2027-02-02") == 0
    done = Effect.objects.get(name="todo_done")
    assert done.body["todo_id"] == Effect.objects.get(name="todo_created").body["todo_id"]
    assert remind_on("2028-01-31") == 1


def test_a_carrier_out_of_service_is_not_reminded():
    Carrier.objects.filter(carrier_id=OUAN).update(filing_status="suspended")
    assert remind_on("2027-01-30") == 0
