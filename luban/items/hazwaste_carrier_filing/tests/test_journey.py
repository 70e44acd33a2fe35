"""A carrier through the real house: filed, corrected into force, changed from what the library knows, chosen by others."""

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from luban.cases import house
from luban.cases.act import Filing
from luban.cases.models import Case
from luban.items.hazwaste_carrier_filing.item import ITEM
from luban.kit.clock import clock
from luban.kit.facts import Applicant, SealState
from luban.kit.materials import HandedIn
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.registers.carriers import shelf
from luban.stages.fill.prefill import Filled, Known, fill, put_values
from luban.stages.precheck.check import check
from luban.stages.trial import read_cases

CASE = read_cases(Path(__file__).parent / "cases.yaml")[0]
CHUAN = "91310114631987K21K"
FIRM = Applicant(CHUAN, "沪川危运", organisation=CHUAN)
CARRIER = Actor("chuan", "沪川危运", "applicant", CHUAN, "沪川危运", CHUAN[:6])
OFFICER = Actor("tech", "示例评估经办", "tech_officer", "TECH-HW", "危险废物技术评估机构", "310000")
PAPERS = (
    HandedIn("M01", "许可证.pdf", sm3="a" * 64, check="pass"),
    *(HandedIn("M02", "运输证.pdf", binding=n, sm3="b" * 64, check="pass") for n in (1, 2)),
    *(HandedIn("M03", "资格证.pdf", binding=n, sm3="c" * 64, check="pass") for n in (1, 2)),
)


def file(payload, request_id, files=PAPERS):
    checked = check(
        item=ITEM,
        payload=payload,
        context=house.context(),
        day=clock.today(),
        applicant=FIRM,
        files=files,
        seal=SealState("online", signed=True),
    )
    assert [f.message for f in checked.blocking] == []
    filing = Filing(form=checked.form, applicant=FIRM, findings=checked.findings, materials=checked.materials)
    with transaction.atomic():
        return house.file_case(item=ITEM, filing=filing, by=CARRIER, request_id=request_id).case


def take(case, action, by, **data):
    return house.take(case_id=case.id, action=action, by=by, data=data, request_id=f"{case.id}-{action}").case


@pytest.mark.django_db
def test_from_the_first_filing_to_a_change_begun_from_the_own_entry():
    with clock.at("2026-07-01T09:00:00"):
        case = file(CASE.form, "first")
        assert case.number == "WYD-310000-20260701-0001"
        assert shelf.by_uscc(uscc=CHUAN).filing_status == "pending"
    with clock.at("2026-07-03T09:00:00"):
        case = take(case, "pass", OFFICER, opinion="证件齐全有效")
        assert (case.state, case.step) == ("accepted", "seal")
        entry = shelf.by_uscc(uscc=CHUAN)
        assert (entry.filing_status, entry.version, entry.rtl_files) == ("approved", 1, ("a" * 64,))
        view = house.view_at(case_id=case.id)
        assert view.last.data["carrier_id"] == entry.carrier_id

    own = house.prefills()["own_carrier"].ask(applicant=Applicant(CHUAN), day=clock.today(), given={})
    known = Known(values={"own_carrier": own})
    begun = fill(form=ITEM.form, known=known)
    assert begun.payload["filing"]["kind"] == "change"
    assert begun.payload["fleet"]["vehicles"][1]["plate_no"] == "沪AD10104"
    assert begun.sources["fleet.vehicles[1].plate_no"] == "own_carrier"
    assert begun.sources["carrier.rtl_no"] == "own_carrier"
    typed = {
        "filing.reason": "换证",
        "carrier.uscc": CHUAN,
        "carrier.name": "沪川危运",
        "carrier.rtl_to": "2030-01-01",
        "pledge.truthful": True,
    }
    changed: Filled = put_values(form=ITEM.form, into=begun, values=typed, source="typed")
    with clock.at("2026-09-01T09:00:00"):
        second = file(changed.payload, "second", files=PAPERS[:1])
        take(second, "pass", OFFICER)
    entry = shelf.by_uscc(uscc=CHUAN)
    assert (entry.version, entry.rtl_to, len(entry.vehicles)) == (2, date(2030, 1, 1), 2)
    assert [f.version for f in shelf.filings(carrier_id=entry.carrier_id)] == [2, 1]


@pytest.mark.django_db
def test_two_filings_of_one_carrier_cannot_be_under_way_and_officers_elsewhere_cannot_pass():
    with clock.at("2026-07-01T09:00:00"):
        case = file(CASE.form, "first")
        checked = check(
            item=ITEM,
            payload=CASE.form,
            context=house.context(),
            day=clock.today(),
            applicant=FIRM,
            files=PAPERS,
            seal=SealState("online", signed=True),
        )
        assert [f.rule for f in checked.blocking] == ["CF-01"]
        with pytest.raises(Refused) as elsewhere:
            take(case, "pass", Actor("x", "x", "tech_officer", "TECH-XX", "x", "310000"))
        assert elsewhere.value.status in (403, 404)
        take(case, "withdraw", CARRIER)
        assert shelf.by_uscc(uscc=CHUAN).filing_status == "draft"
        assert file(CASE.form, "again").number == "WYD-310000-20260701-0002"


@pytest.mark.django_db
def test_contacts_of_a_filing_are_not_readable_in_its_case():
    with clock.at("2026-07-01T09:00:00"):
        case = file(CASE.form, "first")
    stored = str(Case.objects.select_related("current").get(pk=case.id).current.payload)
    for secret in ("示例甲", "示例乙", "13800000101", "021-12345601"):
        assert secret not in stored
