"""A revocation through the real house: PostgreSQL, the register of licences, the outbox."""

from pathlib import Path

import pytest
from django.db import transaction

from luban.cases import house
from luban.cases.act import Filing
from luban.items.solid_waste_revocation.item import ITEM
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.registers.licences import shelf
from luban.registers.licences.memory import MemoryLicences
from luban.registers.licences.parts import new_token
from luban.registers.licences.status import status_on
from luban.stages.trial import read_cases

CASE = read_cases(Path(__file__).parent / "cases.yaml")[0]
NUMBER = "GFBA-310115-2026-0001"
PUDONG, CITY = "310115", "310000"


def official(account, role, organisation):
    return Actor(account, account, role, organisation, organisation, organisation)


REVIEWER = official("pd-zhang", "district_reviewer", PUDONG)
LEADER = official("pd-li", "district_leader", PUDONG)
CITY_REVIEWER = official("sh-wang", "city_reviewer", CITY)
DIRECTOR = official("sh-zhao", "city_director", CITY)


@pytest.fixture
def filed():
    known = MemoryLicences(CASE.facts["licences"]).find(number=NUMBER)
    with clock.at("2026-03-06T10:00:00"):
        return shelf.issue(licence=known, at=clock.now())


def begin(request_id, token):
    filing = Filing(
        form=read_form(ITEM.form, CASE.form).form, applicant=Applicant(PUDONG, "浦东", organisation=PUDONG)
    )
    with transaction.atomic():
        return house.file_case(item=ITEM, filing=filing, by=REVIEWER, request_id=f"{request_id}-{token}").case


def take(case, action, by, **data):
    return house.take(case_id=case.id, action=action, by=by, data=data, request_id=f"{case.id}-{action}").case


@pytest.mark.django_db
def test_from_the_district_to_the_verification_page(filed):
    with clock.at("2026-08-10T09:00:00"):
        case = begin("first", new_token())
        assert case.number == "GFCX-310115-2026-0001"
        assert shelf.find(token=filed.token).pending_by == case.number
        with pytest.raises(Refused) as second, transaction.atomic():
            begin("second", new_token())
        assert (second.value.status, second.value.message) == (409, f"该备案已有在途撤销申请{case.number}。")
        take(case, "sign", LEADER, opinion="同意上报")
    with clock.at("2026-08-12T09:00:00"):
        take(case, "submit_review", CITY_REVIEWER, opinion="建议同意")
        assert status_on(shelf.find(token=filed.token), clock.today()).code == "valid"
        case = take(case, "agree", DIRECTOR, opinion="同意撤销")
        told = status_on(shelf.find(token=filed.token), clock.today())
    assert told.sentence == "该电子批复证照已失效（已于2026年8月12日撤销）"
    assert (case.state, case.step) == ("accepted", "seal")
    waiting = set(Effect.objects.filter(state="pending").values_list("link", "name"))
    assert {("ecert", "licence_status"), ("solid_waste", "filing_revoked")} <= waiting
    with clock.at("2026-08-13T09:00:00"), pytest.raises(Refused, match="不能再次撤销"), transaction.atomic():
        begin("again", new_token())


@pytest.mark.django_db
def test_taken_back_and_begun_again(filed):
    with clock.at("2026-08-10T09:00:00"):
        first = begin("first", new_token())
        take(first, "withdraw", REVIEWER, reason="企业已恢复资质")
        assert shelf.find(token=filed.token).pending_by == ""
        second = begin("second", new_token())
    assert second.number == "GFCX-310115-2026-0002"
    assert shelf.find(token=filed.token).pending_by == second.number


@pytest.mark.django_db
def test_another_bureau_and_another_person_are_refused(filed):
    with clock.at("2026-08-10T09:00:00"):
        case = begin("first", new_token())
        with pytest.raises(Refused) as elsewhere:
            take(case, "sign", official("bs-li", "district_leader", "310113"), opinion="同意")
        assert elsewhere.value.status == 403
        take(case, "sign", LEADER, opinion="同意上报")
        take(case, "submit_review", CITY_REVIEWER, opinion="建议同意")
        with pytest.raises(Refused, match="撤销申请的发起人与审批人不得为同一人。"):
            take(case, "agree", official("pd-zhang", "city_director", CITY), opinion="同意撤销")
    assert shelf.find(token=filed.token).status == "issued"
