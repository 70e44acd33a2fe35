"""Signing in through an identity platform: house and sandbox in one process, every way it must be refused included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.test import Client
from starlette.testclient import TestClient

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people import demo, staff
from luban.people.actor import Actor
from luban.people.identity import platforms
from luban.people.models import Account, Identity
from luban.people.session_rules import PROOF_KEY
from luban.people.trail import read_trail
from sandbox.app import create
from sandbox.identity.persons import PERSONS
from tests.rows import rewrite

pytestmark = pytest.mark.django_db
SANDBOX = "http://127.0.0.1:8010"


class Into(httpx.BaseTransport):
    """What the house asks a platform goes to the sandbox beside it."""

    sandbox: TestClient

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        told = self.sandbox.request(
            request.method,
            request.url.raw_path.decode(),
            headers=dict(request.headers),
            content=request.read(),
        )
        return httpx.Response(told.status_code, headers=told.headers, content=told.content)


@pytest.fixture
def sandbox(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    settings.LUBAN_VAR, settings.LUBAN_DEMO = tmp_path, True
    settings.LUBAN_OIDC = {
        code: {"issuer": f"{SANDBOX}/identity/{code}", "client": "", "secret": ""}
        for code in ("city", "egov")
    }
    cache.clear()
    with TestClient(
        create(var=tmp_path, product="http://testserver"), base_url=SANDBOX, follow_redirects=False
    ) as http:
        monkeypatch.setattr(Into, "sandbox", http, raising=False)
        monkeypatch.setattr(platforms, "SmallAnswers", Into)
        yield http


@pytest.fixture(autouse=True)
def house(settings, db, sandbox: TestClient) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    demo.load()


def to_platform(client: Client, code: str, **query: str) -> str:
    """Press the button; the platform's path one is sent to."""
    answer = client.get(f"/signin/oidc/{code}/", query)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].removeprefix(SANDBOX)


def agreed(sandbox: TestClient, path: str, code: str, who: str) -> str:
    """Choose a person there and agree; the house's path one is sent back to."""
    listed = sandbox.get(path)
    assert listed.status_code == 200, listed.text
    name = re.search(r"request=([\w-]+)", listed.text)
    assert name
    at = f"/identity/{code}"
    assert "同意并登录" in sandbox.get(f"{at}/consent", params={"request": name[1], "who": who}).text
    back = sandbox.get(f"{at}/grant", params={"request": name[1], "who": who})
    assert back.status_code == 302, back.text
    parts = urlsplit(back.headers["location"])
    return f"{parts.path}?{parts.query}"


def come(client: Client, sandbox: TestClient, code: str, who: str, **query: str):
    """The whole way; the answer to coming back."""
    return client.get(agreed(sandbox, to_platform(client, code, **query), code, who))


def fault(sandbox: TestClient, code: str, name: str) -> None:
    told = {"link": f"identity_{code}", "fault": name, "on": True}
    assert sandbox.post("/_switch", json=told).status_code == 200


def test_a_firm_comes_in_by_the_citys_platform_and_lands_where_it_wanted(client: Client, sandbox: TestClient):
    answer = come(client, sandbox, "city", "suxin", next="/cases/7/?tab=2")
    assert (answer.status_code, answer["Location"]) == (302, "/cases/7/?tab=2")
    assert client.get("/signin/done/").wsgi_request.actor.account == "suxin"  # type: ignore[attr-defined]
    tied = Identity.objects.get(account__username="suxin")
    assert (tied.issuer, tied.subject) == (f"{SANDBOX}/identity/city", "demo-suxin")
    assert read_trail(account="suxin")[0].detail == {"way": "oidc:city"}


def test_an_official_comes_in_by_the_egovernments_platform(client: Client, sandbox: TestClient):
    assert come(client, sandbox, "egov", "city_reviewer")["Location"] == "/office/"
    actor = client.get("/signin/done/").wsgi_request.actor  # type: ignore[attr-defined]
    assert (actor.account, actor.organisation) == ("city_reviewer", "310000")


def test_an_agent_who_comes_first_gets_an_account_of_what_it_is_entrusted_with(
    client: Client, sandbox: TestClient
):
    assert come(client, sandbox, "city", "suxin_newcomer").status_code == 302
    made = Account.objects.get(identities__subject="demo-suxin_newcomer")
    assert (made.roles, made.items) == (["agent"], ["solid_waste_utilisation"])
    assert made.organisation_id == "91310115MA1TL1A06J"
    assert not made.has_usable_password()
    assert come(Client(), sandbox, "city", "suxin_newcomer").status_code == 302
    assert Account.objects.filter(identities__subject="demo-suxin_newcomer").count() == 1


def test_what_an_agent_is_entrusted_with_follows_the_platform(client: Client, sandbox: TestClient):
    rewrite(Account.objects.filter(username="suxin_agent"), items=["radiation_annual_report"])
    come(client, sandbox, "city", "suxin_agent")
    items = ["solid_waste_utilisation", "solid_waste_disposal"]
    assert Account.objects.get(username="suxin_agent").items == items
    assert read_trail(action="account.follow")[0].object == "account:suxin_agent"


def refused(answer, words: str, status: int) -> None:
    assert words in answer.content.decode()
    assert answer.status_code == status
    assert not answer.wsgi_request.actor.signed_in
    assert read_trail(action="signin.failed")


def test_an_official_no_directory_holds_is_told_whom_to_ask(client: Client, sandbox: TestClient):
    refused(come(client, sandbox, "egov", "somebody_new"), "请联系本单位系统管理员添加账号", 403)
    assert not Identity.objects.exists()


def test_an_official_is_added_tied_at_the_first_sign_in_and_works_once_a_role_is_given(
    client: Client, sandbox: TestClient
):
    refused(come(client, sandbox, "egov", "somebody_new"), "请联系本单位系统管理员添加账号", 403)
    system = Actor("sys_admin", "系统", "sys_admin", "OPERATOR", "", "")
    security = Actor("security_admin", "安全", "security_admin", "OPERATOR", "", "")
    staff.add(username="somebody_new", name="示例新同志", organisation="310115", by=system)
    refused(come(client, sandbox, "egov", "somebody_new"), "您的账号还没有角色，请联系安全管理员", 403)
    assert staff.tied(username="somebody_new")
    staff.assign(
        username="somebody_new",
        roles=["district_window"],
        reason="窗口受理岗位",
        seen=staff.person(username="somebody_new").seen,
        by=security,
    )
    assert come(client, sandbox, "egov", "somebody_new")["Location"] == "/office/"
    actor = client.get("/signin/done/").wsgi_request.actor  # type: ignore[attr-defined]
    assert (actor.account, actor.role, actor.organisation) == ("somebody_new", "district_window", "310115")
    done = [line.action for line in staff.history(username="somebody_new")]
    assert done == ["account.roles", "identity.link", "account.create"]


def test_who_lost_the_last_role_while_proving_anew_is_told_so(client: Client, sandbox: TestClient):
    come(client, sandbox, "egov", "pudong_leader")
    path = agreed(sandbox, to_platform(client, "egov", purpose="proof"), "egov", "pudong_leader")
    rewrite(Account.objects.filter(username="pudong_leader"), roles=[])
    refused(client.get(path), "您的账号还没有角色，请联系安全管理员", 403)


def test_an_agent_without_authorisation_is_told_how_to_get_it(client: Client, sandbox: TestClient):
    refused(come(client, sandbox, "city", "suxin_former"), "没有上海示例塑新材料有限公司的有效授权", 403)


def test_a_name_alone_is_no_tie(client: Client, sandbox: TestClient):
    """The account of that name is tied to another subject already; only the system administrator can undo that."""
    account = Account.objects.get(username="pudong_leader")
    Identity(
        issuer=f"{SANDBOX}/identity/egov", subject="another", account=account, linked_at=clock.now()
    ).save()
    refused(come(client, sandbox, "egov", "pudong_leader"), "已绑定另一个身份", 403)
    system = Actor("sys_admin", "系统", "sys_admin", "OPERATOR", "", "")
    state = staff.person(username="pudong_leader").seen
    staff.untie(username="pudong_leader", reason="换了平台账号", seen=state, by=system)
    assert come(client, sandbox, "egov", "pudong_leader")["Location"] == "/office/"
    assert Identity.objects.get(account=account).subject != "another"


def test_an_identity_tied_to_a_disabled_account_does_not_come_in(client: Client, sandbox: TestClient):
    come(Client(), sandbox, "egov", "pudong_leader")
    rewrite(Account.objects.filter(username="pudong_leader"), enabled=False)
    refused(come(client, sandbox, "egov", "pudong_leader"), "已停用", 403)


def test_a_state_that_was_not_begun_here_is_refused(client: Client, sandbox: TestClient):
    path = agreed(sandbox, to_platform(client, "city"), "city", "suxin")
    refused(Client().get(path), "不是从本页发起的", 400)  # another browser
    refused(client.get(re.sub("state=[^&]+", "state=other", path)), "不是从本页发起的", 400)


def test_what_was_begun_is_used_once_and_not_for_long(client: Client, sandbox: TestClient):
    path = agreed(sandbox, to_platform(client, "city"), "city", "suxin")
    assert client.get(path).status_code == 302
    client.post("/signout/")
    refused(client.get(path), "不是从本页发起的", 400)
    late = agreed(sandbox, to_platform(client, "city"), "city", "suxin")
    with clock.at(clock.now() + timedelta(minutes=11)):
        refused(client.get(late), "登录已超时", 400)


def test_a_code_is_taken_once_and_for_a_minute(client: Client, sandbox: TestClient):
    path = agreed(sandbox, to_platform(client, "city"), "city", "suxin")
    begun = next(iter(client.session["luban_oidc"].values()))
    assert client.get(path).status_code == 302
    city = platforms.platform(code="city")
    code = parse_qs(urlsplit(path).query)["code"][0]
    with pytest.raises(Refused, match="可能已使用过"):
        platforms.trade(of=city, code=code, verifier=begun["verifier"], back=begun["back"])
    late = Client()
    path = agreed(sandbox, to_platform(late, "city"), "city", "suxin")
    with clock.at(clock.now() + timedelta(seconds=61)):
        refused(late.get(path), "可能已使用过或超时", 400)


def test_a_code_of_somebody_else_does_not_fit_ones_own_verifier(client: Client, sandbox: TestClient):
    stolen = agreed(sandbox, to_platform(Client(), "city"), "city", "redian")
    mine = to_platform(client, "city")
    code, state = (
        parse_qs(urlsplit(stolen).query)["code"][0],
        parse_qs(mine.partition("?")[2])["state"][0],
    )
    refused(client.get(f"/signin/oidc/city/back/?code={code}&state={state}"), "可能已使用过或超时", 400)


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ("bad_signature", "签名不正确"),
        ("bad_nonce", "与本次登录不对应"),
        ("bad_audience", "不是发给本平台的"),
        ("expired_token", "已过期"),
        ("reject", "您取消了本次登录"),
    ],
)
def test_what_the_platform_gets_wrong_lets_nobody_in(
    client: Client, sandbox: TestClient, switch: str, words: str
):
    fault(sandbox, "city", switch)
    refused(come(client, sandbox, "city", "suxin"), words, 400)


def test_a_platform_that_is_down_is_said_so(client: Client, sandbox: TestClient):
    fault(sandbox, "egov", "down")
    answer = client.get("/signin/oidc/egov/")
    assert answer.status_code == 424
    assert "政务外网统一身份认证暂时无法连接" in answer.content.decode()
    assert client.get("/signin/oidc/nowhere/").status_code == 404


def test_an_issuer_without_https_is_not_asked_unless_it_is_here(client: Client, settings):
    settings.LUBAN_OIDC = {"city": {"issuer": "http://identity.example", "client": "luban", "secret": "x"}}
    assert "不是 https" in client.get("/signin/oidc/city/").content.decode()


def test_leaving_ends_the_platforms_side_too(client: Client, sandbox: TestClient):
    come(client, sandbox, "city", "suxin")
    answer = client.post("/signout/")
    assert answer.status_code == 200
    there = answer["Refresh"].removeprefix(f"0; url={SANDBOX}")
    back = sandbox.get(there)
    assert back.headers["location"] == "http://testserver/signin/"
    assert client.get("/account/").status_code == 302


def test_the_platform_may_end_a_session_and_nobody_else_can(client: Client, sandbox: TestClient):
    come(client, sandbox, "city", "suxin")
    forged = Client().post("/signin/oidc/city/ended/", {"logout_token": "a.b.c"})
    assert forged.status_code == 400
    assert client.get("/account/").status_code == 200
    city = sandbox.app.state.identity.providers["city"]  # type: ignore[attr-defined]
    token = city.logout_token(city.person("suxin"), issuer=f"{SANDBOX}/identity/city")
    assert Client().post("/signin/oidc/egov/ended/", {"logout_token": token}).status_code == 400
    assert client.get("/account/").status_code == 200
    assert Client().post("/signin/oidc/city/ended/", {"logout_token": token}).status_code == 200
    assert client.get("/account/").status_code == 302


def test_proving_anew_takes_the_same_person(client: Client, sandbox: TestClient):
    come(client, sandbox, "city", "suxin")
    session = client.session
    session[PROOF_KEY] = 0
    session.save()
    path = to_platform(client, "city", purpose="proof")
    assert "prompt=login" in path
    other = client.get(agreed(sandbox, path, "city", "redian"))
    assert "不是当前登录的人" in other.content.decode()
    assert client.session[PROOF_KEY] == 0
    assert come(client, sandbox, "city", "suxin", purpose="proof")["Location"] == "/signin/done/"
    assert client.session[PROOF_KEY] > 0


def test_every_demonstration_person_of_the_platforms_has_the_account_of_that_name():
    from_house = {row.username: row for row in demo.accounts() if row.kind != "operator"}
    for code, kind in (("city", "enterprise"), ("egov", "official")):
        known = {one.account: one for one in persons(code)}
        theirs = {name for name, row in from_house.items() if row.kind == kind}
        assert theirs <= set(known), code
        for name in theirs:
            row = Account.objects.get(username=name)
            assert row.organisation
            assert known[name].name == row.name
            assert known[name].org_code in (row.organisation_id, row.organisation.parent_id)


def persons(code: str):
    return PERSONS[code].values()
