"""Partners and the applicant are told of what happened: once, in order, with the paper that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Document
from luban.kit.item import Item
from luban.links.messages import Receipt
from luban.links.outbox import worker
from luban.links.outbox.effects import State
from luban.links.outbox.models import Effect
from luban.links.outcomes import Rejected, Unavailable
from luban.stages.licence.make import make
from luban.stages.share import tell as telling
from luban.stages.share.tell import tell, with_paper
from tests.papers.walk import LI, ZHAO, SealService, confirmed, effect, file, resubmit, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Mapping[str, Any]]]:
    """What reached partners, as link, name, body."""
    said: list[tuple[str, str, Mapping[str, Any]]] = []

    def deliver(*, link: str, name: str, body: Mapping[str, Any], key: str) -> Receipt:
        said.append((link, name, body))
        return Receipt(link, name, "r")

    monkeypatch.setattr(telling, "deliver", deliver)
    return said


def drain(case: str) -> None:
    for lane in dict.fromkeys(Effect.objects.filter(case=case).order_by("id").values_list("lane", flat=True)):
        worker.drain(lane=lane)


def titles(sent: list[tuple[str, str, Mapping[str, Any]]]) -> list[str]:
    return [
        body["title"] for _, name, body in sent if name == "enterprise_message" and body["event"][0] == "N"
    ]


def test_the_applicant_reads_one_message_an_event(
    dropped_in: Item, seal_service: SealService, sent: list[Any]
) -> None:
    case = file(dropped_in)
    take(case, "correct", LI, items=[{"path": "work.site", "problem": "名称不全"}])
    resubmit(dropped_in, case)
    take(case, "accept", LI)
    take(case, "confirm", ZHAO)
    make(effect(case, "document", "receipt"))
    drain(case)
    drain(case)
    assert titles(sent) == ["申请已提交", "需要补正", "补正已收到", "已受理", "已办成，证照可以使用"]
    correction = next(body for _, _, body in sent if body.get("title") == "需要补正")
    assert "名称不全" in correction["text"]
    nodes = [body["node"] for _, name, body in sent if name == "case_node"]
    assert nodes == ["N10", "N11", "N12", "N20", "N40", "N50", "N60"]


def test_a_repeat_leaves_no_second_message(dropped_in: Item, sent: list[Any]) -> None:
    case = file(dropped_in)
    node = effect(case, "share", "case_node")
    tell(node)
    tell(node)
    assert Effect.objects.filter(case=case, name="enterprise_message").count() == 1


def test_a_message_nobody_takes_holds_back_no_node(dropped_in: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    def deliver(*, link: str, name: str, body: Mapping[str, Any], key: str) -> Receipt:
        if name == "enterprise_message":
            raise Rejected("NO_PAGE", "企业未开通主页。")
        return Receipt(link, name, "r")

    monkeypatch.setattr(telling, "deliver", deliver)
    case = file(dropped_in)
    drain(case)
    drain(case)
    assert effect(case, "share", "enterprise_message").state == State.REJECTED
    take(case, "accept", LI)
    drain(case)
    nodes = Effect.objects.filter(case=case, name="case_node")
    assert {node.state for node in nodes} == {State.DELIVERED}


def test_a_letter_waits_for_its_paper_and_carries_its_digest(
    dropped_in: Item, seal_service: SealService
) -> None:
    case = confirmed(dropped_in)
    said = {"letter_no": "1", "document": "receipt"}
    with pytest.raises(Unavailable, match="盖章后自动发送"):
        with_paper(said, case, house.context())
    make(effect(case, "document", "receipt"))
    body = with_paper(said, case, house.context())
    paper = Document.objects.get(case_id=case)
    assert body["file_sm3"] == paper.sm3
    assert body["verify_url"].endswith(f"/v/{paper.token}")
    assert "document" not in body


def test_a_letter_about_a_void_paper_goes_to_a_person(dropped_in: Item, seal_service: SealService) -> None:
    case = confirmed(dropped_in)
    make(effect(case, "document", "receipt"))
    Document.objects.filter(case_id=case).update(state="void")
    with pytest.raises(Rejected, match="已作废"):
        with_paper({"document": "receipt"}, case, house.context())
