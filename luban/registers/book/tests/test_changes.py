"""Editing a register: two persons, a reason, never the past, and everything on record."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from luban.kit.book import BookError
from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.registers.book.changes import (
    ChangeRefused,
    approve,
    history,
    propose,
    propose_removal,
    reject,
    waiting,
)
from luban.registers.book.current import books, current
from luban.registers.book.models import Change

pytestmark = pytest.mark.django_db

NOW = "2026-03-02T10:00"
A = Actor("admin1", "管理员甲", "register_admin", "310000", "市生态环境局", "310000")
B = replace(A, account="admin2", name="管理员乙")
DETOUR = {
    "key": "swc.24.detour_factor",
    "kind": "decimal",
    "value": "3",
    "unit": "倍",
    "title": "总里程相对直线距离的上限",
    "from": "2026-04-01",
}
WHARF = {
    "name": "崇明示例码头",
    "county_code": "310151",
    "address": "上海市崇明区示例镇示例路4号",
    "operator": "上海示例港务有限公司",
    "enabled": "是",
}


@pytest.fixture(autouse=True)
def _day():
    with clock.at(NOW):
        yield


def detour(day: str) -> str:
    return str(current("parameters").at(date.fromisoformat(day)).get("swc.24.detour_factor|")["value"])  # type: ignore[index]


def test_a_parameter_changes_on_its_day_after_a_second_person_agreed() -> None:
    proposed = propose(register="parameters", data=DETOUR, by=A, reason="道路改线后重新核定")
    assert detour("2026-04-01") == "2.5"
    (done,) = approve(change_ids=[proposed.id], by=B)
    assert (detour("2026-03-31"), detour("2026-04-01")) == ("2.5", "3")
    assert (done.proposed_by, done.approved_by, done.reason) == ("admin1", "admin2", "道路改线后重新核定")
    assert history(register="parameters", key="swc.24.detour_factor|") == (done,)
    assert done.decided_at == clock.now()


def test_the_proposer_cannot_approve_his_own() -> None:
    proposed = propose(register="parameters", data=DETOUR, by=A, reason="重新核定")
    with pytest.raises(ChangeRefused, match="不得为同一人"):
        approve(change_ids=[proposed.id], by=A)
    with pytest.raises(IntegrityError, match="book_two_persons"), transaction.atomic():
        Change.objects.filter(id=proposed.id).update(approved_by="admin1")


def test_the_past_and_for_parameters_today_cannot_be_changed() -> None:
    for day in ("2026-03-02", "2025-12-31"):
        with pytest.raises(BookError, match="最早为2026-03-03"):
            propose(register="parameters", data=DETOUR | {"from": day}, by=A, reason="重新核定")
    with pytest.raises(BookError, match="最早为2026-03-02"):
        propose(register="wharves", data=WHARF | {"from": "2026-03-01"}, by=A, reason="新增码头")
    assert propose(register="wharves", data=WHARF, by=A, reason="新增码头").from_day == date(2026, 3, 2)


def test_a_proposal_whose_day_has_passed_must_be_made_again() -> None:
    proposed = propose(register="parameters", data=DETOUR, by=A, reason="重新核定")
    with clock.at("2026-04-01T09:00"), pytest.raises(BookError, match="已不能生效"):
        approve(change_ids=[proposed.id], by=B)


def test_values_that_would_break_the_house_are_refused() -> None:
    with pytest.raises(BookError, match="不是数字"):
        propose(register="parameters", data=DETOUR | {"value": "三"}, by=A, reason="重新核定")
    with pytest.raises(BookError, match="类型不能由数字改为文字"):
        propose(register="parameters", data=DETOUR | {"kind": "text"}, by=A, reason="重新核定")
    with pytest.raises(BookError, match="类型不能由数字改为文字"):
        propose(
            register="parameters", data=DETOUR | {"kind": "text", "item": "an_item"}, by=A, reason="重新核定"
        )
    law = {"id": "SWPL.36", "name": "某法", "verified": "是", "successor": "EEC.404"}
    with pytest.raises(BookError, match=r"EEC\.404”未登记"):
        propose(register="laws", data=law, by=A, reason="补登条号")
    with pytest.raises(BookError, match="控制字符"):
        propose(register="wharves", data=WHARF | {"name": "甲\x00乙"}, by=A, reason="新增码头")
    with pytest.raises(BookError, match="不能超过200个字"):
        propose(register="wharves", data=WHARF | {"name": "甲" * 201}, by=A, reason="新增码头")


def test_only_the_citys_register_administrators_with_a_reason() -> None:
    for stranger in (replace(A, role="city_leader"), replace(A, organisation="310115")):
        with pytest.raises(ChangeRefused, match="台账与参数管理员"):
            propose(register="wharves", data=WHARF, by=stranger, reason="新增码头")
    with pytest.raises(ChangeRefused, match="请写明理由"):
        propose(register="wharves", data=WHARF, by=A, reason=" ")


def test_one_open_proposal_a_key() -> None:
    first = propose(register="wharves", data=WHARF, by=A, reason="新增码头")
    with pytest.raises(ChangeRefused, match="已有一条修改待复核"):
        propose(register="wharves", data=WHARF, by=B, reason="新增码头")
    reject(change_ids=[first.id], by=B, reason="地址不全")
    again = propose(register="wharves", data=WHARF, by=A, reason="补全地址")
    assert [c.id for c in waiting(register="wharves")] == [again.id]
    assert [c.state for c in history(register="wharves")] == ["proposed", "rejected"]


def test_a_decided_proposal_is_not_decided_twice() -> None:
    proposed = propose(register="wharves", data=WHARF, by=A, reason="新增码头")
    approve(change_ids=[proposed.id], by=B)
    for again in (
        lambda: approve(change_ids=[proposed.id], by=B),
        lambda: reject(change_ids=[proposed.id], by=B, reason="重复提出"),
    ):
        with pytest.raises(ChangeRefused, match="已处理过"):
            again()
    with pytest.raises(ChangeRefused, match="没有找到"):
        approve(change_ids=[0], by=B)


def test_a_wharf_ends_but_a_parameter_cannot() -> None:
    ending = propose_removal(
        register="wharves", key="宝山示例码头", by=A, reason="码头拆除", from_day=date(2026, 4, 1)
    )
    approve(change_ids=[ending.id], by=B)
    assert "宝山示例码头" in current("wharves").at(date(2026, 3, 31))
    assert "宝山示例码头" not in current("wharves").at(date(2026, 4, 1))
    with pytest.raises(ChangeRefused, match="不能删除"):
        propose_removal(register="parameters", key="swc.24.detour_factor|", by=A, reason="不再使用")
    with pytest.raises(ChangeRefused, match="没有“不存在”"):
        propose_removal(register="wharves", key="不存在", by=A, reason="不再使用")


def test_a_register_for_one_person_takes_effect_at_once() -> None:
    note = {"waste_code": "900-005-S17", "ref_text": "说明", "enabled": "是"}
    done = propose(register="waste_references", data=note, by=A, reason="补充说明")
    assert done.state == "approved" and done.approved_by == ""
    assert "900-005-S17" in current("waste_references").at(date(2026, 3, 2))


def test_all_registers_cost_one_query_until_one_is_edited(django_assert_num_queries) -> None:
    books()
    with django_assert_num_queries(1):
        before = books()
    approve(change_ids=[propose(register="wharves", data=WHARF, by=A, reason="新增码头").id], by=B)
    with django_assert_num_queries(2):
        after = books()
    assert before["laws"] is after["laws"] and before["wharves"] is not after["wharves"]
    with django_assert_num_queries(1):
        assert books()["wharves"] is after["wharves"]


def test_what_was_rolled_back_is_not_remembered() -> None:
    proposed = propose(register="wharves", data=WHARF, by=A, reason="新增码头")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        approve(change_ids=[proposed.id], by=B)
        assert WHARF["name"] in current("wharves").at(date(2026, 3, 2))
        raise ZeroDivisionError
    assert WHARF["name"] not in current("wharves").at(date(2026, 3, 2))
    approve(change_ids=[proposed.id], by=B)
    assert WHARF["name"] in current("wharves").at(date(2026, 3, 2))
