"""接入应用 in the office: the secret on one page and never again, every change a line of the audit trail."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from luban.people import demo
from luban.people.models import Account, AuditEntry
from luban.stages.gateway import applications
from luban.stages.gateway.models import ChainApp
from tests.matrix.accounts import Visitor
from tests.matrix.accounts import _account as make_account
from tests.matrix.asking import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
ADMIN = Visitor("t_chain_admin", "chain_admin", "310000")
FORM = {"name": "江苏省示例系统", "region": "320000", "rate": "50", "scopes": ["read:party", "verify"]}
LIST = "/office/chain/apps/"


@pytest.fixture
def admin() -> Client:
    """The administrator of chain and access, signed in."""
    demo.load()
    if not Account.objects.filter(username=ADMIN.username).exists():
        make_account(ADMIN)
    return client_of(ADMIN)


def issued(admin: Client) -> tuple[str, str]:
    answer = admin.post(LIST, FORM)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    key, secret, _ = re.findall(r"<code>(\w+)</code>", answer.content.decode())
    return key, secret


def test_a_secret_is_shown_once(admin: Client) -> None:
    key, secret = issued(admin)
    row = ChainApp.objects.get(pk=key)
    assert (row.region, list(row.scopes), row.rate) == ("320000", ["read:party", "verify"], 50)
    assert [kept for kept, _ in applications.secrets_of(row)] == [secret]
    for page in (LIST, f"{LIST}{key}/"):
        answer = admin.get(page)
        assert answer.status_code == 200 and key in answer.content.decode()
        assert secret not in answer.content.decode()
    lines = AuditEntry.objects.filter(object=f"chain-app:{key}")
    assert [line.action for line in lines] == ["chain.app.issue"]
    assert secret not in str(list(lines.values_list("detail", flat=True)))


def test_changed_rotated_suspended_revoked(admin: Client) -> None:
    key, secret = issued(admin)
    page = f"{LIST}{key}/"
    changed = {**FORM, "name": "另一名称", "ips": "192.0.2.0/24\n192.0.3.1", "valid_until": "2026-12-31"}
    assert admin.post(page, changed).status_code == 302
    row = ChainApp.objects.get(pk=key)
    assert (row.name, row.ips, row.valid_until is not None) == (
        "另一名称",
        ["192.0.2.0/24", "192.0.3.1"],
        True,
    )
    answer = admin.post(f"{page}rotate/")
    assert secret not in answer.content.decode() and "24小时内仍可使用" in answer.content.decode()
    assert len(applications.secrets_of(row)) == 2
    for state, title in (("suspended", "已停用"), ("active", "启用"), ("revoked", "已吊销")):
        assert admin.post(f"{page}state/", {"state": state}).status_code == 302
        assert title in admin.get(page).content.decode()
    again = admin.post(f"{page}state/", {"state": "active"})
    assert (again.status_code, "不能恢复" in again.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "应用名称应为1至100个字"),
        ({"rate": "x"}, "限流应为整数"),
        ({"rate": "0"}, "限流应为每秒1至1000次"),
        ({"ips": "nonsense"}, "不是IP地址或网段"),
        ({"valid_until": "2026-02-30"}, "日期请写成"),
        ({"scopes": ["everything"]}, "没有权限“everything”"),
        ({"region": "320001"}, "应为省级6位区划代码"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_form(admin: Client, given: dict, words: str) -> None:
    answer = admin.post(LIST, {**FORM, **given})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not ChainApp.objects.exists()
