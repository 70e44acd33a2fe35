"""A partner's message comes in signed, fresh, new and small, or it is refused with a code that says why."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

import pytest
from django.test import Client

from luban.links.channels import channel
from luban.links.inbox.models import Message
from luban.links.inbox.receive import MOST_BYTES
from luban.links.signing import ANSWER_SIGNATURE, SignedRequest, answer_is_genuine

pytestmark = pytest.mark.django_db
PATH = "/inbox/mee_hazwaste/reply/"
REPLY = {
    "letter_no": "沪环危转商〔2026〕0001号",
    "conclusion": "agree",
    "reply_no": "浙环函〔2026〕88号",
    "replied_on": "2026-07-16",
    "province": "33",
}


def key_of(link: str = "mee_hazwaste") -> bytes:
    return channel(link=link).key


def signed(
    body: bytes, *, path: str = PATH, key: bytes | None = None, at: int = 0, nonce: str = ""
) -> dict[str, str]:
    request = SignedRequest(
        "POST", path, at or time.time_ns() // 1_000_000, nonce or secrets.token_hex(16), body, "k"
    )
    return request.headers(app="mee", key=key or key_of())


def push(body: bytes | dict[str, Any], headers: dict[str, str] | None = None, **more: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    path = more.pop("path", PATH)
    client = Client(enforce_csrf_checks=True)
    return client.post(
        path,
        raw,
        content_type=more.pop("content_type", "application/json"),
        headers=headers or signed(raw, path=path, **more),
    )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_signed_message_is_kept_and_answered_with_a_signature_told_again_it_is_recognised() -> None:
    body = json.dumps(REPLY).encode()
    headers = signed(body)
    first = push(body, headers)
    assert code(first) == (200, "0") and first.json()["repeated"] is False
    assert first.json()["data"]["reference"] == f"LW-{Message.objects.get().pk}"
    assert answer_is_genuine(
        key=key_of(),
        status=200,
        nonce=headers["X-Link-Nonce"],
        body=first.content,
        signature=first.headers[ANSWER_SIGNATURE],
    )
    assert push(REPLY).json()["repeated"] is True
    assert Message.objects.count() == 1


def test_a_replayed_request_is_refused_and_a_resent_one_is_not() -> None:
    body = json.dumps(REPLY).encode()
    headers = signed(body)
    assert code(push(body, headers)) == (200, "0")
    assert code(push(body, headers)) == (401, "REPLAYED")
    assert code(push(body)) == (200, "0")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (lambda b: signed(b, key=bytes(32)), "签名不正确"),
        (lambda b: signed(b + b" "), "签名不正确"),
        (lambda b: signed(b, path="/inbox/one_net/reply/"), "签名不正确"),
        (lambda b: signed(b, at=time.time_ns() // 1_000_000 - 6 * 60_000), "相差超过5分钟"),
        (lambda b: signed(b, at=time.time_ns() // 1_000_000 + 6 * 60_000), "相差超过5分钟"),
        (lambda b: {"X-Link-Time": "soon"}, "缺少签名信息"),
        (lambda b: {**signed(b), "X-Link-Signature": "é"}, "签名不正确"),
        (lambda b: signed(b, nonce="n" * 65), "随机数"),
    ],
)
def test_what_is_not_signed_as_agreed_is_refused_and_not_kept(headers: Any, words: str) -> None:
    body = json.dumps(REPLY).encode()
    answer = push(body, headers(body))
    assert code(answer) == (401, "BAD_SIGNATURE")
    assert words in answer.json()["message"]
    assert ANSWER_SIGNATURE not in answer.headers, "nobody learns what our signature of something looks like"
    assert not Message.objects.exists()


def test_a_message_too_large_of_another_kind_or_to_nowhere_is_refused_before_it_is_read() -> None:
    large = b'{"reason": "' + b"x" * MOST_BYTES + b'"}'
    assert code(push(large)) == (413, "TOO_LARGE")
    assert code(push(b"a=1", content_type="application/x-www-form-urlencoded")) == (415, "NOT_JSON")
    assert code(push(b"x", content_type="multipart/form-data; boundary=b")) == (415, "NOT_JSON")
    assert code(push(REPLY, path="/inbox/mee_hazwaste/decision/")) == (404, "NO_INLET")
    assert code(push(REPLY, path="/inbox/nobody/reply/")) == (404, "NO_INLET")
    assert Client().get(PATH).status_code == 405
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"{", "不是可以识别的JSON"), (b"[]", "JSON对象"), ({**REPLY, "conclusion": "perhaps"}, "conclusion")],
)
def test_a_signed_message_nobody_can_understand_is_answered_with_the_reason_and_kept_for_a_person(
    body: Any, words: str
) -> None:
    answer = push(body)
    assert code(answer) == (422, "BODY")
    assert words in answer.json()["message"]
    assert Message.objects.get().subject == ""


def test_other_words_under_the_same_version_are_refused() -> None:
    push(REPLY)
    answer = push({**REPLY, "reply_no": "浙环函〔2026〕99号"})
    assert code(answer) == (409, "CONTRADICTION")
    assert "版本号加1" in answer.json()["message"]


def test_without_our_key_nothing_is_believed_and_the_partner_is_told_to_come_again(
    settings: Any, tmp_path: Any
) -> None:
    headers = signed(b"{}")
    settings.LUBAN_VAR, settings.LUBAN_DEMO = tmp_path, False
    assert code(push(b"{}", headers)) == (503, "NO_CHANNEL")
