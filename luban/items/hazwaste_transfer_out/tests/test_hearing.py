"""The receiving province's reply, pushed or asked for, in the real house: it acts once, for the right case, in time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Case, Document, Event
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.kit.clock import clock
from luban.links import transport
from luban.links.inbox.models import Message
from luban.links.inbox.receive import PUSH, receive
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.links.outcomes import Unavailable
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.registers.transfer_permits import shelf
from luban.stages.licence import authorities, make
from luban.stages.share import poll, tell
from luban.stages.timers.run import fire_timers
from luban.stages.trial import read_cases
from luban.stages.trial.house import context_for
from luban.stages.trial.play import play
from luban.stages.trial.registers import in_memory
from tests.papers.walk import SealService

CASE = read_cases(Path(__file__).with_name("cases.yaml"))[0]
FIRM = Actor("shisui", "示例", "applicant", "91310115MA7K3Q2X8Y", "上海拾穗微电子有限公司", "310115")
LETTER = "沪环危转商〔2026〕0001号"
ROW = {"code": "398-004-22", "mode": "R4", "approved_t": "250.0000"}


@pytest.fixture(autouse=True)
def _told(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Registers answer what the case says they know; the seal service is at hand."""
    known = context_for(item=ITEM, entry=CASE, registers=in_memory(item=ITEM, entry=CASE)).providers
    providers, commands = house.offers()
    monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, commands))
    monkeypatch.setattr(make, "RemoteSeal", SealService(tmp_path / "seal"))
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    house.forget()
    install_bureaus()
    yield
    house.forget()


@pytest.fixture
def consulted() -> Iterator[Case]:
    """The written case with its letter sealed, waiting for Zhejiang's reply on 2026-07-17."""
    yield from walked_to("sign_letter")


def walked_to(last: str) -> Iterator[Case]:
    until = next(n for n, line in enumerate(CASE.timeline) if line.act == last)
    played = play(item=ITEM, entry=CASE.model_copy(update={"timeline": CASE.timeline[: until + 1]}))
    with clock.at("2026-07-17T09:00:00"):
        worker.drain(lane=f"document:{played.case_id}")
        yield Case.objects.get(pk=played.case_id)


def reply(**more: Any) -> dict[str, Any]:
    said = {"letter_no": LETTER, "conclusion": "agree", "reply_no": "浙环函〔2026〕88号", "replied_on": "2026-07-16", "province": "33"}  # fmt: skip
    return {**said, **more}


def hear(**more: Any) -> Effect:
    """Let a reply come in and be acted on; the effect behind it."""
    body = json.dumps(reply(**more)).encode()
    kept = receive(link="mee_hazwaste", name="reply", body=body, came_by=PUSH, at=clock.now())
    worker.drain(lane=f"inbound:{kept.id}")
    return Effect.objects.get(key=f"inbound:{kept.id}")


def acts(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("action", flat=True))


def step(case: Case) -> str:
    case.refresh_from_db()
    return case.step


def test_an_agreement_takes_the_case_on_as_the_province_and_told_twice_it_is_one_reply(
    consulted: Case,
) -> None:
    assert hear().state == "delivered"
    assert step(consulted) == "advise"
    event = Event.objects.get(case=consulted, action="reply")
    assert event.actor == "link:mee_hazwaste" and event.role == "province_officer"
    assert event.actor_name == "浙江省生态环境厅（国家危险废物信息管理系统）"
    assert event.data["reply_no"] == "浙环函〔2026〕88号"
    hear()
    hear(key="another")
    hear(version=2)
    assert acts(consulted).count("reply") == 1
    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == ["applied", "stale"]
    assert set(Message.objects.values_list("case", flat=True)) == {str(consulted.pk)}


def test_a_partial_agreement_brings_its_quantities_and_a_refusal_its_reason(consulted: Case) -> None:
    hear(conclusion="partial", rows=[ROW], valid_to="2027-01-31")
    data = Event.objects.get(case=consulted, action="reply").data
    assert data["approved"] == [{"waste_code": "398-004-22", "disposal_mode": "R4", "approved_t": "250.0000"}]
    assert data["valid_to"] == "2027-01-31"
    corrected = hear(conclusion="disagree", rows=[], reason="接受单位在整改", version=2)
    assert corrected.state == "delivered"
    assert acts(consulted)[-2:] == ["reply", "correct_reply"]
    assert Event.objects.filter(case=consulted).latest("seq").data["opinion"] == "接受单位在整改"
    assert step(consulted) == "advise"


def test_a_request_for_more_goes_back_to_the_review(consulted: Case) -> None:
    hear(conclusion="supplement", reply_no="", reason="请补充成分报告")
    assert step(consulted) == "review"
    assert acts(consulted)[-1] == "ask_more"


def test_a_correction_after_the_decision_is_refused_and_shown_and_changes_nothing() -> None:
    for case in walked_to("approve"):
        stuck = hear(reply_no="浙环函〔2026〕99号", version=2)
        assert stuck.state == "rejected"
        assert "已收到复函并作出决定" in stuck.last_error and "浙环函〔2026〕99号" in stuck.last_error
        assert Message.objects.get().state == "refused"
        assert step(case) == "certify"
        late = hear(conclusion="supplement", reply_no="", reason="请补充成分报告", version=3)
        assert "又要求补充：请补充成分报告。" in late.last_error


def test_of_two_versions_out_of_order_the_later_one_stands(consulted: Case) -> None:
    hear(reply_no="浙环函〔2026〕99号", version=2)
    assert hear(version=1).state == "delivered"
    assert acts(consulted).count("reply") == 1
    assert Message.objects.get(version=1).note == "已收到第2版，本版不再办理。"
    assert Event.objects.get(case=consulted, action="reply").data["reply_no"] == "浙环函〔2026〕99号"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"letter_no": "沪环危转商〔2026〕0999号"}, "没有与这份外省复函对应的办件"),
        ({"case_no": "WZC-310115-20260702-9999"}, "没有与这份外省复函对应的办件"),
        ({"province": "34"}, "不在您的岗位权限内"),
        ({"conclusion": "partial", "rows": [{**ROW, "approved_t": "300.0001"}]}, "超过申请数量300.0000吨"),
        ({"conclusion": "perhaps"}, "conclusion"),
    ],
)
def test_what_cannot_be_acted_on_is_refused_with_its_reason(
    consulted: Case, more: dict[str, Any], words: str
) -> None:
    stuck = hear(**more)
    assert stuck.state == "rejected"
    assert words in stuck.last_error
    assert step(consulted) == "consult"


def test_a_reply_that_came_before_its_case_was_ready_is_done_again_by_a_person() -> None:
    for case in walked_to("sign_letter"):
        Document.objects.filter(case=case, code="consultation_letter").update(
            number="沪环危转商〔2026〕0002号"
        )
        stuck = hear()
        assert stuck.state == "rejected"
        Document.objects.filter(case=case, code="consultation_letter").update(number=LETTER)
        Effect.objects.filter(pk=stuck.pk).update(state="pending")
        worker.drain(lane=stuck.lane)
        assert step(case) == "advise"
        assert Message.objects.get().state == "applied"


def test_a_merged_letter_is_answered_case_by_case(consulted: Case) -> None:
    shelf.drop_pending(case_no=consulted.number)
    other = play(item=ITEM, entry=CASE.model_copy(update={"timeline": []}))
    Document.objects.filter(case_id=other.case_id).delete()
    Document.objects.create(
        case_id=other.case_id, event_seq=1, code="consultation_letter", title="商请函", number=LETTER, token="t",
        state="sealed", to_applicant=False, reserved_at=clock.now(),
    )  # fmt: skip
    assert "一函商请了2件" in hear().last_error
    assert hear(case_no=consulted.number).state == "delivered"
    assert step(consulted) == "advise"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[dict[str, str]]]:
    """The national system answers as told; what it was asked."""

    def answering(told: Any) -> list[dict[str, str]]:
        questions: list[dict[str, str]] = []

        def call(*, link: str, path: str, params: dict[str, str]) -> Any:
            questions.append(params)
            if isinstance(told, Exception):
                raise told
            return transport.Answer(data={"reply": told})

        monkeypatch.setattr("luban.links.mee_hazwaste.client.call", call)
        return questions

    return answering


def test_what_nobody_pushed_is_asked_for_and_a_push_that_follows_is_the_same_reply(
    consulted: Case, asked: Callable[[Any], list[dict[str, str]]]
) -> None:
    questions = asked(None)
    assert poll.poll() == 0
    assert questions == [{"letter_no": LETTER, "case_no": consulted.number}]
    asked(Unavailable("停机"))
    assert poll.poll() == 0
    asked(reply())
    assert poll.poll() == 1
    assert poll.poll() == 0, "asked again before the job ran: the same message"
    worker.drain(lane=Effect.objects.get(kind="inbound").lane)
    assert step(consulted) == "advise"
    assert hear().state == "delivered"
    assert acts(consulted).count("reply") == 1
    questions = asked(reply())
    assert poll.poll() == 0 and questions == [], "the case waits no more"


def test_the_reviewer_is_reminded_from_the_eighth_working_day_once(consulted: Case) -> None:
    """The letter went out on 2026-07-08: the seventh working day is 07-17, the eighth 07-20."""
    with clock.at("2026-07-17T23:00:00"):
        fire_timers()
        assert "reply_notice" not in acts(consulted)
    with clock.at("2026-07-20T08:00:00"):
        fire_timers()
        fire_timers()
        assert acts(consulted).count("reply_notice") == 1
        assert step(consulted) == "consult"
        told = [
            e for e in Effect.objects.filter(case=str(consulted.pk), name="todo_created") if "part" in e.body
        ]
        assert len(told) == 1


def test_a_withdrawal_after_the_letter_takes_it_back_by_a_letter_that_names_it(
    consulted: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take(case_id=str(consulted.pk), action="withdraw_consulted", by=FIRM, data={}, request_id="w")
    worker.drain(lane=f"document:{consulted.pk}")
    sent: list[Any] = []
    receipt = SimpleNamespace(as_json=dict)

    def deliver(**told: Any) -> Any:
        sent.append(told)
        return receipt

    monkeypatch.setattr(tell, "deliver", deliver)
    worker.drain(lane=f"mee_hazwaste:{consulted.pk}")
    body = sent[-1]["body"]
    assert (body["kind"], body["about_no"], body["letter_no"]) == (
        "withdrawal",
        LETTER,
        "沪环危转撤函〔2026〕0001号",
    )
    assert hear().state == "rejected"
    assert "本件已办结" in Effect.objects.filter(kind="inbound").latest("id").last_error
