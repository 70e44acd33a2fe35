"""Acts on a case kept in PostgreSQL: right once, refused in words, cheap in statements."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from luban.cases import house
from luban.cases.act import Filing, Outcome
from luban.cases.engine import chain
from luban.cases.models import Case, CaseVersion, Event
from luban.cases.rows import event_of
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.item import Item
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.people.directory import install_bureaus

FIRM = "91310115MA1TL1A06J"
PAYLOAD: dict[str, Any] = {
    "work": {
        "firm_uscc": FIRM,
        "site": "示例路地块",
        "county": "310115",
        "worked_on": "2026-02-28",
        "points": [{"name": "S1", "depth_m": "1.5", "kind": "soil"}],
    }
}
WANG = Actor("suxin", "王示例", "applicant", FIRM, "上海示例塑新材料有限公司", "310115")
LI = Actor("pd-li", "李示例", "district_reviewer", "310115", "浦东新区生态环境局", "310115")
ZHAO = Actor("pd-zhao", "赵示例", "district_leader", "310115", "浦东新区生态环境局", "310115")
NEIGHBOUR = Actor("bs-sun", "孙示例", "district_reviewer", "310113", "宝山区生态环境局", "310113")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    house.forget()
    with clock.at("2026-03-02"):
        yield
    house.forget()


def filing(item: Item) -> Filing:
    return Filing(form=read_form(item.form, PAYLOAD).form, applicant=Applicant(FIRM, WANG.organisation_name))


def file(item: Item, request_id: str = "r0") -> Outcome:
    install_bureaus()
    return house.file_case(item=item, filing=filing(item), by=WANG, request_id=request_id)


def take(case: str, action: str, by: Actor, request_id: str = "", **data: Any) -> Outcome:
    return house.take(
        case_id=case, action=action, by=by, data=data, request_id=request_id or f"{action}:{by.account}"
    )


@pytest.mark.django_db
def test_a_case_begins_with_its_number_desk_clock_and_effects(dropped_in: Item) -> None:
    case = Case.objects.get(pk=file(dropped_in).case.id)
    assert case.number == "TSB-310115-20260302-0001"
    assert (case.state, case.step, case.desk, case.desk_org) == (
        "submitted",
        "check",
        "district_reviewer",
        "310115",
    )
    assert case.due_on is not None
    assert case.due_on.isoformat() == "2026-03-03"
    assert case.current.payload["work"]["points"][0]["depth_m"] == "1.5"
    assert sorted(Effect.objects.values_list("link", "name")) == [
        ("egov", "todo_created"),
        ("one_net", "case_node"),
    ]


@pytest.mark.django_db
def test_history_is_a_chain_that_can_be_recomputed(dropped_in: Item) -> None:
    case = file(dropped_in).case.id
    take(case, "accept", LI)
    take(case, "confirm", ZHAO)
    events = [event_of(e) for e in Event.objects.filter(case_id=case).order_by("seq")]
    assert [e.action for e in events] == ["submit", "accept", "confirm"]
    assert [chain(e).digest for e in events] == [e.digest for e in events]
    assert [e.prev for e in events[1:]] == [e.digest for e in events[:-1]]
    Event.objects.filter(case_id=case, seq=2).update(actor_name="别人")
    touched = event_of(Event.objects.get(case_id=case, seq=2))
    assert chain(touched).digest != touched.digest


@pytest.mark.django_db
def test_a_repeated_request_changes_nothing(dropped_in: Item) -> None:
    case = file(dropped_in).case.id
    take(case, "accept", LI, "same")
    again = take(case, "accept", LI, "same")
    assert again.repeated
    assert Event.objects.filter(case_id=case).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "by", "data", "code", "words"),
    [
        ("accept", NEIGHBOUR, {}, "NOT_YOUR_DESK", "不在您的岗位权限内"),
        ("accept", WANG, {}, "NOT_YOUR_DESK", "不在您的岗位权限内"),
        ("confirm", ZHAO, {}, "NOT_AT_THIS_STEP", "“核对”环节"),
        ("refuse", LI, {}, "INCOMPLETE", "请填写理由。"),
        ("correct", LI, {"items": [{"path": "work.site"}]}, "INCOMPLETE", "请填写第1行问题。"),
        ("correct", LI, {"items": "nonsense"}, "INCOMPLETE", "请逐行填写"),
    ],
)
def test_what_may_not_be_done_is_refused_in_words(
    dropped_in: Item, action: str, by: Actor, data: dict[str, Any], code: str, words: str
) -> None:
    case = file(dropped_in).case.id
    with pytest.raises(Refused) as refused:
        take(case, action, by, **data)
    assert refused.value.code == code
    assert words in refused.value.message
    assert Event.objects.filter(case_id=case).count() == 1


@pytest.mark.django_db
def test_a_correction_makes_a_new_version_and_the_old_one_stays(dropped_in: Item) -> None:
    case = file(dropped_in).case.id
    take(case, "correct", LI, items=[{"path": "work.site", "problem": "名称不全"}])
    with clock.at("2026-03-03"):
        house.take(
            case_id=case, action="resubmit", by=WANG, data={}, request_id="r2", filing=filing(dropped_in)
        )
    row = Case.objects.get(pk=case)
    assert (row.state, row.step, row.version) == ("submitted", "check", 2)
    assert list(CaseVersion.objects.filter(case_id=case).values_list("n", flat=True).order_by("n")) == [1, 2]
    assert house.view_at(case_id=case, seq=1).version == 1


@pytest.mark.django_db
def test_an_act_is_cheap(dropped_in: Item) -> None:
    file(dropped_in, "warm")
    with CaptureQueriesContext(
        connection,
    ) as filed:
        case = file_again(dropped_in)
    with CaptureQueriesContext(connection) as acted:
        take(case, "accept", LI)
    assert statements(filed) <= 9
    assert statements(acted) <= 7


def file_again(item: Item) -> str:
    return house.file_case(item=item, filing=filing(item), by=WANG, request_id="again").case.id


def statements(captured: CaptureQueriesContext) -> int:
    """Statements without savepoints, which only a test's outer transaction adds."""
    return sum("SAVEPOINT" not in q["sql"] for q in captured.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_two_officials_at_once_one_acts_and_the_other_is_told(dropped_in: Item) -> None:
    case = file(dropped_in).case.id
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def decide(action: str, data: dict[str, Any]) -> None:
        start.wait()
        try:
            take(case, action, LI, f"by-{action}", **data)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=("accept", {})),
        threading.Thread(target=decide, args=("refuse", {"reason": "材料不属实"})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["NOT_AT_THIS_STEP", "done"], ["NOT_YOUR_DESK", "done"])
    assert Event.objects.filter(case_id=case).count() == 2
