"""A decision becomes a sealed paper and a licence: once, with one number, wherever the work is interrupted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from luban.cases import house
from luban.cases.models import Case, Document, Event
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.links.outbox import worker
from luban.links.outbox.effects import State
from luban.links.outbox.models import Effect
from luban.links.outbox.queue import OutboxRefused, resend
from luban.links.outcomes import Rejected
from luban.people.models import Organisation
from luban.registers.licences.models import Licence
from luban.registers.numbering.models import Issued
from luban.registers.numbering.numbers import voids
from luban.stages.licence import give_up
from luban.stages.licence import make as making
from luban.stages.licence.make import make
from luban.trust.digest import sm3
from tests.papers.walk import LI, ZHAO, SealService, confirmed, effect, file, resubmit, take
from tests.rows import rewrite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


class Killed(BaseException):
    """The worker is gone."""


def decision(case: str) -> Any:
    return effect(case, "document", "receipt")


def test_the_seal_brings_the_licence_into_force_and_closes_the_case(
    dropped_in: Item, seal_service: SealService
) -> None:
    case = confirmed(dropped_in)
    assert Case.objects.get(pk=case).state == "accepted"
    assert not Licence.objects.exists()
    receipt = make(decision(case))
    paper, licence = Document.objects.get(case_id=case), Licence.objects.get(case_id=case)
    assert Case.objects.get(pk=case).state == "closed_granted"
    assert (paper.state, paper.number) == ("sealed", "SSR-310115-2026-0001")
    assert receipt["number"] == licence.number == paper.number
    assert licence.token == paper.token
    assert licence.file_sm3 == paper.sm3 == sm3(house.objects().get(paper.sm3))
    filed = effect(case, "share", "licence_issued")
    assert (filed.link, filed.body["cert_no"], filed.body["file_sm3"]) == ("ecert", paper.number, paper.sm3)


def test_killed_between_the_seals_answer_and_the_commit_nothing_is_doubled(
    dropped_in: Item, seal_service: SealService, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = confirmed(dropped_in)
    made: list[bytes] = []

    def killed(job: Any, paper: Any, composed: Any, pdf: bytes) -> None:
        made.append(pdf)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(making, "file", killed)
        with pytest.raises(Killed):
            make(decision(case))
    reserved = Document.objects.get(case_id=case)
    assert (reserved.state, Licence.objects.count()) == ("reserved", 0)
    with clock.at("2026-03-05T09:00"):
        make(decision(case))
        make(decision(case))
    sealed = Document.objects.get(case_id=case)
    assert (sealed.number, sealed.token) == (reserved.number, reserved.token)
    assert house.objects().get(sealed.sm3) == made[0]
    assert Licence.objects.filter(case_id=case).count() == 1
    assert Event.objects.filter(case_id=case, action="issue").count() == 1


def test_an_office_renamed_between_two_attempts_does_not_block_the_seal(
    dropped_in: Item, seal_service: SealService, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = confirmed(dropped_in)
    with monkeypatch.context() as patch:
        patch.setattr(making, "file", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            make(decision(case))
    Organisation.objects.filter(code="310115").update(name="示例新名生态环境局")
    house.forget()
    make(decision(case))
    assert Document.objects.get(case_id=case).state == "sealed"
    assert seal_service.asked == 2


def test_killed_at_every_statement_the_next_attempt_ends_the_same(
    dropped_in: Item, seal_service: SealService
) -> None:
    case, points = confirmed(dropped_in), 0
    while killed_at(points, lambda: make(decision(case))):
        points += 1
        assert Licence.objects.filter(case_id=case).count() in (0, 1)
        closed = Case.objects.get(pk=case).state == "closed_granted"
        assert closed is Licence.objects.filter(case_id=case).exists()
        assert closed is Effect.objects.filter(case=case, name="licence_issued").exists()
    assert points > 20
    assert Document.objects.get(case_id=case).number == "SSR-310115-2026-0001"
    assert Issued.objects.filter(document__startswith=case).count() == 1
    assert Event.objects.filter(case_id=case, action="issue").count() == 1
    assert Licence.objects.get(case_id=case).file_sm3 == Document.objects.get(case_id=case).sm3


def killed_at(n: int, work: Any) -> bool:
    """Do the work, dying before its n-th statement (from 0); whether it came that far."""
    left = [n]

    def die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(die):
            work()
    except Killed:
        return True
    return False


def test_while_the_seal_service_is_out_the_case_waits_and_then_goes_on(
    dropped_in: Item, seal_service: SealService
) -> None:
    case = confirmed(dropped_in)
    seal_service.out = True
    worker.drain(lane=f"document:{case}")
    waiting = decision(case)
    assert (waiting.state, waiting.last_error) == (State.RETRYING, "无法连接对方系统。")
    assert (Case.objects.get(pk=case).state, Licence.objects.count()) == ("accepted", 0)
    number = Document.objects.get(case_id=case).number
    seal_service.out = False
    with clock.at("2026-03-03T10:00"):
        worker.drain(lane=f"document:{case}")
    assert decision(case).state == State.DELIVERED
    assert Case.objects.get(pk=case).state == "closed_granted"
    assert Document.objects.get(case_id=case).number == number


def test_a_case_that_moved_on_voids_its_paper_and_number(dropped_in: Item, seal_service: SealService) -> None:
    case = confirmed(dropped_in)
    seal_service.out = True
    worker.drain(lane=f"document:{case}")
    rewrite(Case.objects.filter(pk=case), state="closed_withdrawn", step="check")
    seal_service.out = False
    with clock.at("2026-03-03T10:00"):
        worker.drain(lane=f"document:{case}")
    done = decision(case)
    assert done.state == State.DELIVERED
    assert done.receipt is not None
    assert "未生效" in done.receipt["void"]
    assert Document.objects.get(case_id=case).state == "void"
    assert not Licence.objects.exists()
    assert [v.number for v in voids()] == ["SSR-310115-2026-0001"]


def test_a_decision_its_own_rules_refuse_goes_to_a_person(
    dropped_in: Item, seal_service: SealService, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = confirmed(dropped_in)

    def refuse(**_: Any) -> None:
        raise Refused("CAPACITY", "接收单位余量不足。")

    monkeypatch.setattr(house, "take", refuse)
    with pytest.raises(Rejected, match="接收单位余量不足"):
        make(decision(case))
    assert (Document.objects.get(case_id=case).state, Licence.objects.count()) == ("reserved", 0)


def test_a_stuck_notice_may_be_cancelled_a_decision_may_not(
    dropped_in: Item, seal_service: SealService
) -> None:
    case = confirmed(dropped_in)
    with pytest.raises(OutboxRefused, match="不能取消"):
        give_up.cancel(effect_id=decision(case).id, by="zhao", reason="不用了")
    assert decision(case).state == State.PENDING
    other = file(dropped_in, "r1")
    take(other, "correct", LI, items=[{"path": "work.site", "problem": "名称不全"}])
    seal_service.out = True
    worker.drain(lane=f"document:{other}")
    notice = effect(other, "document", "correction_notice")
    cancelled = give_up.cancel(effect_id=notice.id, by="zhao", reason="已当面告知")
    assert cancelled.state == State.CANCELLED
    assert Document.objects.get(case_id=other).state == "void"


def test_papers_of_one_case_keep_their_order(dropped_in: Item, seal_service: SealService) -> None:
    case = file(dropped_in)
    take(case, "correct", LI, items=[{"path": "work.site", "problem": "名称不全"}])
    resubmit(dropped_in, case)
    take(case, "accept", LI)
    take(case, "confirm", ZHAO)
    notice = effect(case, "document", "correction_notice")
    Effect.objects.filter(pk=notice.id).update(state=State.REJECTED)
    assert worker.drain(lane=f"document:{case}") == 0
    assert not Document.objects.filter(case_id=case).exists()
    resend(effect_id=notice.id, by="zhao", reason="已核实")
    assert worker.drain(lane=f"document:{case}") == 2
    papers = {str(p.pk): p.code for p in Document.objects.filter(case_id=case, state="sealed")}
    order = [papers[request.split(":")[0]] for request in seal_service.requests]
    assert order == ["correction_notice", "receipt"]
