"""A permit's end through the real house: PostgreSQL, both registers, the outbox, the page behind the QR code."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from luban.cases import house
from luban.items.hazwaste_permit_revocation.item import ITEM
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.registers.licences import shelf
from luban.registers.licences.memory import MemoryLicences
from luban.registers.transfer_permits import shelf as permits
from luban.registers.transfer_permits.parts import Permit, PermitRow
from luban.stages.fill import drafts, proposals
from luban.stages.licence import authorities, make
from luban.stages.trial import read_cases
from luban.stages.trial.play import play
from tests.papers.walk import SealService

CASES = {case.name: case for case in read_cases(Path(__file__).parent / "cases.yaml")}
NUMBER = "沪环危转许〔2026〕0001号"
CITY, GENERATOR = "310000", "91310115MA7K3Q2X8Y"
TELLS = {
    ("ecert", "licence_status"),
    ("mee_hazwaste", "permit_decided"),
    ("solid_waste", "permit_revoked"),
    ("data_hub", "permit_revoked"),
    ("one_net", "enterprise_message"),
}


def official(account, role):
    return Actor(account, account, role, CITY, "上海市生态环境局", CITY)


FIRM = Actor("shisui", "示例", "applicant", GENERATOR, "上海拾穗微电子有限公司", "310115")
REVIEWER = official("sh-jia", "city_reviewer")


@pytest.fixture(autouse=True)
def granted(db):
    """The permit in both registers, as its own case left it."""
    cache.clear()
    house.forget()
    install_bureaus()
    known = MemoryLicences(CASES["撤销"].facts["licences"]).find(number=NUMBER)
    row = PermitRow(code="398-004-22", mode="R4", approved_t=Decimal(300))
    permit = Permit(
        permit_no=NUMBER,
        case_no="WZC-310115-20260701-0001",
        generator_uscc=GENERATOR,
        receiver_uscc="91330803MA29R4WJ62",
        valid_from=date(2026, 8, 1),
        valid_to=date(2027, 7, 31),
        rows=(row,),
    )
    with clock.at("2026-07-22T10:00:00"):
        permits.keep(permit=permit, at=clock.now())
        yield shelf.issue(licence=known, at=clock.now())
    house.forget()


def page(token):
    return Client().get(f"/v/{token}").content.decode()


def played(name, acts):
    entry = CASES[name]
    return play(item=ITEM, entry=entry.model_copy(update={"timeline": entry.timeline[:acts]}))


@pytest.mark.parametrize(
    ("name", "word", "status"), [("撤销", "撤销", "revoked"), ("申请人申请注销", "注销", "cancelled")]
)
def test_the_page_behind_the_qr_code_says_so_with_the_decision(granted, name, word, status):
    before = len(CASES[name].timeline) - 1
    played_until = played(name, before)
    line = CASES[name].timeline[before]
    with clock.at("2026-09-03T09:00:00"):
        assert "该电子批复证照有效。" in page(granted.token)
        role, _, account = line.by.partition("/")
        house.take(
            case_id=played_until.case_id,
            action=line.act,
            by=official(account, role),
            data=line.data,
            request_id="decide",
        )
        assert f"该电子批复证照已失效（已于2026年9月3日{word}）" in page(granted.token)
        assert permits.by_number(number=NUMBER).status == status
        assert permits.of_receiver(uscc="91330803MA29R4WJ62", day=clock.today())[0].standing(
            clock.today()
        ) is (False)
    waiting = set(Effect.objects.filter(state="pending").values_list("link", "name"))
    assert waiting >= TELLS


def test_one_end_at_a_time_and_none_after_the_end(granted):
    first = played("撤销", 1)
    assert shelf.find(token=granted.token).pending_by == first.number
    with pytest.raises(Refused) as second, clock.at("2026-09-01"), transaction.atomic():
        played("申请人申请注销", 0)
    assert second.value.message == f"该许可已有在途撤销、注销申请{first.number}。"
    with clock.at("2026-09-02"):
        house.take(
            case_id=first.case_id,
            action="withdraw",
            by=REVIEWER,
            data={"reason": "事实不成立"},
            request_id="w",
        )
    assert shelf.find(token=granted.token).pending_by == ""
    played("申请人申请注销", 2)
    with pytest.raises(Refused, match="不能再次撤销、注销"), transaction.atomic():
        played("撤销", 0)


def test_the_decision_is_numbered_sealed_and_closes_the_case(granted, tmp_path, monkeypatch):
    monkeypatch.setattr(make, "RemoteSeal", SealService(tmp_path / "seal"))
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    ended = played("撤销", 3)
    with clock.at("2026-09-03T11:00:00"):
        worker.drain(lane=f"document:{ended.case_id}")
        view = house.view_at(case_id=ended.case_id)
        assert view.state == "closed_granted"
        assert house.numbered_by(case_id=ended.case_id, seq=view.seq) == {
            "end_decision": "沪环危转撤〔2026〕0001号"
        }
    told = Effect.objects.filter(link="letters", name="letter").count()
    assert told >= 2


def test_the_holder_asks_at_its_licence_and_the_city_finds_the_draft(granted):
    with clock.at("2026-09-01T09:00:00"):
        assert ITEM in proposals.items_for(licence_token=granted.token, actor=FIRM)
        proposals.propose(item=ITEM, actor=FIRM, licence_token=granted.token)
        (line,) = [one for one in drafts.of_owner(actor=REVIEWER) if one.item == ITEM.code]
        draft = drafts.read(draft_id=line.id, actor=REVIEWER)
    assert draft.payload["grounds"]["reason_code"] == "C1"
    assert draft.payload["target"]["permit_no"] == NUMBER
    assert draft.payload["target"]["transit_provinces"] == ["340000"]


def test_nothing_of_this_kind_is_begun_at_another_licence(granted):
    with clock.at("2026-09-01T09:00:00"):
        other = shelf.issue(
            licence=MemoryLicences(
                [{**CASES["撤销"].facts["licences"][0], "item": "hazwaste_carrier_filing", "number": "演示其他证照",
                  "token": "Z" * 22, "case_number": "Z", "case_id": "Z"}]
            ).find(number="演示其他证照"),
            at=clock.now(),
        )  # fmt: skip
        assert ITEM not in proposals.items_for(licence_token=other.token, actor=FIRM)
