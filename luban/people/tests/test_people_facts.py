"""Facts of roles, organisations and duties that the statutes and the table of roles ask for."""

import subprocess
import sys

import pytest
from stdnum.cn import uscc

from luban.people.actor import Actor, may_see, reach_of
from luban.people.demo import FIRMS
from luban.people.duties import duty_clash, roles_clash
from luban.people.organisations import DISTRICTS, SPECIAL_AREAS, bureaus, handling_bureau
from luban.people.permissions import PERMISSIONS, UnknownPermissionError, shipped
from luban.people.roles import ROLES, Kind, UnknownRoleError, role_of

SUXIN, REDIAN = "91310115MA1TL1A06J", "91310113MA1TL2B13A"


def actor(role: str, organisation: str = "", **more) -> Actor:
    return Actor(more.pop("account", "someone"), "示例", role, organisation, "", "", **more)


def sees(who: Actor, **case) -> bool:
    facts = {"applicant": SUXIN, "handling_org": "310115", "item": "solid_waste_utilisation"}
    return may_see(who, **(facts | case))


def test_the_table_holds_the_24_roles_of_the_brief():
    assert len(ROLES) == 24
    assert role_of("district_window").title == "区局受理"
    assert role_of("city_director").kinds == {Kind.CITY_BUREAU, Kind.DIVISION}
    with pytest.raises(UnknownRoleError, match="city_boss"):
        role_of("city_boss")


def test_only_the_applicant_seals_for_the_firm():
    assert {code for code, role in ROLES.items() if role.may_seal} == {"applicant"}
    assert not actor("agent", SUXIN).may_seal


def test_sixteen_districts_and_the_agencies_start_disabled():
    shipped = {bureau.code: bureau for bureau in bureaus()}
    assert len(DISTRICTS) == 16
    assert shipped["310115"].name == "上海市浦东新区生态环境局"
    assert {code for code, bureau in shipped.items() if not bureau.enabled} == set(SPECIAL_AREAS)
    assert all(bureau.parent in ("", *shipped) for bureau in shipped.values())
    assert len(shipped) == len(bureaus())


def test_a_disabled_agency_leaves_its_cases_to_the_district():
    assert handling_bureau(county="310115", special_area="SP-LINGANG") == "310115"
    assert handling_bureau(county="310115", special_area="SP-LINGANG", enabled={"SP-LINGANG"}) == "SP-LINGANG"
    assert handling_bureau(county="310113", special_area="none") == "310113"
    with pytest.raises(ValueError, match="330411"):
        handling_bureau(county="330411")
    with pytest.raises(ValueError, match="SP-MOON"):
        handling_bureau(county="310115", special_area="SP-MOON")


def test_the_demo_firms_carry_valid_credit_codes():
    assert all(uscc.is_valid(code) for _, _, code, _ in FIRMS)
    assert all("示例" in short for _, short, *_ in FIRMS)
    assert all("示例" in name for *_, name in FIRMS[:11])
    assert len(FIRMS) == 14


@pytest.mark.parametrize(
    "roles",
    [
        {"tech_officer", "tech_supervisor"},
        {"sys_admin", "auditor"},
        {"sys_admin", "security_admin"},
        {"security_admin", "auditor"},
    ],
)
def test_roles_one_account_must_not_hold_together(roles):
    assert "不能兼任" in (roles_clash(roles) or "")


def test_roles_that_go_together():
    assert roles_clash({"district_window", "district_reviewer"}) is None


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("draft", "sign"),
        ("revocation_start", "revocation_approve"),
        ("evaluate", "evaluation_check"),
        ("register_edit", "register_approve"),
        ("standard_submit", "standard_approve"),
        ("destruction_watch", "destruction_watch"),
        ("clearance_operate", "clearance_check"),
    ],
)
def test_the_second_duty_needs_another_account(before, now):
    assert "另一人" in (duty_clash(duty=now, account="a", done={before: ["a"]}) or "")
    assert duty_clash(duty=now, account="b", done={before: ["a"]}) is None


def test_the_order_of_duties_does_not_matter_and_a_misspelt_one_is_refused():
    assert duty_clash(duty="draft", account="a", done={"sign": ["a"]})
    with pytest.raises(ValueError, match="drafft"):
        duty_clash(duty="drafft", account="a", done={})


def test_a_firm_sees_its_own_cases_only():
    assert sees(actor("applicant", SUXIN))
    assert not sees(actor("applicant", REDIAN))
    assert not sees(actor("applicant", REDIAN), parties={REDIAN})
    assert not sees(actor("applicant", "", account=""), applicant="")


def test_an_agent_sees_the_authorised_items_of_his_firm():
    agent = actor("agent", SUXIN, items=frozenset({"solid_waste_utilisation"}))
    assert sees(agent)
    assert not sees(agent, item="radiation_annual_report")
    assert not sees(agent, item="")
    assert not sees(agent, applicant=REDIAN)


def test_a_district_sees_what_it_handles_or_is_asked_about():
    pudong = actor("district_reviewer", "310115")
    assert sees(pudong)
    assert not sees(pudong, handling_org="310113")
    assert sees(pudong, handling_org="310000", parties={"310115"})


def test_the_city_sees_all_and_a_director_his_division():
    assert sees(actor("city_reviewer", "310000"))
    director = actor("city_director", "310000", division="310000-SW")
    assert sees(director)
    assert sees(director, division="310000-SW")
    assert not sees(director, division="310000-RAD")


def test_invited_and_assigned_roles_see_only_what_names_them():
    province = actor("province_officer", "320000")
    assert sees(province, parties={"320000"})
    assert not sees(province, parties={"330000"})
    assert not sees(province)
    expert = actor("expert", account="zhang")
    assert sees(expert, parties={"zhang"})
    assert not sees(expert)


def test_register_admins_reach_their_office():
    assert sees(actor("register_admin", "310000"))
    assert sees(actor("register_admin", "310115"))
    assert not sees(actor("register_admin", "310113"))


@pytest.mark.parametrize("role", ["public", "sys_admin", "security_admin", "auditor"])
def test_no_case_for_the_public_and_the_operators(role):
    assert not sees(actor(role, "OPERATOR"), parties={"OPERATOR"})


def test_every_role_has_a_reach_and_the_system_sees_everything():
    for code in ROLES:
        reach_of(actor(code, "310115"))
    assert sees(Actor.system())
    assert not Actor.system().signed_in
    assert not Actor.public().signed_in


def test_permissions_name_roles_that_exist():
    assert all(permission.roles <= set(ROLES) for permission in PERMISSIONS.values())
    assert "register_admin" in shipped("register.edit")
    assert "city_leader" not in shipped("register.edit")
    with pytest.raises(UnknownPermissionError, match=r"register\.burn"):
        shipped("register.burn")


def test_the_pure_modules_load_without_django():
    program = (
        "import luban.people.actor, luban.people.permissions, luban.people.duties, sys;"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
