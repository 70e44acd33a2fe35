"""上链组织 in the office: what the registry says of each account, a province entered once, what was written shown before."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases import house
from luban.faces.office.chain_orgs_found import Told, role_words
from luban.ledger import connection as configured
from luban.ledger import setup
from luban.ledger.models import ChainAccount, ChainWrite
from luban.people import demo
from luban.people.models import Account, AuditEntry
from luban.stages.chain.anchor import run
from luban.stages.gateway import applications
from tests.chain.world import World
from tests.matrix.accounts import Visitor
from tests.matrix.accounts import _account as make_account
from tests.matrix.asking import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
ADMIN = Visitor("t_chain_admin", "chain_admin", "310000")
PAGE, ENTER = "/office/chain/orgs/", "/office/chain/orgs/enter/"
JIANGSU = {"region": "320000"}
EVERYTHING = (
    "提交、更新表单；业务处理与决定；接收地复函、确认通知；提出备案撤销；审批备案撤销；登记核验结果；查询"
)


@pytest.fixture
def admin(world: World, monkeypatch: pytest.MonkeyPatch, settings: object) -> Client:
    """The administrator of chain and access; the house is connected to a chain with nothing on it."""
    settings.LUBAN_CHAIN_URLS = ["http://chain.test"]
    monkeypatch.setattr(configured, "_chain", lambda urls, profile: world.port)
    demo.load()
    if not Account.objects.filter(username=ADMIN.username).exists():
        make_account(ADMIN)
    return client_of(ADMIN)


def shown(admin: Client) -> str:
    answer = admin.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def row_of(page: str, name: str) -> str:
    return next(row for row in page.split("<tr>")[1:] if f">{name}<" in row)


def test_a_province_is_shown_what_is_written_then_entered_and_read_from_the_chain(
    admin: Client, world: World
) -> None:
    applications.issue(name="示例", region="320000", by="示例")
    before = shown(admin)
    assert "组织登记合约还没有部署" in before
    assert "未登记" in row_of(before, "江苏省生态环境厅") and "安徽省生态环境厅</small>" not in before
    sure = admin.post(ENTER, JIANGSU).content.decode()
    assert "在链上登记江苏省生态环境厅" in sure and EVERYTHING in sure and "不能删除" in sure
    assert (
        not ChainWrite.objects.exists() and not AuditEntry.objects.filter(action="chain.org.enter").exists()
    )
    assert admin.post(ENTER, {**JIANGSU, "sure": "1"}).status_code == 302
    assert "登记中" in row_of(shown(admin), "江苏省生态环境厅")
    assert run(port=world.port, patience=90).trouble == ""
    after = shown(admin)
    address = ChainAccount.objects.get(name="320000").address
    for name, words in (
        ("江苏省生态环境厅", (EVERYTHING, f"{address[:10]}…{address[-6:]}", "2026-03-10 10:00")),
        (setup.HOME_NAME, (EVERYTHING, "310000")),
        (setup.PLATFORM_NAME, ("管理组织与账户",)),
    ):
        row = row_of(after, name)
        assert all(one in row for one in ("已登记", "链上已启用", *words)), row
    assert 'value="320000"' not in after and 'value="340000"' in after
    (line,) = AuditEntry.objects.filter(action="chain.org.enter")
    assert (line.object, line.detail["name"]) == ("chain-org:320000", "江苏省生态环境厅")
    again = admin.post(ENTER, {**JIANGSU, "sure": "1"})
    assert again.status_code == 409 and "已在链上登记或正在登记" in again.content.decode()
    world.down = True
    down = shown(admin)
    assert "区块链暂时读不到，以下按本平台的登记" in down
    assert "已登记" in row_of(down, "江苏省生态环境厅") and EVERYTHING in row_of(down, "江苏省生态环境厅")


def test_what_the_chain_does_not_know_and_what_it_refused_is_said(admin: Client, world: World) -> None:
    setup.begin(keys=house.keys())
    assert run(port=world.port, patience=90).trouble == ""
    ChainAccount.objects.filter(name="310000").update(address="0x" + "0" * 39 + "1")
    assert "链上没有查到" in row_of(shown(admin), setup.HOME_NAME)
    ChainWrite.objects.filter(request_id="setup:ready").update(state="rejected")
    refused = row_of(shown(admin), setup.HOME_NAME)
    assert "登记未成" in refused and "/office/chain/state/" in refused
    ChainWrite.objects.filter(request_id="setup:ready").update(state="cancelled")
    assert "登记已放弃" in row_of(shown(admin), setup.HOME_NAME)


def test_only_a_province_of_the_list_can_be_entered(admin: Client) -> None:
    for region in ("", "310000", "320583", "x"):
        answer = admin.post(ENTER, {"region": region, "sure": "1"})
        assert answer.status_code == 422 and "请选择要登记的省" in answer.content.decode()
    assert not ChainWrite.objects.exists()


def test_the_page_costs_the_same_however_many_have_entered(admin: Client, world: World) -> None:
    setup.begin(keys=house.keys())
    for region in ("320000", "330000", "340000"):
        setup.join(region=region, name="示例", keys=house.keys())
    assert run(port=world.port, patience=90).trouble == ""
    with CaptureQueriesContext(connection) as captured:
        shown(admin)
    assert len(captured) <= 15


def test_role_bits_are_read_in_chinese() -> None:
    assert role_words(254) == tuple(EVERYTHING.split("；"))
    assert role_words(1 | 256) == ("管理组织与账户", "其他（256）")
    assert role_words(0) == ()


def test_an_account_that_may_not_act_is_said_to_be_switched_off() -> None:
    said = (Told(False), Told(True, 254), Told(True, 254, True))
    assert [one.words for one in said] == ["链上没有查到", "链上已停用", "链上已启用"]
