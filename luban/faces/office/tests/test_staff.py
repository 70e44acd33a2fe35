"""人员名录: separated hands, effects at once, nobody's change lost, each change one line of the trail."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases.models import Case
from luban.faces.office import staff_words
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people import demo, staff
from luban.people.actor import Actor
from luban.people.genuine import touched
from luban.people.models import Account, AuditEntry, Identity, Organisation

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
SYSTEM = Actor("sys_admin", "示例系统管理员", "sys_admin", "OPERATOR", "", "")
SECURITY = Actor("security_admin", "示例安全管理员", "security_admin", "OPERATOR", "", "")
NEW = {"username": "zhang.san", "name": "示例张三", "office": "310115"}
ONE = "/office/people/account/pudong_reviewer2/"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def seen(username: str = "pudong_reviewer2") -> str:
    return staff.person(username=username).seen


def assigned(*roles: str, username: str = "pudong_reviewer2", **more: Any) -> staff.Person:
    given = {"reason": "岗位调整", "seen": seen(username), "by": SECURITY, **more}
    return staff.assign(username=username, roles=roles, **given)


def lines(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


def test_somebody_is_added_without_roles_and_the_security_administrator_is_told(as_: As) -> None:
    system = as_("sys_admin")
    answer = system.post("/office/people/new/", NEW)
    assert answer["Location"] == "/office/people/account/zhang.san/"
    row = Account.objects.get(username="zhang.san")
    assert (row.roles, row.kind, row.organisation_id, row.enabled) == ([], "official", "310115", True)
    assert touched(row) is None
    assert not row.has_usable_password()
    (line,) = lines("account.create")
    assert (line.account, line.object) == ("sys_admin", "account:zhang.san")
    page = words(system.get(answer["Location"]))
    assert "还没有角色" in page and "机构：上海市浦东新区生态环境局" in page and "授予角色</a>" not in page
    listed = words(as_("security_admin").get("/office/people/"))
    assert "1 个账号待授角色" in listed
    assert "zhang.san" in words(as_("security_admin").get("/office/people/?state=waiting"))


@pytest.mark.parametrize(
    ("said", "status", "word"),
    [
        ({"username": "pudong_leader"}, 422, "已在人员名录里（示例浦东负责人，上海市浦东新区生态环境局）"),
        ({"username": "suxin"}, 422, "已被企业或管理员账号占用"),
        ({"username": "张三"}, 422, "2 到 64 位字母、数字"),
        ({"name": " "}, 422, "请填写姓名"),
        ({"office": "91310115MA1TL1A06J"}, 422, "请从列表中选择机构"),
        ({"office": "OPERATOR"}, 422, "请从列表中选择机构"),
        ({"office": "SP-BONDED"}, 422, "“保税区管理局”已停用"),
        ({"office": "\x00<b7>"}, 422, "请从列表中选择机构"),
    ],
)
def test_who_cannot_be_added_is_explained_on_the_form(
    as_: As, said: dict[str, str], status: int, word: str
) -> None:
    count = Account.objects.count()
    answer = as_("sys_admin").post("/office/people/new/", {**NEW, **said})
    assert (answer.status_code, Account.objects.count()) == (status, count)
    assert word in words(answer)


def test_roles_are_shown_with_what_follows_before_they_are_given_and_work_at_once(as_: As) -> None:
    person, security = as_("pudong_reviewer2"), as_("security_admin")
    form = words(security.get(f"{ONE}roles/"))
    assert "区局受理" in form and "局领导" not in form and "系统管理员</span>" not in form
    said = {"role": ["district_leader"], "reason": "任命为负责人", "seen": seen()}
    sure = words(security.post(f"{ONE}roles/", said))
    assert "确认调整角色" in sure and "区局负责人（数据范围：本区）" in sure and "区局审查" in sure
    assert Account.objects.get(username="pudong_reviewer2").roles == ["district_reviewer"]
    assert security.post(f"{ONE}roles/", {**said, "sure": "1"}).status_code == 302
    row = Account.objects.get(username="pudong_reviewer2")
    assert row.roles == ["district_leader"] and touched(row) is None
    assert person.get("/office/").wsgi_request.actor.role == "district_leader"  # type: ignore[attr-defined]
    (line,) = lines("account.roles")
    assert line.detail == {"given": ["区局负责人"], "taken": ["区局审查"], "reason": "任命为负责人"}
    page = words(as_("auditor").get(ONE))
    assert "授予区局负责人；收回区局审查" in page and "任命为负责人" in page and "security_admin" in page


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"role": ["city_leader"]}, "“局领导”不适合该机构的人员"),
        ({"role": ["auditor"]}, "不在这里授予"),
        ({"role": ["applicant"]}, "不在这里授予"),
        ({"role": ["no\x00body"]}, "不在这里授予"),
        ({"role": ["district_reviewer"]}, "角色没有变化"),
        ({"reason": "短"}, "4 到 200 个字"),
    ],
)
def test_roles_that_cannot_be_given_are_explained(as_: As, said: dict[str, Any], word: str) -> None:
    sent = {"role": ["district_leader"], "reason": "岗位调整", "seen": seen(), "sure": "1", **said}
    answer = as_("security_admin").post(f"{ONE}roles/", sent)
    assert answer.status_code == 422
    assert word in words(answer)
    assert not lines("account.roles")


def test_roles_that_exclude_each_other_are_refused_with_the_duties_own_sentence(accounts: None) -> None:
    with pytest.raises(Refused, match="不能兼任“技术评估经办”和“技术评估复核”"):
        assigned("tech_officer", "tech_supervisor", username="tech_officer")


def test_who_moves_loses_the_roles_of_the_old_post_and_is_signed_out(as_: As) -> None:
    person, system = as_("pudong_reviewer2"), as_("sys_admin")
    assert person.get("/office/").status_code == 200
    said = {"way": "move", "office": "310113", "reason": "轮岗到宝山", "seen": seen()}
    sure = words(system.post(f"{ONE}change/", said))
    assert "调往" in sure and "全部收回" in sure and "区局审查" in sure
    assert system.post(f"{ONE}change/", {**said, "sure": "1"}).status_code == 302
    row = Account.objects.get(username="pudong_reviewer2")
    assert (row.organisation_id, row.roles) == ("310113", []) and touched(row) is None
    assert "/office/signin/" in person.get("/office/")["Location"]
    (line,) = lines("account.move")
    assert (line.detail["from"], line.detail["to"], line.detail["taken"]) == (
        "310115",
        "310113",
        ["区局审查"],
    )
    assert "收回区局审查" in words(system.get(ONE))


def test_a_disabled_account_is_out_at_once_and_stays_out_until_it_signs_in_anew(as_: As) -> None:
    person, system = as_("pudong_reviewer2"), as_("sys_admin")
    assert person.get("/office/").status_code == 200
    for way, reason in (("disable", "借调外单位"), ("enable", "借调期满")):
        said = {"way": way, "reason": reason, "seen": seen(), "sure": "1"}
        assert system.post(f"{ONE}change/", said).status_code == 302
        assert "/office/signin/" in person.get("/office/")["Location"]
    row = Account.objects.get(username="pudong_reviewer2")
    assert row.enabled and row.roles == ["district_reviewer"] and touched(row) is None
    assert [line.detail["reason"] for line in lines("account.disable")] == ["借调外单位"]
    staff.set_enabled(username=row.username, enabled=False, reason="再次借调", seen=seen(), by=SYSTEM)
    posted = {"username": row.username, "password": demo.demo_password()}
    refused = Client().post("/office/signin/", posted)
    assert refused.status_code == 403
    assert "您的账号已停用，请联系管理员恢复启用。" in words(refused)


def test_a_wrong_tie_is_undone_with_a_reason_and_ends_the_sessions(as_: As) -> None:
    person, system = as_("pudong_reviewer2"), as_("sys_admin")
    said = {"way": "untie", "reason": "平台账号已换人", "seen": seen(), "sure": "1"}
    assert "解除身份绑定" not in words(system.get(ONE))
    refused = system.post(f"{ONE}change/", said)
    assert refused.status_code == 422 and "还没有绑定身份" in words(refused)
    account = Account.objects.get(username="pudong_reviewer2")
    Identity.objects.create(issuer="https://egov", subject="7", account=account, linked_at=clock.now())
    assert "解除身份绑定" in words(system.get(ONE))
    assert "重新绑定" in words(system.post(f"{ONE}change/", {**said, "sure": ""}))
    assert as_("security_admin").post(f"{ONE}change/", said).status_code == 403
    assert Identity.objects.filter(account=account).exists()
    assert system.post(f"{ONE}change/", said).status_code == 302
    assert not Identity.objects.filter(account=account).exists()
    assert "/office/signin/" in person.get("/office/")["Location"]
    (line,) = lines("identity.untie")
    assert (line.detail["issuers"], line.detail["reason"]) == (["https://egov"], "平台账号已换人")
    assert "平台账号已换人" in words(system.get(ONE))


def test_the_second_of_two_administrators_is_told_and_nothing_is_lost(as_: As) -> None:
    old, security = seen(), as_("security_admin")
    staff.set_enabled(username="pudong_reviewer2", enabled=False, reason="借调外单位", seen=old, by=SYSTEM)
    said = {"role": ["district_leader"], "reason": "任命为负责人", "seen": old}
    for more in ({}, {"sure": "1"}):
        answer = security.post(f"{ONE}roles/", {**said, **more})
        assert answer.status_code == 409
        assert "刚被另一位管理员变动过" in words(answer)
    with pytest.raises(Refused, match="刚被另一位管理员变动过"):
        assigned("district_leader", seen=old)
    row = Account.objects.get(username="pudong_reviewer2")
    assert (row.enabled, row.roles) == (False, ["district_reviewer"])
    assert not lines("account.roles")


def test_each_hand_does_its_own_and_nobody_his_own_account(as_: As) -> None:
    system, security, auditor = as_("sys_admin"), as_("security_admin"), as_("auditor")
    for client, address in (
        (system, f"{ONE}roles/"),
        (security, f"{ONE}change/?way=disable"),
        (security, "/office/people/new/"),
        (auditor, f"{ONE}roles/"),
        (auditor, f"{ONE}change/?way=move"),
        (auditor, "/office/people/new/"),
    ):
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"sure": "1"}).status_code == 403, address
    common = {"username": "pudong_reviewer2", "reason": "试着越权", "seen": seen()}
    with pytest.raises(Refused, match="只能由安全管理员"):
        staff.assign(roles=["district_leader"], by=SYSTEM, **common)
    with pytest.raises(Refused, match="只能由系统管理员"):
        staff.move(organisation="310113", by=SECURITY, **common)
    own = Actor("pudong_reviewer2", "示例", "security_admin", "OPERATOR", "", "")
    with pytest.raises(Refused, match="不能变动自己的账号"):
        staff.assign(roles=["district_leader"], by=own, **common)
    assert as_("city_leader").get("/office/people/").status_code == 403


@pytest.mark.parametrize("username", ["sys_admin", "suxin", "nobody", "%00", "a b"])
def test_firms_and_administrators_are_not_in_the_directory(as_: As, username: str) -> None:
    address = f"/office/people/account/{username}/"
    assert as_("sys_admin").get(address).status_code == 404
    said = {"way": "disable", "reason": "试着停用", "sure": "1", "seen": "x"}
    assert as_("sys_admin").post(f"{address}change/", said).status_code == 404


def test_the_last_one_at_a_desk_leaves_a_warning_and_may_go(
    as_: As, filed: Callable[[], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = filed()
    keeper = staff.person(username="pudong_reviewer2")
    assert staff_words.orphans(person=keeper, roles=keeper.roles) == ()  # a colleague sits there
    staff.set_enabled(
        username="pudong_reviewer",
        enabled=False,
        reason="借调外单位",
        seen=seen("pudong_reviewer"),
        by=SYSTEM,
    )
    assert case.desk == "district_reviewer"
    said = {"way": "disable", "reason": "借调外单位", "seen": seen()}
    sure = words(as_("sys_admin").post(f"{ONE}change/", said))
    assert "唯一在用的“区局审查”" in sure and "1 件待办将没有人能办" in sure
    taken = words(
        as_("security_admin").post(f"{ONE}roles/", {"role": [], "reason": "不再审查", "seen": seen()})
    )
    assert "唯一在用的“区局审查”" in taken and "没有角色，不能登录办理" in taken
    assert as_("sys_admin").post(f"{ONE}change/", {**said, "sure": "1"}).status_code == 302


def test_the_list_keeps_its_filters_in_the_address_and_turns_pages(as_: As, monkeypatch: Any) -> None:
    auditor = as_("auditor")
    found = words(auditor.get("/office/people/?q=reviewer&office=310115&role=district_reviewer&state=active"))
    assert "pudong_reviewer" in found and "baoshan_reviewer" not in found and "pudong_window" not in found
    city = words(auditor.get("/office/people/?office=310000"))
    assert (
        "city_director" in city and "pudong_leader" not in city
    )  # with its divisions, without the districts
    none = words(auditor.get("/office/people/?q=没有这个人"))
    assert "没有符合条件的人员" in none and "清除筛选" in none
    for bad in ("office=x", "role=applicant", "state=gone"):
        assert auditor.get(f"/office/people/?{bad}").status_code == 400
    monkeypatch.setattr("luban.faces.office.staff_found.PAGE", 5)
    first = words(auditor.get("/office/people/"))
    assert "下一页" in first and "after=" in first
    assert "上一页" in words(auditor.get("/office/people/?after=baoshan_window"))


def test_a_row_somebody_touched_is_marked_in_the_list_and_not_opened(as_: As) -> None:
    Account.objects.filter(username="pudong_reviewer2").update(roles=["district_leader"])
    auditor = as_("auditor")
    assert "数据被改动" in words(auditor.get("/office/people/?q=pudong_reviewer2"))
    assert auditor.get(ONE).status_code == 409


def test_the_export_follows_the_filters_and_leaves_a_line(as_: As) -> None:
    answer = as_("sys_admin").get("/office/people/export.xlsx?office=310115")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("姓名", "政务平台账号", "机构代码", "机构", "角色", "状态", "最近登录")
    assert {row[2] for row in rows[1:]} == {"310115"}
    (line,) = lines("account.export")
    assert line.detail == {"office": "310115", "count": len(rows) - 1}


def test_the_pages_cost_few_statements(as_: As) -> None:
    security = as_("security_admin")
    for address in ("/office/people/", ONE, f"{ONE}roles/"):
        with CaptureQueriesContext(connection) as captured:
            assert security.get(address).status_code == 200
        assert len(captured) <= 15, address


def test_a_role_by_service_is_given_with_its_services(as_: As) -> None:
    Organisation.objects.create(code="T-RAD", name="示例辐射中心", kind="rad_centre")
    staff.add(username="fushe", name="示例辐射经办", organisation="T-RAD", by=SYSTEM)
    security, address = as_("security_admin"), "/office/people/account/fushe/roles/"
    assert "授权事项" in words(security.get(address))
    said = {"role": ["rad_officer"], "reason": "辐射中心经办", "seen": seen("fushe")}
    assert "请至少选一项" in words(security.post(address, said))
    assert "没有这个事项" in words(security.post(address, {**said, "item": ["nothing"]}))
    service = {**said, "item": ["solid_waste_utilisation"], "sure": "1"}
    assert security.post(address, service).status_code == 302
    row = Account.objects.get(username="fushe")
    assert (row.roles, row.items) == (["rad_officer"], ["solid_waste_utilisation"])


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_the_very_same_moment_one_is_told(accounts: None) -> None:
    old, start = seen(), Barrier(2)

    def at_once(change: Callable[[], object]) -> str:
        try:
            start.wait(10)
            change()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    common = {"username": "pudong_reviewer2", "reason": "同时变动", "seen": old}
    changes = (
        lambda: staff.assign(roles=["district_leader"], by=SECURITY, **common),
        lambda: staff.move(organisation="310113", by=SYSTEM, **common),
    )
    with ThreadPoolExecutor(2) as pool:
        ended = sorted(pool.map(at_once, changes))
    assert ended == ["OVERTAKEN", "done"]
    assert touched(Account.objects.get(username="pudong_reviewer2")) is None
    assert len(lines("account.roles")) + len(lines("account.move")) == 1
