"""Which changes to the table of rights are possible: the three administrators stay apart, nobody is locked out."""

from itertools import product
from pathlib import Path

import pytest

from luban.people.right_words import SCOPES, SIDES, scope_words
from luban.people.rights import (
    PERMISSIONS,
    RESERVED,
    SHIPPED,
    Change,
    UnknownPermissionError,
    problem_of,
    rights_of,
)
from luban.people.roles import OPERATOR_ROLES, PUBLIC, ROLES, Scope


def problem(right: str, role: str, *, gives: bool, rights=SHIPPED) -> str:
    return problem_of(Change(right, role, gives), rights=rights) or ""


def test_no_change_at_all_gives_an_administrator_business_or_an_official_administration():
    for right, role in product(PERMISSIONS, ROLES):
        if (role in OPERATOR_ROLES) != PERMISSIONS[right].of_operators:
            assert problem(right, role, gives=True), (right, role)


def test_the_three_administrators_do_not_get_each_others_rights():
    for right, role in product(PERMISSIONS, sorted(OPERATOR_ROLES)):
        one = PERMISSIONS[right]
        if one.of_operators and role not in one.roles:
            assert "三员分立" in problem(right, role, gives=True)


def test_each_reason_is_said_in_words():
    assert (
        problem("case.export", "auditor", gives=True)
        == "三员分立：“审计管理员”不办业务，不能持有业务权限“导出办件”。"
    )
    assert "只属于系统、安全、审计管理员" in problem("audit.read", "city_leader", gives=True)
    assert "不能收回安全管理员" in problem("permission.manage", "security_admin", gives=False)
    assert "固定" in problem("case.apply", "agent", gives=False)
    assert "数据范围不适用" in problem("register.edit", "expert", gives=True)
    assert "已经持有" in problem("case.export", "city_leader", gives=True)
    assert "唯一持有" in problem("register.edit", "register_admin", gives=False)
    assert "请从列表中选择" in problem("case.burn", "city_leader", gives=True)
    assert problem("case.export", "city_leader", gives=False) == ""
    assert problem("case.export", "tech_officer", gives=True) == ""


def test_the_last_holder_keeps_a_right_until_another_has_it():
    both = rights_of(version=1, given=[("register.edit", "city_director")])
    assert problem("register.edit", "register_admin", gives=False, rights=both) == ""


def test_pairs_that_somebody_wrote_by_hand_go_no_further_than_the_table_allows():
    pairs = list(product(PERMISSIONS, ROLES))
    for code, roles in rights_of(given=pairs).roles.items():
        assert roles <= PERMISSIONS[code].ever
        assert roles & OPERATOR_ROLES <= PERMISSIONS[code].roles
    for code, roles in rights_of(taken=pairs).roles.items():
        assert PERMISSIONS[code].roles - PERMISSIONS[code].open_to <= roles


def test_every_role_and_scope_has_its_place_and_words():
    placed = [role for _, roles in SIDES.values() for role in roles]
    assert sorted(placed) == sorted(set(ROLES) - PUBLIC)
    assert set(SCOPES) == set(Scope)
    assert scope_words("district_leader") == "本区"


def test_an_unknown_right_is_an_error_not_a_no():
    with pytest.raises(UnknownPermissionError):
        SHIPPED.of("case.burn")


def test_every_right_is_asked_for_somewhere_or_said_to_be_reserved():
    house = Path(__file__).parents[2]
    own = house / "people" / "rights.py"
    text = "".join(p.read_text() for p in house.rglob("*.py") if "tests" not in p.parts and p != own)
    asked = {code for code in PERMISSIONS if f'"{code}"' in text}
    assert set(PERMISSIONS) - asked - RESERVED <= {"case.seal", "permission.manage"}
    assert not asked & RESERVED, "no longer reserved"
    assert PERMISSIONS["case.seal"].roles == {code for code, role in ROLES.items() if role.may_seal}
