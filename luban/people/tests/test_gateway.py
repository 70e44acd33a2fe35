"""Client certificates: the gateway's headers are believed from the gateway only, and a certificate opens its own account."""

from __future__ import annotations

import pytest
from django.test import Client

from luban.people import demo
from luban.people.actor import Actor
from luban.people.gateway import ISSUER
from luban.people.identity.binding import link
from luban.people.models import Account, Identity
from luban.people.trail import read_trail
from tests.rows import rewrite

pytestmark = pytest.mark.django_db
GATEWAY, STRANGER = "10.9.0.7", "10.8.0.7"
SUBJECT = "CN=example,O=example"
SHOWN = {
    "X-Client-Verify": "SUCCESS",
    "X-Client-Serial": "0a:1b:2c",
    "X-Client-Subject": SUBJECT,
}
PATH = "/signin/certificate/"


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LUBAN_DEMO = True
    settings.LUBAN_GATEWAY_FROM = ["10.9.0.0/24", "10.10.0.1"]
    demo.load()


def bound(username: str = "pudong_leader", subject: str = SUBJECT) -> None:
    link(
        issuer=ISSUER,
        subject=f"0A1B2C {subject}",
        account=Account.objects.get(username=username),
        address="",
        by=Actor.system(),
    )


def come(client: Client, *, peer: str = GATEWAY, door: str = "office", **headers: str):
    return client.post(PATH, {"door": door}, headers={**SHOWN, **headers}, REMOTE_ADDR=peer)


def text(answer) -> str:
    return answer.content.decode()


def test_a_certificate_opens_its_account_without_a_password(client: Client):
    bound()
    answer = come(client)
    assert (answer.status_code, answer["Location"]) == (302, "/office/")
    assert read_trail(account="pudong_leader")[0].detail == {"way": "certificate"}


def test_the_headers_of_anybody_else_are_ignored_and_noted(client: Client):
    bound()
    answer = come(client, peer=STRANGER)
    assert answer.status_code == 400
    assert "没有读到" in text(answer)
    noted = read_trail(action="gateway.pretence")[0]
    assert noted.detail["peer"] == STRANGER


def test_a_forwarded_address_makes_nobody_the_gateway(client: Client, settings):
    settings.LUBAN_TRUSTED_PROXIES = 1
    bound()
    answer = come(client, peer=STRANGER, **{"X-Forwarded-For": GATEWAY})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"X-Client-Verify": "FAILED"}, {"X-Client-Serial": ""}, {"X-Client-Verify": ""}]
)
def test_a_certificate_the_gateway_did_not_verify_is_none(client: Client, wrong: dict[str, str]):
    bound()
    assert come(client, **wrong).status_code == 400


def test_serial_and_subject_must_both_fit(client: Client):
    bound(subject="CN=somebody else,O=example")
    answer = come(client)
    assert answer.status_code == 403
    assert "还没有绑定账号" in text(answer)


def test_without_a_gateway_there_are_no_certificates(client: Client, settings):
    settings.LUBAN_GATEWAY_FROM = []
    bound()
    assert come(client).status_code == 400
    assert not read_trail(action="gateway.pretence")


def test_a_certificate_meets_the_checks_of_every_sign_in(client: Client):
    bound()
    assert come(client, door="portal").status_code == 403
    rewrite(Account.objects.filter(username="pudong_leader"), enabled=False)
    assert come(client).status_code == 403


def test_somebody_signed_in_ties_the_certificate_of_this_connection(client: Client):
    told = {"username": "pudong_leader", "password": demo.demo_password()}
    client.post("/office/signin/", told)
    assert "绑定本次连接的数字证书" in text(client.get("/account/", headers=SHOWN, REMOTE_ADDR=GATEWAY))
    assert "绑定本次连接的数字证书" not in text(client.get("/account/", headers=SHOWN, REMOTE_ADDR=STRANGER))
    client.post("/account/certificate/", headers=SHOWN, REMOTE_ADDR=STRANGER)
    assert not Identity.objects.exists()
    client.post("/account/certificate/", headers=SHOWN, REMOTE_ADDR=GATEWAY)
    assert Identity.objects.get(issuer=ISSUER).account.username == "pudong_leader"
    assert come(Client()).status_code == 302
