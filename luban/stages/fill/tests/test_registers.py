"""What registers fill in, what a licence's holder may ask for, and how much of each item fills itself in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luban.cases.house import prefills
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.fields import Code, Day, Text, Uscc, field, table
from luban.kit.form import Form, Row, Section, section
from luban.kit.item import Item
from luban.kit.prefill import Prefill
from luban.kit.process import SYSTEM, Desk, End, Go, Process, Step
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.registers.enterprises import shelf as enterprises
from luban.registers.enterprises.parts import CarrierFact
from luban.registers.licences import shelf as licences
from luban.registers.licences.parts import LicenceFact
from luban.stages.fill import command, drafts, files, filing, known, lookups, proposals, saving
from luban.stages.fill.views import DraftView

pytestmark = pytest.mark.django_db
REVIEWER = Desk("district_reviewer", at="handling")
CARRIER = "91310112MA1TL9J804"


class Carrier(Row):
    uscc: Uscc = field("代码", prefill=("carriers.uscc",))
    mode: Text = field("方式", prefill=("carriers.mode",))
    name: Text = field("名称", prefill=("carriers.name",))
    valid_to: Day = field("有效期", prefill=("carriers.licence_valid_to",))


class Target(Section):
    number: Code = field("证号", prefill=("licence.number",))
    holder: Text = field("持证单位", locked=True, required=False, prefill=("licence.holder_name",))
    valid_to: Day = field("有效期止", locked=True, required=False, prefill=("licence.valid_to",))
    reason: Text = field("事由", required=False)
    carriers: list[Carrier] = table("运输单位", max_rows=3)


class TakeBackForm(Form):
    target: Target = section("原证", of=Target, key="r1")


def read_off(licence: LicenceFact) -> Mapping[str, Any]:
    return {
        "target.number": licence.number,
        "target.holder": licence.holder_name,
        "target.valid_to": licence.valid_to,
    }


@pytest.fixture
def take_back(item: Item) -> Iterator[Item]:
    """An item a bureau begins at a licence of the sample item."""
    made = replace(
        item,
        code="sample_take_back",
        title="示例收回",
        prefix="SLSH",
        form=TakeBackForm,
        process=Process(
            steps=(
                Step("check", "审查", REVIEWER, actions=(Go("pass", "同意", to="seal", reaches="accepted"),)),
                Step("seal", "办结", SYSTEM, actions=(End("issue", "办结", reaches="closed_granted"),)),
            ),
            corrects=REVIEWER,
        ),
        documents=(),
        materials=(),
        notice=None,
        guide=None,
        begun_by=REVIEWER,
        starts_from=read_off,
        proposes=(("target.reason", "R1"),),
        reorder="",
    )
    registry.register(made)
    yield made
    registry.forget(made.code)


@pytest.fixture
def licence(item: Item, me: Actor) -> LicenceFact:
    fact = LicenceFact(
        number="SLBA-310115-2026-0001",
        holder=me.organisation,
        holder_name=me.organisation_name,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        case_id="00000000-0000-0000-0000-000000000001",
        case_number="SLZY-310115-20260101-0001",
        item=item.code,
        document="receipt",
        title="示例证",
        office="310115",
        office_name="浦东新区生态环境局",
    )
    return licences.issue(licence=fact, at=clock.now())


@pytest.fixture
def reviewer(window: Actor) -> Actor:
    return replace(window, account="pudong_reviewer", role="district_reviewer")


def save(draft: DraftView, actor: Actor, values: dict[str, Any]) -> DraftView:
    return drafts.save_section(
        draft_id=draft.id, actor=actor, revision=draft.revision, section="target", values=values
    )


def begun(take_back: Item, reviewer: Actor) -> DraftView:
    return drafts.start(item=take_back, actor=reviewer, answers={}, notice_opened_at=None)


def test_a_licence_number_brings_its_words_and_another_number_takes_them_away(
    take_back: Item, reviewer: Actor, licence: LicenceFact
) -> None:
    draft = save(begun(take_back, reviewer), reviewer, {"number": licence.number})
    assert draft.payload["target"]["holder"] == licence.holder_name
    assert draft.sources["target.holder"] == "licence"
    with pytest.raises(Refused) as caught:
        save(draft, reviewer, {"holder": "别人"})
    assert caught.value.message == "持证单位来自证照台账，不能修改；如有误请先在证照台账更正。"
    draft = save(draft, reviewer, {"number": "NOBODY-1"})
    assert not draft.payload["target"].get("holder")
    assert "target.holder" not in draft.sources


def test_a_carrier_s_code_brings_its_row(take_back: Item, reviewer: Actor) -> None:
    known = CarrierFact(
        uscc=CARRIER, name="上海示例通达物流有限公司", mode="road", licence_valid_to=date(2027, 5, 1)
    )
    enterprises.remember_carriers(carriers=(known,), seen_in="X", on=date(2026, 1, 1))
    draft = save(begun(take_back, reviewer), reviewer, {"carriers": [{"uscc": CARRIER, "mode": "road"}]})
    row = draft.payload["target"]["carriers"][0]
    assert (row["name"], row["valid_to"]) == ("上海示例通达物流有限公司", "2027-05-01")
    assert draft.sources["target.carriers[0].name"] == "carriers"
    assert draft.sources["target.carriers[0].uscc"] == "self"


def test_a_holder_asks_and_its_bureau_finds_the_draft(
    take_back: Item, me: Actor, stranger: Actor, reviewer: Actor, licence: LicenceFact
) -> None:
    assert proposals.items_for(licence_token=licence.token, actor=me) == (take_back,)
    assert proposals.items_for(licence_token=licence.token, actor=stranger) == ()
    with pytest.raises(Refused) as caught:
        proposals.propose(item=take_back, actor=stranger, licence_token=licence.token)
    assert caught.value.status == 404
    proposals.propose(item=take_back, actor=me, licence_token=licence.token)
    with pytest.raises(Refused) as caught:
        proposals.propose(item=take_back, actor=me, licence_token=licence.token)
    assert caught.value.message == "您已提出过请求，正在由发证机关处理，请等候通知。"
    (line,) = drafts.of_owner(actor=reviewer)
    draft = drafts.read(draft_id=line.id, actor=reviewer)
    assert draft.payload["target"]["reason"] == "R1"
    assert draft.payload["target"]["number"] == licence.number
    assert drafts.of_owner(actor=me) == ()


def test_a_licence_that_has_ended_is_not_asked_about(
    take_back: Item, me: Actor, reviewer: Actor, licence: LicenceFact
) -> None:
    with clock.at("2027-01-01"):
        assert proposals.items_for(licence_token=licence.token, actor=me) == ()
        with pytest.raises(Refused) as caught:
            proposals.propose(item=take_back, actor=me, licence_token=licence.token)
    assert caught.value.status == 409
    begun_at = proposals.begin_at(item=take_back, actor=reviewer, licence_token=licence.token)
    assert begun_at.payload["target"]["holder"] == licence.holder_name
    other = replace(reviewer, organisation="310113")
    with pytest.raises(Refused) as caught:
        proposals.begin_at(item=take_back, actor=other, licence_token=licence.token)
    assert caught.value.status == 403
    with pytest.raises(Refused) as caught:
        drafts.start(item=take_back, actor=me, answers={}, notice_opened_at=None)
    assert caught.value.status == 403


def test_pages_cost_few_statements(
    begin: Callable[..., DraftView], complete: Callable[[], DraftView], me: Actor
) -> None:
    for n in range(4):
        with clock.at(clock.now() + timedelta(seconds=n)):
            begin()
    draft = complete()
    costs = {}
    for name, call in {
        "read": lambda: drafts.read(draft_id=draft.id, actor=me),
        "list": lambda: drafts.of_owner(actor=me),
        "files": lambda: files.of_draft(draft_id=draft.id),
        "precheck": lambda: filing.precheck(draft=draft, actor=me),
    }.items():
        with CaptureQueriesContext(
            connection,
        ) as spent:
            call()
        costs[name] = len(spent)
    assert costs["read"] <= 2 and costs["list"] <= 2 and costs["files"] == 1 and costs["precheck"] <= 4, costs
    with CaptureQueriesContext(connection) as spent:
        drafts.save_section(
            draft_id=draft.id, actor=me, revision=draft.revision, section="firm", values={"contact": "新"}
        )
    assert len([q for q in spent if "SAVEPOINT" not in q["sql"]]) <= 4


def test_every_item_says_how_much_of_it_fills_itself_in() -> None:
    for item in registry.all_items():
        share, bare = command.measure(item=item, offers=prefills()), command.measure(item=item)
        assert share.asked == bare.asked > 0
        assert bare.first_time <= share.first_time <= share.returning <= share.asked
        assert f"共{share.asked}项" in command.said(share)


def test_the_share_is_counted_on_an_example(item: Item) -> None:
    example = {
        "firm": {"name": "甲", "uscc": "乙", "legal_rep": "丙", "contact": "丁", "mobile": "13800001234"},
        "load": {"way": "road", "until": "2026-12-31", "goods": [{"code": "G", "qty": "1"}]},
        "pledge": {"truth": True},
    }
    share = command.measure(item=item, example=example)
    assert (share.asked, share.first_time, share.returning, share.again) == (10, 5, 7, 7)


class Partner(Section):
    code: Uscc = field("代码", prefill=("partners.code",))
    name: Text = field("名称", locked=True, prefill=("partners.name",))
    place: Text = field("地址", prefill=("partners.place",))


class PartnerForm(Form):
    partner: Partner = section("对方", of=Partner, key="p1")


def _partner(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"code": CARRIER, "name": "示例对方", "place": "示例路9号"} if given["code"] == CARRIER else {}


PARTNERS = {"partners": Prefill("对方登记库", _partner, keys=("code",))}


@pytest.fixture
def with_partner(item: Item, monkeypatch: pytest.MonkeyPatch) -> Iterator[Item]:
    """An item whose form takes the rest from a register once a firm is named."""
    for module in (known, lookups, saving):
        monkeypatch.setattr(module, "prefills", lambda: PARTNERS)
    made = replace(item, code="sample_partner", prefix="SLDF", form=PartnerForm, materials=(), guide=None)
    registry.register(replace(made, documents=()))
    yield made
    registry.forget(made.code)


def test_naming_a_firm_is_answered_with_what_the_register_says_and_locks_what_is_locked(
    with_partner: Item, me: Actor
) -> None:
    draft = drafts.start(
        item=with_partner, actor=me, answers={}, notice_opened_at=clock.now() - timedelta(minutes=1)
    )

    def save(**values: Any) -> DraftView:
        now = drafts.read(draft_id=draft.id, actor=me).revision
        return drafts.save_section(
            draft_id=draft.id, actor=me, revision=now, section="partner", values=values
        )

    saved = save(code=CARRIER, place="手填")
    assert saved.payload["partner"] == {"code": CARRIER, "name": "示例对方", "place": "手填"}
    assert (saved.sources["partner.name"], saved.sources["partner.place"]) == ("partners", "self")
    assert drafts.source_title("partners") == "对方登记库"
    with pytest.raises(Refused) as caught:
        save(name="别的")
    assert caught.value.message == "名称来自对方登记库，不能修改；如有误请先在对方登记库更正。"
    assert save(code="91340202MA2TL0K928").payload["partner"]["name"] is None
    share = command.measure(item=with_partner, example={"partner": saved.payload["partner"]}, offers=PARTNERS)
    assert (share.asked, share.first_time, share.by_source) == (3, 2, {"partners": 2})
