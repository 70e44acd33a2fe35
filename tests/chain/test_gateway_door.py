"""The door of the gateway: in which order it asks, what it answers to whatever is thrown at it, what it remembers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from luban_chain.signing import query_text, signature

from luban.kit.clock import clock
from luban.stages.gateway import applications, authentication
from luban.stages.gateway.models import AppSecret, ChainApp, UsedNonce
from tests.chain.gatewaying import JIANGSU, SHANGHAI, Provinces, form, now_ms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
FILINGS = "/chain-gw/v1/utilisation-filings"


@pytest.fixture
def provinces() -> Provinces:
    """The applications."""
    return Provinces()


class Door:
    """Knocks as one application; whatever is given replaces what would be right."""

    def __init__(self, provinces: Provinces, region: str = JIANGSU) -> None:
        self.made = provinces.issued[region]
        self.count = 0

    def knock(
        self,
        method: str = "GET",
        path: str = FILINGS,
        *,
        query: dict[str, str] | None = None,
        body: bytes = b"",
        at: int | None = None,
        nonce: str = "",
        secret: str = "",
        sent: bytes | None = None,
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> tuple[int, int, dict[str, Any]]:
        self.count += 1
        moment, nonce = at if at is not None else now_ms(), nonce or f"nonce-{self.count:04}"
        text = query_text(query or {})
        made = signature(
            secret=secret or self.made.secret,
            method=method,
            path=path,
            query=text,
            body=body,
            app_key=self.made.key,
            timestamp=moment,
            nonce=nonce,
        )
        given = {
            "X-App-Key": self.made.key,
            "X-Timestamp": str(moment),
            "X-Nonce": nonce,
            "X-Sign-Alg": "HMAC-SM3",
            "X-Signature": made,
            "Idempotency-Key": f"r-{self.count}",
            **(headers or {}),
        }
        answer = Client(raise_request_exception=False).generic(
            method,
            f"{path}?{text}" if text else path,
            data=body if sent is None else sent,
            content_type="application/json",
            headers={name: value for name, value in given.items() if value},
            REMOTE_ADDR=address,
        )
        told = json.loads(answer.content)
        return answer.status_code, told["code"], told


@pytest.fixture
def door(provinces: Provinces) -> Door:
    """Jiangsu at the door."""
    return Door(provinces)


def code(knocked: tuple[int, int, dict[str, Any]]) -> int:
    status, found, _ = knocked
    assert status == (found // 100 if found else 200)
    return found


def test_the_vectors_of_the_brief_are_what_is_checked_here() -> None:
    """waste-chain §6.1, both."""
    key = "606db7cea90639b72c24552981734c1a0f293dffcdcafb606e64d55c8f39711c"
    common = {"key": "ak_sh_demo", "moment": "1772416800000"}
    first = authentication.signing_text(
        method="POST",
        path=f"{FILINGS}/{key}/verify",
        query=authentication.canonical_query(""),
        body=b'{"version":1}',
        nonce="n-0001",
        **common,
    )
    second = authentication.signing_text(
        method="GET",
        path=FILINGS,
        query=authentication.canonical_query("page=1&filing_no=GFBA-310115-2026-0001"),
        body=b"",
        nonce="n-0002",
        **common,
    )
    made = [authentication.hmac_sm3(key=b"s3cr3t-demo-0001", message=t.encode()) for t in (first, second)]
    assert made == [
        "5259f8f95e24117c6a205f5721f4ee2f582a83e305046a214e1364c6f148e297",
        "086f8874a4f78d7bcb3ea5c58e1365b15d4e299dc9f1eb9797f6d26ec7d1a88d",
    ]


def test_a_signed_request_comes_in_and_a_replay_does_not(door: Door) -> None:
    """waste-chain §12.10."""
    assert code(door.knock(nonce="once-0001")) == 0
    assert code(door.knock(nonce="once-0001")) == 40104


def test_a_wrong_signature_uses_up_no_nonce(door: Door) -> None:
    assert code(door.knock(nonce="once-0001", secret="another")) == 40102
    assert not UsedNonce.objects.exists()
    assert code(door.knock(nonce="once-0001")) == 0


@pytest.mark.parametrize(("seconds", "expected"), [(299, 0), (-299, 0), (301, 40103), (-301, 40103)])
def test_the_time_may_differ_by_five_minutes(door: Door, seconds: int, expected: int) -> None:
    assert code(door.knock(at=now_ms() + seconds * 1000)) == expected


def test_what_was_signed_is_what_counts(door: Door) -> None:
    body = b'{"version":1}'
    path = f"{FILINGS}/{'0' * 64}/verify"
    assert code(door.knock("POST", path, body=body, sent=b'{"version":2}')) == 40102
    assert code(door.knock(headers={"X-Signature": ""})) == 40102
    assert code(door.knock(headers={"X-Signature": "签名".encode().decode("latin-1")})) == 40102
    assert code(door.knock(headers={"X-Sign-Alg": "HMAC-SHA256"})) == 40102
    assert code(door.knock(nonce="x")) == 40102
    assert code(door.knock(headers={"X-Timestamp": "9" * 400})) == 40103
    assert code(door.knock(headers={"X-Timestamp": "yesterday"})) == 40103


def test_the_order_of_the_questions(door: Door) -> None:
    """Key, standing, address, time, signature, nonce, scope."""
    app = ChainApp.objects.filter(pk=door.made.key)
    late = {"at": now_ms() - 600_000, "secret": "wrong"}
    assert code(door.knock(headers={"X-App-Key": "ak_nobody"}, **late)) == 40101
    assert code(door.knock(headers={"X-App-Key": ""}, **late)) == 40101
    app.update(state="suspended", ips=["10.0.0.0/8"])
    assert code(door.knock(**late)) == 40105
    app.update(state="active")
    assert code(door.knock(**late)) == 40304
    app.update(ips=["127.0.0.1"])
    assert code(door.knock(**late)) == 40103
    assert code(door.knock(secret="wrong")) == 40102
    app.update(scopes=[])
    assert code(door.knock(nonce="once-0001")) == 40301
    assert code(door.knock(nonce="once-0001")) == 40104


def test_addresses_and_networks(door: Door) -> None:
    ChainApp.objects.filter(pk=door.made.key).update(ips=["192.0.2.7", "2001:db8::/32"])
    assert code(door.knock(address="192.0.2.7")) == 0
    assert code(door.knock(address="192.0.2.8")) == 40304
    assert code(door.knock(address="2001:db8::1")) == 0
    assert code(door.knock(address="nonsense")) == 40304


def test_an_application_ends_with_its_term(door: Door) -> None:
    ChainApp.objects.filter(pk=door.made.key).update(valid_until=clock.now())
    assert code(door.knock()) == 40105


def test_after_a_rotation_both_secrets_are_good_for_a_day(door: Door) -> None:
    new = applications.rotate(key=door.made.key)
    assert code(door.knock()) == 0
    assert code(door.knock(secret=new.secret)) == 0
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)):
        assert code(door.knock()) == 40106
        assert code(door.knock(secret=new.secret)) == 0
    newest = applications.rotate(key=door.made.key, at_once=True)
    assert code(door.knock(secret=new.secret)) == 40106
    assert code(door.knock(secret=newest.secret)) == 0


def test_secrets_lie_sealed(door: Door) -> None:
    made = door.made
    row = ChainApp.objects.get(pk=made.key)
    stored = bytes(row.sealed_callback) + b"".join(bytes(s.sealed) for s in AppSecret.objects.all())
    assert made.secret.encode() not in stored and made.callback_secret.encode() not in stored
    assert applications.callback_secret(row) == made.callback_secret
    assert (len(made.key), len(made.secret), len(made.callback_secret)) == (23, 40, 40)


def test_more_requests_than_agreed_are_put_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication.time, "time", lambda: 1_000_000.0)
    ChainApp.objects.filter(pk=door.made.key).update(rate=3)
    assert [code(door.knock()) for _ in range(4)] == [0, 0, 0, 42901]
    monkeypatch.setattr(authentication.time, "time", lambda: 1_000_001.0)
    assert code(door.knock()) == 0


GOOD = {
    **{k: v for k, v in form("GFB-320583-20260302-0001").items() if k != "attachments"},
    "form_digest": "0" * 64,
}


def changed(**core: Any) -> dict[str, Any]:
    return {**GOOD, "core": {**GOOD["core"], **core}}


BAD: dict[str, Any] = {
    "no JSON": b"{",
    "not UTF-8": b'{"a":"\xff\xfe"}',
    "a list": b"[]",
    "a number": b"1",
    "nothing": b"",
    "a key twice": b'{"case_no":"a","case_no":"b"}',
    "NaN": b'{"occurred_at":NaN}',
    "infinity": b'{"occurred_at":-Infinity}',
    "a huge number": b'{"occurred_at":' + b"9" * 5000 + b"}",
    "a large number": b'{"occurred_at":' + b"9" * 30 + b"}",
    "a fraction": b'{"occurred_at":1.5}',
    "deep": b'{"sections":' + b'{"a":' * 4000 + b"1" + b"}" * 4000 + b"}",
    "deep lists": b'{"sections":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "a NUL": json.dumps({**GOOD, "case_no": "a\x00b"}).encode(),
    "half a character": b'{"case_no":"\\ud800"}',
    "half a character as a key": b'{"\\ud800":1}',
    "an unknown field": {**GOOD, "extra": 1},
    "an unknown field of the core": changed(extra=1),
    "a number as text": changed(totalKg="120000"),
    "a text as number": {**GOOD, "case_no": 1},
    "a truth as number": changed(totalKg=True),
    "a negative": changed(totalKg=-1),
    "too large for the chain": changed(originRegion=2**32),
    "a section too many": {**GOOD, "sections": {**GOOD["sections"], "s10": {}}},
    "a section too few": {**GOOD, "sections": {"s1": {}}},
    "a section that is no object": {**GOOD, "sections": {**GOOD["sections"], "s1": "甲"}},
    "an empty member": {**GOOD, "sections": {**GOOD["sections"], "s2": {"a": [None]}}},
    "a salt too short": {**GOOD, "record_salt": "00"},
    "a digest too short": {**GOOD, "form_digest": "00"},
    "attachments twice": {
        **GOOD,
        "attachments": [{"material_code": "M01", "seq": 1, "size": 1, "sm3": "0" * 64}] * 2,
    },
    "another schema": {**GOOD, "schema_version": "DF-1.0"},
    "an unknown schema": {**GOOD, "schema_version": "UF-9"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_bodies_are_refused_by_name(door: Door, name: str) -> None:
    given = BAD[name]
    body = given if isinstance(given, bytes) else json.dumps(given, ensure_ascii=True).encode()
    status, found, told = door.knock("POST", body=body)
    assert (status, found) == (400, 40001), told["message"]
    assert told["message"].endswith("。")


def test_too_large_a_body_is_refused_before_it_is_read(door: Door) -> None:
    assert code(door.knock("POST", body=b'"' + b"x" * 1_048_576 + b'"')) == 40001


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"page": "0"}, 40001),
        ({"page": "x"}, 40001),
        ({"size": "101"}, 40001),
        ({"page": "9" * 400}, 40001),
        ({"status": "-1"}, 40001),
        ({"dest_province": "三"}, 40001),
        ({"nonsense": "1"}, 40001),
        ({"case_no": "甲'; DROP TABLE"}, 0),
        ({"case_no": "a\x00b"}, 40001),
        ({"page": "100000", "size": "100"}, 0),
    ],
)
def test_bad_queries_are_refused_by_name(door: Door, query: dict[str, str], expected: int) -> None:
    assert code(door.knock(query=query)) == expected


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/chain-gw/v1/nowhere", 40401),
        ("GET", f"{FILINGS}/short", 40001),
        ("DELETE", FILINGS, 40001),
        ("PUT", f"{FILINGS}/{'0' * 64}", 40001),
        ("GET", f"/chain-gw/v1/attachments/{'0' * 64}/M01/1", 40401),
        ("GET", "/chain-gw/v1/receipts/none", 40401),
        ("GET", "/chain-gw/v1/receipts/%00", 40401),
    ],
)
def test_bad_addresses_are_refused_by_name(door: Door, method: str, path: str, expected: int) -> None:
    if "%00" in path:
        answer = Client(raise_request_exception=False).get(path)
        assert answer.status_code == 404
        return
    assert code(door.knock(method, path)) == expected


def test_a_write_needs_an_id_of_its_own(door: Door) -> None:
    for given in ("", "有", "x" * 129, "a b"):
        headers = {"Idempotency-Key": given.encode().decode("latin-1")}
        assert code(door.knock("POST", body=json.dumps(GOOD).encode(), headers=headers)) == 40001


def test_waiting_has_its_bounds(door: Door) -> None:
    for query in ({"wait": "forever"}, {"wait": "confirmed", "timeout_ms": "30001"}):
        assert code(door.knock("POST", query=query, body=json.dumps(GOOD).encode())) == 40001


def test_a_province_that_has_not_entered_writes_nothing(door: Door) -> None:
    calls = Provinces.http.__get__(_Only(door), _Only)(JIANGSU)
    with pytest.raises(Exception, match="40301"):
        calls.create_filing(**form("GFB-320583-20260302-0001"))


class _Only:
    """As much of the provinces as a client needs."""

    def __init__(self, door: Door) -> None:
        self.issued = {JIANGSU: door.made}


def test_nobodys_fault_of_ours_is_a_page(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luban.faces.api.chain.perform", lambda **_: 1 / 0)
    status, found, told = door.knock()
    assert (status, found, told["data"]["name"]) == (500, 50000, "INTERNAL")


def test_the_log_names_key_and_reason_alone(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.knock("POST", body=json.dumps(GOOD).encode(), secret="wrong-secret")
    said = caplog.text
    assert door.made.key in said and "SIGNATURE_INVALID" in said
    assert "13800001234" not in said and door.made.secret not in said and "wrong-secret" not in said


def test_shanghai_comes_in_by_the_same_door(provinces: Provinces) -> None:
    """waste-chain §6.4: our own application, its own key, the same questions."""
    door = Door(provinces, SHANGHAI)
    assert code(door.knock()) == 0
    assert code(door.knock(secret="wrong")) == 40102
