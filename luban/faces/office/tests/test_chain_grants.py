"""取数授权 in the office: nothing chosen beforehand, shown as a sentence, then given; withdrawn with a reason; audited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from luban.kit.clock import clock
from luban.ledger.models import ChainRecord
from luban.people import demo
from luban.people.models import Account, AuditEntry
from luban.stages.gateway import applications
from luban.stages.gateway.models import Grant
from tests.matrix.accounts import Visitor
from tests.matrix.accounts import _account as make_account
from tests.matrix.asking import client_of

pytestmark = pytest.mark.django_db
ADMIN = Visitor("t_chain_admin", "chain_admin", "310000")
APP, NUMBER, KEY = "ak_anhui", "GFB-320583-20260302-0001", "7c" * 32
APP_PAGE = f"/office/chain/apps/{APP}/"
PAGE = f"{APP_PAGE}grants/"
ONE: dict[str, Any] = {
    "record": "UF",
    "scope": "one",
    "which": NUMBER,
    "region": "",
    "sections": ["s3", "s6"],
    "attachments": "no",
    "since": "2026-03-10",
    "until": "2026-06-30",
    "reason": "皖北专项核查",
}
ALL = {**ONE, "scope": "all", "which": "", "region": "320000", "sections": [], "attachments": "yes"}
CORE = {
    "originProvince": 320000, "destProvince": 310000, "transitProvinces": [330000],
    "generatorName": "示例移出单位有限公司", "receiverName": "示例接收单位有限公司",
}  # fmt: skip


@pytest.fixture
def admin() -> Iterator[Client]:
    """The administrator of chain and access, on a working day; Anhui has an application, one filing is on the chain."""
    with clock.at("2026-03-10T10:00"):
        demo.load()
        if not Account.objects.filter(username=ADMIN.username).exists():
            make_account(ADMIN)
        applications.issue(name="安徽接入应用", region="340000", by="示例", key=APP)
        known(KEY, "UF", NUMBER, CORE, status=2, doc_no="GFBA-320583-2026-0001")
        yield client_of(ADMIN)


def known(key: str, kind: str, number: str, core: dict[str, Any], **more: Any) -> None:
    """A record in the index of the chain."""
    ChainRecord.objects.create(
        record_key=key, kind=kind, address="0x" + "02" * 20, number=number, core=core, version=1,
        origin=320000, dest=310000, changed_block=9, changed_at=0, **{"status": 1, "doc_no": "", **more},
    )  # fmt: skip


def asked(admin: Client, given: dict[str, Any]) -> str:
    answer = admin.post(PAGE, given)
    assert answer.status_code == 200 and not Grant.objects.exists()
    return answer.content.decode()


def given(admin: Client, what: dict[str, Any]) -> Grant:
    assert admin.post(PAGE, {**what, "act": "give"}).status_code == 302
    return Grant.objects.latest("pk")


def lines(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action, object=f"chain-app:{APP}"))


def test_nothing_is_chosen_for_the_administrator(admin: Client) -> None:
    kinds = admin.get(PAGE).content.decode()
    assert all(f"{PAGE}?record={one}" in kinds for one in ("UF", "UR", "DF", "DC"))
    page = admin.get(f"{PAGE}?record=UF").content.decode()
    form = page[page.index('name="record"') : page.rindex("看应用将看到什么")]
    assert "checked" not in form and " selected" not in form
    assert re.findall(r'name="sections" value="(\w+)"', form) == [f"s{n}" for n in range(1, 10)]
    assert "移出单位" in form and "末端去向" in form


def test_what_the_application_will_see_is_said_before_it_is_given(admin: Client) -> None:
    page = asked(admin, ONE)
    said = (
        f"“安徽接入应用”从 2026-03-10 到 2026-06-30 可以查看转移利用备案 {NUMBER}"
        " 的明文字段和“转移废物”“运输路线”2节，不含附件。"
    )
    assert said in page and "示例移出单位有限公司 → 示例接收单位有限公司" in page
    assert "个人信息" not in page and "不增加内容" not in page
    row = given(admin, {**ONE, "which": KEY})
    assert (row.record, row.record_key, row.region, list(row.sections)) == ("UF", KEY, "", ["s3", "s6"])
    assert (row.attachments, row.reason, row.created_by) == (False, "皖北专项核查", client_name())
    (line,) = lines("chain.grant")
    assert (line.detail["grant"], line.detail["of"], line.detail["reason"]) == (row.pk, NUMBER, ONE["reason"])
    (seen,) = applications.grants_for(app=APP, record="UF", record_key=KEY, core=CORE)
    assert seen.sections == {"s3", "s6"}
    shown = admin.get(APP_PAGE).content.decode()
    assert f"转移利用备案 {NUMBER}" in shown and "转移废物、运输路线" in shown and "有效" in shown


def client_name() -> str:
    return str(Account.objects.get(username=ADMIN.username).name)


def test_a_whole_region_is_named_and_lasts_to_the_end_of_its_last_day(admin: Client) -> None:
    page = asked(admin, ALL)
    assert "可以查看江苏省移出的全部转移利用备案的明文字段，含全部附件。" in page
    row = given(admin, {**ALL, "until": "2026-03-10"})
    with clock.at("2026-03-10T23:59"):
        assert applications.grants_for(app=APP, record="UF", record_key="0" * 64, core=CORE)
    with clock.at("2026-03-11T00:00"):
        assert not applications.grants_for(app=APP, record="UF", record_key="0" * 64, core=CORE)
        shown = client_of(ADMIN).get(APP_PAGE).content.decode()
    assert "已到期" in shown and f"{PAGE}{row.pk}/withdraw/" not in shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"record": "XX"}, "请选择业务类型"),
        ({"scope": ""}, "请选择授权一条记录，还是一省移出的全部记录"),
        ({"which": ""}, "请填写办件编号、文号或记录主键"),
        ({"which": "GFB-没有"}, "链上没有查到“GFB-没有”的转移利用备案"),
        ({"record": "DF", "which": NUMBER}, "的贮存处置申请表"),
        ({"scope": "all"}, "请选择移出省"),
        ({"sections": ["r1"]}, "转移利用备案没有所选的节"),
        ({"attachments": ""}, "请选择是否含附件"),
        ({"until": ""}, "授权必须有止期"),
        ({"since": "2026-02-30"}, "日期请写成"),
        ({"until": "2026-03-01"}, "止期 2026-03-01 早于起期 2026-03-10"),
        ({"since": "2026-01-01", "until": "2026-03-09"}, "止期 2026-03-09 已过"),
        ({"since": "0001-01-01"}, "起期 0001-01-01 已过"),
        ({"reason": " "}, "请写明授权的理由"),
        ({"reason": "长" * 201}, "200 字以内"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_the_form(
    admin: Client, changed: dict[str, Any], words: str
) -> None:
    answer = admin.post(PAGE, {**ONE, **changed, "act": "give"})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Grant.objects.exists() and not lines("chain.grant")


def test_a_day_as_far_as_a_calendar_goes_is_kept_and_shown(admin: Client) -> None:
    given(admin, {**ONE, "until": "9999-12-31"})
    assert "至 9999-12-31" in admin.get(APP_PAGE).content.decode()


def test_what_nobody_types_is_answered_with_words(admin: Client) -> None:
    hostile = {"which": "\x00<b>'--", "sections": ["s3\x00"], "reason": "<script>", "region": "\x00"}
    for name, value in hostile.items():
        answer = admin.post(PAGE, {**ONE, name: value})
        assert (
            answer.status_code in (200, 422) and "<script>" not in answer.content.decode().split("<main")[1]
        )


def test_a_number_of_two_records_is_asked_for_again(admin: Client) -> None:
    for n in (1, 2):
        known(f"{n}b" * 32, "UR", f"GFCX-{n}", {"filingKey": KEY}, doc_no="GFBA-320583-2026-0001")
    revocation = {**ONE, "record": "UR", "sections": ["r1"]}
    answer = admin.post(PAGE, {**revocation, "which": "GFBA-320583-2026-0001"})
    assert answer.status_code == 422 and "不止一条备案撤销" in answer.content.decode()
    page = asked(admin, {**revocation, "which": "GFCX-2"})
    assert "备案撤销 GFCX-2 的明文字段和“原备案引用”1节" in page and "示例移出单位有限公司" in page


def test_a_disposal_case_has_neither_sections_nor_attachments(admin: Client) -> None:
    known("3c" * 32, "DC", "GFC-1", CORE)
    page = asked(admin, {**ONE, "record": "DC", "which": "GFC-1", "sections": [], "attachments": ""})
    assert "可以查看贮存处置审批 GFC-1 的明文字段和业务链条。" in page


def test_what_a_grant_would_not_change_and_personal_data_are_pointed_out(admin: Client) -> None:
    page = asked(admin, {**ONE, "sections": ["s1", "s5"]})
    assert "“移出单位”含经办人的姓名、电话和证件号，“运输单位”含运输单位的联系人和电话" in page
    applications.change(key=APP, scopes=["read:party"])
    assert "没有“读取授权的数据”权限" in asked(admin, ONE)
    applications.change(key=APP, scopes=["read:all", "read:granted"])
    assert "不靠授权就能查看这些记录（全部数据权限）" in asked(admin, ONE)
    applications.set_state(key=APP, state="suspended")
    assert "现已停用，恢复启用后授权才起作用" in asked(admin, ONE)
    applications.issue(name="浙江接入应用", region="330000", by="示例", key="ak_zj")
    transit = admin.post("/office/chain/apps/ak_zj/grants/", ONE).content.decode()
    assert "（途经省）" in transit and "本授权不增加内容" in transit


def test_going_back_keeps_what_was_chosen(admin: Client) -> None:
    page = admin.post(PAGE, {**ONE, "which": KEY, "act": "back"}).content.decode()
    assert f'value="{NUMBER}"' in page and page.count(" checked") == 4 and not Grant.objects.exists()


def test_the_same_grant_is_given_once(admin: Client) -> None:
    first = given(admin, ONE)
    answer = admin.post(PAGE, {**ONE, "act": "give"})
    assert answer.status_code == 422 and f"已有同样的授权（第{first.pk}号）" in answer.content.decode()
    assert Grant.objects.count() == 1 == len(lines("chain.grant"))
    applications.withdraw_grant(number=first.pk)
    assert given(admin, ONE).pk != first.pk


def test_a_grant_is_withdrawn_with_a_reason_and_ends_now(admin: Client) -> None:
    row = given(admin, ONE)
    page = f"{PAGE}{row.pk}/withdraw/"
    assert f"可以查看转移利用备案 {NUMBER}" in admin.get(page).content.decode()
    refused = admin.post(page, {"reason": ""})
    assert refused.status_code == 422 and "请写明收回的理由" in refused.content.decode()
    assert admin.post(page, {"reason": "核查提前结束"}).status_code == 302
    assert not applications.grants_for(app=APP, record="UF", record_key=KEY, core=CORE)
    shown = admin.get(APP_PAGE).content.decode()
    assert "已收回" in shown and "已到期" not in shown
    (line,) = lines("chain.grant.withdraw")
    assert line.detail == {"grant": row.pk, "reason": "核查提前结束"}
    again = admin.post(page, {"reason": "再来一次"})
    assert again.status_code == 409 and "已到期或已收回" in again.content.decode()
    assert len(lines("chain.grant.withdraw")) == 1


def test_a_grant_is_reached_through_its_own_application_only(admin: Client) -> None:
    row = given(admin, ONE)
    applications.issue(name="浙江接入应用", region="330000", by="示例", key="ak_zj")
    assert admin.get(f"/office/chain/apps/ak_zj/grants/{row.pk}/withdraw/").status_code == 404
    assert admin.get(f"/office/chain/apps/nobody/grants/{row.pk}/withdraw/").status_code == 404
    assert admin.get(f"{PAGE}99999999999999999999/withdraw/").status_code == 404


def test_a_revoked_application_is_given_nothing(admin: Client) -> None:
    applications.set_state(key=APP, state="revoked")
    answer = admin.post(PAGE, {**ONE, "act": "give"})
    assert answer.status_code == 409 and "已吊销，不能再授权" in answer.content.decode()
    assert PAGE not in admin.get(APP_PAGE).content.decode()
