"""The three separated administrators: both halves of their sign-in, what a password must be, who gives a lost code back,
and that nobody holds two offices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people import demo, passwords, totp
from luban.people.actor import Actor
from luban.people.duties import roles_clash
from luban.people.models import Account, SecondFactor
from luban.people.recovery import RESET_BY, add_administrator, administrators, new_password, reset_codes
from luban.people.trail import read_trail
from tests.rows import rewrite

pytestmark = pytest.mark.django_db
DOOR, SECOND = "/office/signin/", "/office/signin/second/"
NEW = "Xin-mima-2026"


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LUBAN_DEMO = True
    demo.load()


def half(client: Client, username: str = "sys_admin", word: str = ""):
    return client.post(DOOR, {"username": username, "password": word or demo.demo_password()})


def code_of(username: str = "sys_admin") -> str:
    return totp.code_now(account=Account.objects.get(username=username))


def text(answer) -> str:
    return answer.content.decode()


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_password_is_only_half_and_a_code_the_other(client: Client):
    answer = half(client)
    assert answer["Location"].startswith(SECOND)
    assert not signed_in(client)
    assert f'id="demo-code">{code_of()}<' in text(client.get(SECOND))
    assert client.post(SECOND, {"code": code_of()})["Location"] == "/office/"
    assert signed_in(client)


def test_a_code_without_a_password_is_nothing(client: Client):
    answer = client.post(SECOND, {"code": code_of()})
    assert answer.status_code == 400
    assert "请先输入账号和密码" in text(answer)


def test_a_wrong_code_is_refused_and_five_lock(client: Client):
    half(client)
    wrong = "000000" if code_of() != "000000" else "111111"
    for _ in range(5):
        answer = client.post(SECOND, {"code": wrong})
        assert (answer.status_code, "动态口令不正确" in text(answer)) == (400, True)
    assert client.post(SECOND, {"code": code_of()}).status_code == 429
    assert len(read_trail(action="totp.failed")) == 5
    assert not signed_in(client)


def test_a_code_is_used_once(client: Client):
    half(client)
    code = code_of()
    client.post(SECOND, {"code": code})
    other = Client()
    half(other)
    assert "已用过" in text(other.post(SECOND, {"code": code}))
    with clock.at(clock.now() + timedelta(seconds=30)):
        assert other.post(SECOND, {"code": code_of()}).status_code == 302


@pytest.mark.parametrize(("seconds", "fits"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_a_clock_may_be_one_step_off(client: Client, seconds: int, fits: bool):
    now = clock.now()
    with clock.at(now + timedelta(seconds=seconds)):
        code = code_of()
    with clock.at(now):
        account = Account.objects.get(username="sys_admin")
        assert totp.accepts(account=account, code=code) is fits


def test_the_second_half_has_five_minutes(client: Client):
    half(client)
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert client.post(SECOND, {"code": code_of()}).status_code == 400
    assert not signed_in(client)


def test_the_key_lies_in_an_envelope():
    row = SecondFactor.objects.get(account__username="auditor")
    assert set(row.secret) == {"$sm4"}
    assert totp.key_of(account=row.account) not in str(row.secret)
    assert totp.rehidden(row) == row.secret


def test_the_first_sign_in_enrols_and_sets_a_password(client: Client, settings):
    word = add_administrator(username="zhang", name="示例张三", role="sys_admin")
    settings.LUBAN_DEMO = False
    half(client, "zhang", word)
    page = text(client.get(SECOND))
    assert "绑定动态口令" in page
    assert "otpauth" not in page  # the QR code is drawn, the key is shown once beside it
    assert "demo-code" not in page
    asked = client.post(SECOND, {"code": code_of("zhang")})
    assert "设置新密码" in text(asked)
    assert not signed_in(client)
    weak = client.post(SECOND, {"new": "short", "again": "short"})
    assert (weak.status_code, "密码至少 10 位" in text(weak)) == (422, True)
    assert client.post(SECOND, {"new": NEW, "again": NEW})["Location"] == "/office/"
    assert signed_in(client)
    with clock.at(clock.now() + timedelta(minutes=1)):
        later = Client()
        half(later, "zhang", NEW)
        assert later.post(SECOND, {"code": code_of("zhang")})["Location"] == "/office/"


def test_a_password_is_due_after_ninety_days():
    add_administrator(username="zhang", name="示例张三", role="auditor")
    row = Account.objects.get(username="zhang")
    assert passwords.due(row)
    passwords.change(account=row, new=NEW, again=NEW)
    assert not passwords.due(row)
    with clock.at(clock.now() + timedelta(days=91)):
        assert passwords.due(row)
    assert not passwords.due(Account.objects.get(username="auditor"))


@pytest.mark.parametrize(
    ("word", "again", "why"),
    [
        ("Ab1-efgh", "Ab1-efgh", "至少 10 位"),
        ("abcdefghij1", "abcdefghij1", "3 种"),
        ("Sys_admin2026", "Sys_admin2026", "相似"),
        ("Password123", "Password123", "常见"),
        (NEW, f"{NEW}!", "不一致"),
        ("Luban-demo-2026", "Luban-demo-2026", "不能与现在的密码相同"),
    ],
)
def test_what_a_password_must_not_be(word: str, again: str, why: str):
    row = Account.objects.get(username="sys_admin")
    with pytest.raises(Refused) as refused:
        passwords.change(account=row, new=word, again=again)
    assert why in refused.value.message, refused.value.message


def test_a_long_password_needs_no_classes():
    passwords.change(
        account=Account.objects.get(username="sys_admin"),
        new="chang an jie bei duan",
        again="chang an jie bei duan",
    )


@pytest.mark.parametrize(
    "roles",
    [["sys_admin", "auditor"], ["security_admin", "sys_admin"], ["auditor", "district_reviewer"]],
)
def test_no_account_holds_two_offices_when_written_nor_when_it_comes(client: Client, roles: list[str]):
    assert roles_clash(roles)
    row = Account.objects.get(username="auditor")
    row.roles = roles
    with pytest.raises(ValidationError):
        row.full_clean()
    rewrite(Account.objects.filter(username="auditor"), roles=roles)
    answer = half(client, "auditor")
    assert answer.status_code == 403
    assert "请分给两个人" in text(answer)


def test_in_production_a_password_lets_in_administrators_only(client: Client, settings):
    row = Account(username="li", name="示例李四", kind="official", organisation_id="310115")
    row.roles = ["district_reviewer"]
    row.set_password(NEW)
    row.save()
    assert half(client, "li", NEW).status_code == 302
    settings.LUBAN_DEMO = False
    other = Client()
    answer = half(other, "li", NEW)
    assert answer.status_code == 403
    assert "统一身份认证" in text(answer)
    assert 'id="password"' not in text(other.get("/signin/"))
    assert 'id="password"' in text(other.get(DOOR))


def actor(role: str, account: str = "") -> Actor:
    return Actor(account or role, "示例", role, "OPERATOR", "", "")


def test_codes_are_given_back_by_another_administrator_only(client: Client):
    half(client, "auditor")
    client.post(SECOND, {"code": code_of("auditor")})
    for who in ("auditor", "sys_admin"):
        with pytest.raises(Refused, match="由安全管理员重置"):
            reset_codes(username="auditor", by=actor(who), reason="手机遗失")
    with pytest.raises(Refused, match="理由"):
        reset_codes(username="auditor", by=actor("security_admin"), reason="")
    reset_codes(username="auditor", by=actor("security_admin"), reason="手机遗失")
    assert not signed_in(client)
    assert not totp.is_enrolled(account=Account.objects.get(username="auditor"))
    assert read_trail(action="totp.reset")[0].detail == {"reason": "手机遗失"}


def test_nobody_gives_both_halves_back_and_nobody_his_own():
    assert all(target != by for target, by in RESET_BY.items())
    assert "auditor" not in RESET_BY.values()  # the auditor reads
    assert not any(one.resettable for one in administrators(reader=actor("auditor")))
    add_administrator(username="second", name="示例乙", role="security_admin")
    with pytest.raises(Refused):
        reset_codes(username="second", by=actor("security_admin"), reason="手机遗失")


def test_a_password_is_given_back_at_the_machine(client: Client):
    add_administrator(username="zhang", name="示例张三", role="sys_admin")
    word = new_password(username="zhang")
    assert half(client, "zhang", word)["Location"].startswith(SECOND)
    assert read_trail(action="password.reset")[0].account == "system"
    with pytest.raises(Refused, match="没有管理员账号"):
        new_password(username="city_reviewer")


def test_the_page_of_the_administrators(client: Client):
    half(client, "security_admin")
    client.post(SECOND, {"code": code_of("security_admin")})
    page = text(client.get("/office/administrators/"))
    assert 'value="sys_admin"' in page
    assert 'value="security_admin"' not in page
    told = {"account": "sys_admin", "reason": "手机遗失"}
    assert client.post("/office/administrators/", told).status_code == 302
    assert "未绑定" in text(client.get("/office/administrators/"))
