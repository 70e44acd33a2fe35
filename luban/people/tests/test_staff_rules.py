"""人员名录, without a database: roles fit organisations as the table says, nothing of the three administrators is given."""

from __future__ import annotations

from itertools import combinations

import pytest

from luban.people.organisations import bureaus
from luban.people.roles import OFFICIAL_ROLES, OPERATOR_ROLES, ROLES, Kind
from luban.people.staff_rules import (
    EMPLOYERS,
    difference,
    fitting,
    full_name,
    problem_of_person,
    problem_of_reason,
    problem_of_roles,
)


def problem(kind: str, *roles: str, items: tuple[str, ...] = ()) -> str:
    return problem_of_roles(kind=kind, roles=roles, items=items) or ""


def test_each_kind_of_organisation_is_offered_the_roles_of_the_table():
    assert fitting(kind="district_bureau") == (
        "district_window",
        "district_reviewer",
        "district_leader",
        "register_admin",
    )
    assert fitting(kind="division") == fitting(kind="city_bureau")
    assert "city_director" in fitting(kind="division")
    assert fitting(kind="tech_institution") == ("tech_officer", "tech_supervisor")
    assert fitting(kind="province_bureau") == ("province_officer",)
    assert fitting(kind="") == ("expert",)
    assert {role for kind in EMPLOYERS for role in fitting(kind=kind)} == OFFICIAL_ROLES - {"expert"}


def test_firms_and_the_operator_employ_no_officials():
    assert not EMPLOYERS & {Kind.ENTERPRISE, Kind.PERSON, Kind.OPERATOR}
    assert fitting(kind="enterprise") == fitting(kind="operator") == ()


@pytest.mark.parametrize("role", sorted(set(ROLES) - OFFICIAL_ROLES))
def test_neither_administrators_nor_firms_roles_are_given_here(role: str):
    for kind in Kind:
        assert "不在这里授予" in problem(kind, role)


def test_a_role_of_another_kind_of_organisation_is_refused_by_name():
    assert problem("district_bureau", "city_leader") == (
        "角色“局领导”不适合该机构的人员，请收回它，或由系统管理员先调动机构。"
    )
    assert problem("district_bureau", "district_window", "district_reviewer") == ""
    assert problem("district_bureau") == ""


def test_roles_that_clash_are_refused_with_the_sentence_of_the_duties():
    words = "同一账号不能兼任“技术评估经办”和“技术评估复核”，请分给两个人。"
    assert problem("tech_institution", "tech_officer", "tech_supervisor") == words


def test_a_role_by_service_needs_a_service():
    assert "请至少选一项" in problem("rad_centre", "rad_officer")
    assert problem("rad_centre", "rad_officer", items=("radiation",)) == ""


def test_no_pair_of_roles_that_may_be_held_makes_an_administrator():
    for kind in EMPLOYERS:
        for pair in combinations(sorted(OPERATOR_ROLES | set(fitting(kind=kind))), 2):
            if set(pair) & OPERATOR_ROLES:
                assert problem(kind, *pair)


def test_a_difference_is_what_is_given_and_what_is_taken_in_the_order_of_the_table():
    what = difference(before=["district_leader"], after=["district_reviewer", "district_window"])
    assert what.given == ("district_window", "district_reviewer")
    assert what.taken == ("district_leader",)
    assert not difference(before=["expert"], after=["expert"]).any


@pytest.mark.parametrize("username", ["zhang.san", "zhangsan2", "310115001", "a_b@sthj-pd"])
def test_accounts_of_the_platform_are_taken_as_they_are(username: str):
    assert problem_of_person(username=username, name="张三") is None


@pytest.mark.parametrize("username", ["", "a", "张三", "a b", "a/b", "a\x00b", "-ab", "a" * 65, "a\n"])
def test_what_no_account_is_called_is_refused(username: str):
    assert "2 到 64 位字母、数字" in (problem_of_person(username=username, name="张三") or "")


@pytest.mark.parametrize("name", ["", "张", "张\n三", "张\u202e三", "张" * 51])
def test_what_no_person_is_called_is_refused(name: str):
    assert "请填写姓名" in (problem_of_person(username="zhangsan", name=name) or "")


def test_a_reason_is_a_few_words_at_least():
    assert "4 到 200 个字" in (problem_of_reason("调走") or "")
    assert problem_of_reason("调往宝山") is None
    assert problem_of_reason("长" * 201)


def test_every_shipped_organisation_that_acts_can_employ_somebody_and_a_division_is_shown_after_its_bureau():
    assert all(fitting(kind=b.kind) for b in bureaus() if b.kind != Kind.OPERATOR)
    name = full_name(name="行政审批处", kind="division", parent="上海市生态环境局")
    assert name == "上海市生态环境局 行政审批处"
    assert full_name(name="黄浦", kind="district_bureau", parent="上海市生态环境局") == "黄浦"
