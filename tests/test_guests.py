"""Desks outside the bureau: the evaluating institution has one, another province is asked, the clock stands meanwhile.

The dropped-in item, with a process of its own for the test: it goes through the same engine, on paper and in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from luban.cases import house
from luban.cases.models import Case
from luban.kit import registry
from luban.kit.acts import Correction, Opinion
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.process import Desk, End, Go, Limit, Process, Return, Step
from luban.kit.refusal import Refused
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.stages.review.sight import cases_in_reach
from luban.stages.review.worklist import own_desk
from luban.stages.trial import read_cases, try_cases
from tests.test_acts import FIRM, LI, WANG, file, filing, take

CASES = Path(__file__).parent / "dropin" / "soil_sampling_report" / "cases.yaml"
TECH = Actor("tech", "评估甲", "tech_officer", "TECH-HW", "示例评估机构", "310000")
ZHEJIANG = Actor("zj", "浙江甲", "province_officer", "330000", "浙江省生态环境厅", "330000")
ANHUI = Actor("ah", "安徽甲", "province_officer", "340000", "安徽省生态环境厅", "340000")

PROCESS = Process(
    limits=(Limit("answer", "答复", 5, "wd", "accepted", ("decided",)),),
    steps=(
        Step(
            "check",
            "核对",
            Desk("district_reviewer"),
            actions=(Go("accept", "接收", to="evaluate", reaches="accepted"),),
        ),
        Step(
            "evaluate",
            "评估",
            Desk("tech_officer", at="assigned", of="TECH-HW"),
            actions=(
                Go("ask_province", "征询", to="consult", data=Opinion, pauses="consultation"),
                Return("supplement", "要求补充", reaches="", data=Correction, pauses="supplement"),
            ),
        ),
        Step(
            "consult",
            "征询",
            Desk("province_officer", at="invited"),
            actions=(
                End("reply", "函复", reaches="closed_recorded", marks=("decided", "granted"), resumes=True),
                End(
                    "register_reply",
                    "登记复函",
                    reaches="closed_recorded",
                    marks=("decided", "granted"),
                    resumes=True,
                    by=Desk("district_reviewer"),
                ),
            ),
        ),
    ),
)


@pytest.fixture
def item(dropped_in: Item) -> Iterator[Item]:
    """The item, asking 浙江 about everything."""
    guest = replace(dropped_in, process=PROCESS, invites=lambda _: "330000", documents=(), sharing=())
    registry.forget(dropped_in.code)
    registry.register(guest)
    yield guest


def test_on_paper_the_clock_stands_while_others_are_asked(item: Item) -> None:
    text = """
- name: 征询
  today: 2026-03-02
  applicant: {uscc: 91310115MA1TL1A06J, name: 上海示例塑新材料有限公司}
  form:
    work: {firm_uscc: 91310115MA1TL1A06J, site: 示例路地块, county: "310115", worked_on: 2026-02-28,
           points: [{name: S1, depth_m: 1.5, kind: soil}]}
  timeline:
    - {on: 2026-03-02, by: district_reviewer, act: accept}
    - {on: 2026-03-03, by: tech_officer, act: supplement, data: {items: [{path: work.site, problem: 地块名称不全}]}}
    - {on: 2026-03-05, by: applicant, act: resubmit, change: {work.site: 示例路一号地块}}
    - {on: 2026-03-06, by: tech_officer, act: ask_province}
    - {on: 2026-03-10, by: province_officer, act: reply}
  expect:
    states: [submitted, accepted, accepted, accepted, accepted, closed_recorded]
    limits: {answer: 2026-03-13}
    messages:
      - one_net.case_node:N10
      - egov.todo_created
      - one_net.case_node:N20
      - egov.todo_done
      - egov.todo_created
      - one_net.case_node:N31
      - egov.todo_done
      - one_net.case_node:N32
      - egov.todo_created
      - one_net.case_node:N31
      - egov.todo_done
      - one_net.case_node:N32
      - one_net.case_node:N40
      - one_net.case_node:N50
"""
    result = try_cases(item=item, cases=read_cases(text))[0]
    assert result.differences == []


@pytest.mark.django_db
def test_a_guest_works_its_desk_and_reads_the_case_from_then_on_and_nobody_else_does(item: Item) -> None:
    house.forget()
    with clock.at("2026-03-02"):
        case = file(item).case.id
        take(case, "accept", LI)
        assert [row.number for row in own_desk(TECH)] == [Case.objects.get(pk=case).number]
        assert not cases_in_reach(ZHEJIANG).exists()
        take(case, "ask_province", TECH)
        assert own_desk(ZHEJIANG).count() == cases_in_reach(ZHEJIANG).count() == 1
        assert not cases_in_reach(ANHUI).exists()
        take(case, "reply", ZHEJIANG)
        assert cases_in_reach(ZHEJIANG).exists()
        assert cases_in_reach(TECH).exists()
        assert not Effect.objects.filter(link="egov", body__org="330000").exists()


@pytest.mark.django_db
def test_another_province_is_refused_and_the_bureau_may_register_what_came_on_paper(item: Item) -> None:
    house.forget()
    with clock.at("2026-03-02"):
        case = file(item).case.id
        take(case, "accept", LI)
        take(case, "ask_province", TECH)
        with pytest.raises(Refused, match="不在您的岗位权限内"):
            take(case, "reply", ANHUI)
        take(case, "register_reply", LI)
        assert Case.objects.get(pk=case).state == "closed_recorded"


@pytest.mark.django_db
def test_a_supplement_stops_the_clock_leaves_the_state_and_comes_back_where_it_was_asked(item: Item) -> None:
    house.forget()
    with clock.at("2026-03-02"):
        case = file(item).case.id
        take(case, "accept", LI)
        take(case, "supplement", TECH, items=[{"path": "work.site", "problem": "名称不全"}])
        row = Case.objects.get(pk=case)
        assert (row.state, row.step, row.paused, row.due_on) == ("accepted", "correct", True, None)
        house.take(case_id=case, action="resubmit", by=WANG, data={}, request_id="again", filing=filing(item))
        row = Case.objects.get(pk=case)
        assert (row.state, row.step, row.paused, row.version) == ("accepted", "evaluate", False, 2)
        assert row.applicant == FIRM


@pytest.mark.parametrize(
    ("desk", "fault"),
    [
        (Desk("tech_officer", at="assigned"), "stands nowhere"),
        (Desk("tech_officer", at="somewhere"), "stands nowhere"),
        (Desk("city_reviewer", at="city", of="TECH-HW"), "stands nowhere"),
    ],
)
def test_a_desk_that_stands_nowhere_is_a_fault_of_the_item(desk: Desk, fault: str) -> None:
    step = Step("check", "核对", desk, actions=(End("end", "结束", reaches="closed_recorded"),))
    assert any(fault in one for one in Process(steps=(step,)).faults())
