"""浙江 replies on the chain itself: the case moves by it, nothing is written twice, and whoever replied first counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Case, Event
from luban.items.solid_waste_disposal.item import ITEM
from luban.kit.clock import clock
from luban.ledger import setup
from luban.ledger.digests import record_key
from luban.ledger.index import advance_index
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.writes import stuck
from luban.links.inbox.models import Message
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.stages.chain.anchor import run
from luban.stages.chain.verify import verify_case
from luban.stages.gateway import chainside
from luban.stages.gateway.applications import caller_of, issue
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.models import ChainApp
from luban.stages.gateway.perform import Question, perform
from luban.stages.integrity.evidence import check_evidence
from luban.stages.integrity.fault import Fault
from luban.stages.licence import authorities, make
from luban.stages.subscriptions.house_reads import read_on
from luban.stages.subscriptions.letters import look_for_letters
from luban.stages.subscriptions.models import ChainNotice
from luban.stages.subscriptions.notice_book import acknowledge, told_by_hand
from luban.stages.trial import read_cases
from luban.stages.trial.play import play
from tests.chain.world import World
from tests.papers.walk import SealService

CASES = read_cases(Path(__file__).parents[2] / "luban/items/solid_waste_disposal/tests/cases.yaml")
SAMPLE = next(entry for entry in CASES if "D-A 部分同意后批准" in entry.name)
ZHEJIANG = Actor("zhejiang", "浙示例", "province_officer", "330000", "浙江省生态环境厅", "330000")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


class Asked:
    """A case that waits for 浙江's reply, on the chain up to there."""

    def __init__(self, world: World, case: str, caller: Caller) -> None:
        self.world, self.case, self.caller = world, case, caller
        self.row = Case.objects.get(pk=case)
        self.key = record_key(kind="DC", origin="310000", number=self.row.number)

    def reply(self, request_id: str = "r1", **said: Any) -> Any:
        """浙江 replies through the gateway."""
        seq = ChainWrite.objects.filter(record_key=self.key).order_by("-version")[0].version
        body = {"expected_seq": seq, "operator_id": "浙江经办", "doc": {"no": "浙环固函〔2026〕12号"}, **said}
        question = Question(
            "POST", f"disposal-cases/{self.key}/reply", {}, json.dumps(body).encode(), request_id
        )
        return perform(caller=self.caller, question=question)

    def on(self) -> None:
        """All that workers do: outbox, chain, index, what the house reads."""
        for _ in range(2):
            for kind in ("inbound", "document", "evidence"):
                lanes = Effect.objects.filter(kind=kind, done_at__isnull=True).values_list("lane", flat=True)
                for lane in sorted(set(lanes)):
                    worker.drain(lane=lane)
            assert run(port=self.world.port, patience=60).trouble == ""
            advance_index(port=self.world.port)
            read_on(port=self.world.port)

    def now(self) -> Case:
        """The case as it stands."""
        self.row.refresh_from_db()
        return self.row


@pytest.fixture
def joined() -> bool:
    """Whether 浙江 has entered the chain."""
    return True


@pytest.fixture
def asked(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, joined: bool) -> Iterator[Asked]:
    """The sample, consulted on 2026-03-09."""
    monkeypatch.setattr(make, "RemoteSeal", SealService(tmp_path / "seal"))
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    monkeypatch.setattr(chainside, "connect", lambda: world.port)
    install_bureaus()
    setup.begin(keys=house.keys())
    if joined:
        setup.join(region="330000", name="浙江省生态环境厅", keys=house.keys())
    run(port=world.port, patience=60)
    last = next(n for n, line in enumerate(SAMPLE.timeline) if line.act == "sign_letter")
    entry = SAMPLE.model_copy(update={"timeline": SAMPLE.timeline[: last + 1]})
    case = play(item=ITEM, entry=entry).case_id
    with clock.at("2026-03-12T10:00"):
        made = issue(name="浙江", region="330000", by="测试")
        found = Asked(world, case, caller_of(ChainApp.objects.get(pk=made.key)))
        found.on()
        yield found


def test_the_consultation_is_a_notice_due_in_ten_working_days(asked: Asked) -> None:
    notice = ChainNotice.objects.get(record_key=asked.key, notice_type=4)
    assert (notice.region, notice.channel, notice.state) == ("330000", "chain", "created")
    assert (notice.action_required, str(notice.due_on)) == ("REPLY_CONSULTATION", "2026-03-23")
    assert notice.case_no == asked.row.number


def test_a_reply_on_the_chain_moves_the_case_and_is_written_once(asked: Asked) -> None:
    answer = asked.reply(result=2, reply_kg=500_000)
    assert answer.status == 202
    asked.on()
    row = asked.now()
    assert row.step == "draft"
    event = Event.objects.filter(case=row).order_by("-seq")[0]
    assert event.action == "reply" and event.actor == "link:waste_chain"
    assert event.data["approved_qty_t"] == "500.000" or float(event.data["approved_qty_t"]) == 500
    assert event.data["reply_no"] == "浙环固函〔2026〕12号"
    assert ChainWrite.objects.filter(record_key=asked.key, function="reply").count() == 1
    kept = EvidenceRequest.objects.get(case=asked.case, call="reply")
    assert kept.state == "confirmed" and stuck() == ()
    told = {
        one.record.kind: one.conclusion.result for one in verify_case(port=asked.world.port, case=asked.case)
    }
    assert told == {"DF": "consistent", "DC": "consistent"}
    faults: list[Fault] = []
    assert check_evidence(faults) and faults == []
    assert ChainNotice.objects.get(record_key=asked.key, notice_type=4).state == "handled"
    assert ChainNotice.objects.get(record_key=asked.key, notice_type=5).region == "310000"


@pytest.mark.full
@pytest.mark.parametrize(
    ("said", "step", "conclusion"),
    [
        ({"result": 1}, "draft", "agree"),
        ({"result": 1, "reply_kg": 300_000}, "draft", "agree_partial"),
        ({"result": 3}, "draft", "disagree"),
        ({"result": 4}, "letter", None),
    ],
)
def test_every_kind_of_reply_is_understood(
    said: dict[str, Any], step: str, conclusion: str | None, asked: Asked
) -> None:
    asked.reply(**said)
    asked.on()
    assert asked.now().step == step
    event = Event.objects.filter(case_id=asked.case).order_by("-seq")[0]
    assert event.data.get("conclusion") == conclusion
    (verified,) = (
        one for one in verify_case(port=asked.world.port, case=asked.case) if one.record.kind == "DC"
    )
    assert verified.conclusion.result == "consistent"


def test_the_case_goes_on_to_the_chain_behind_a_reply_of_the_province(asked: Asked) -> None:
    asked.reply(result=2, reply_kg=500_000)
    asked.on()
    draft = next(line for line in SAMPLE.timeline if line.act == "draft_grant")
    city = Actor("shen", "审示例", "city_reviewer", "310000", "上海市生态环境局", "310000")
    with clock.at("2026-03-24T10:00"):
        house.take(case_id=asked.case, action=draft.act, by=city, data=draft.data, request_id="d")
        director = Actor("chu", "处示例", "city_director", "310000", "上海市生态环境局", "310000")
        house.take(
            case_id=asked.case,
            action="agree_draft",
            by=director,
            data={"opinion": "同意"},
            request_id="a",
        )
        asked.on()
    assert stuck() == ()
    last = ChainWrite.objects.filter(record_key=asked.key).order_by("-version")[0]
    assert (last.function, last.state, last.arguments["to"]) == ("transition", "confirmed", 7)


def test_the_same_reply_given_at_the_desk_first_is_not_given_again(asked: Asked) -> None:
    data = {"conclusion": "agree", "reply_no": "浙环固函〔2026〕12号", "replied_on": "2026-03-12"}
    house.take(case_id=asked.case, action="reply", by=ZHEJIANG, data=data, request_id="desk")
    asked.on()
    assert ChainWrite.objects.get(record_key=asked.key, function="reply").account == "330000"
    with pytest.raises(GatewayError) as refused:
        asked.reply(result=1)
    assert refused.value.code in (40902, 40903)
    assert not Message.objects.exists()


def test_at_the_desk_after_the_chain_the_second_is_refused_in_words(asked: Asked) -> None:
    asked.reply(result=1)
    data = {
        "conclusion": "disagree",
        "reply_no": "纸〔2026〕1号",
        "replied_on": "2026-03-12",
        "opinion": "无",
    }
    house.take(case_id=asked.case, action="reply", by=ZHEJIANG, data=data, request_id="desk")
    worker.drain(lane=f"evidence:{asked.case}")
    late = Effect.objects.get(kind="evidence", name="DC.reply")
    assert late.state == "rejected" and "先到为准" in late.last_error
    run(port=asked.world.port, patience=60)
    advance_index(port=asked.world.port)
    read_on(port=asked.world.port)
    worker.drain(lane=Effect.objects.get(kind="inbound").lane)
    assert "未予采用" in Message.objects.get().note


def test_a_notice_is_confirmed_on_the_chain_by_the_province_s_own_account(asked: Asked) -> None:
    notice = ChainNotice.objects.get(record_key=asked.key, notice_type=4)
    at = acknowledge(caller=asked.caller, event_id=notice.event_id)
    assert acknowledge(caller=asked.caller, event_id=notice.event_id) == at
    asked.on()
    write = ChainWrite.objects.get(function="acknowledge")
    assert (write.account, write.state) == ("330000", "confirmed")
    notice.refresh_from_db()
    assert notice.state == "acked"
    with pytest.raises(GatewayError) as refused:
        acknowledge(caller=asked.caller, event_id="0" * 32)
    assert refused.value.code == 40401


@pytest.mark.parametrize("joined", [False])
def test_a_province_outside_the_chain_is_told_by_the_letter_the_case_sends_anyway(asked: Asked) -> None:
    notice = ChainNotice.objects.get(record_key=asked.key, region="330000")
    assert (notice.channel, notice.state, notice.notice_type) == ("letter", "created", 4)
    letter = Effect.objects.get(link="letters", case=asked.case)
    assert look_for_letters() == 1
    notice.refresh_from_db()
    assert (notice.state, notice.letter) == ("letter_generated", f"outbox:{letter.pk}")
    Effect.objects.filter(pk=letter.pk).update(state="delivered", done_at=clock.now())
    look_for_letters()
    notice.refresh_from_db()
    assert notice.state == "letter_sent"
    assert look_for_letters() == 0 and Effect.objects.filter(link="letters").count() == 1


@pytest.mark.parametrize("joined", [False])
def test_an_official_writes_down_how_it_was_told_otherwise(asked: Asked) -> None:
    notice = ChainNotice.objects.get(record_key=asked.key, region="330000")
    assert told_by_hand(notice_id=notice.pk, how="沪环函〔2026〕8号，机要寄出")
    assert not told_by_hand(notice_id=notice.pk, how="再来一次")
    notice.refresh_from_db()
    assert (notice.state, notice.letter) == ("letter_sent", "沪环函〔2026〕8号，机要寄出")
