"""What came is kept once, as it came, whatever it is; and it leaves one job."""

import json
from datetime import datetime
from typing import Any

import pytest

from luban.kit.clock import moment_of
from luban.links.inbox import receive as inbox
from luban.links.inbox.models import Message
from luban.links.inbox.receive import POLL, PUSH, Contradiction, is_new_nonce, receive
from luban.links.outbox.models import Effect
from luban.links.registry import UnknownMessage

pytestmark = pytest.mark.django_db
NOW: datetime = moment_of("2026-07-17T09:00")
REPLY = {
    "letter_no": "沪环危转商〔2026〕0001号",
    "conclusion": "agree",
    "reply_no": "浙环函〔2026〕88号",
    "replied_on": "2026-07-16",
    "province": "33",
}


def take(body: bytes | dict[str, Any], came_by: str = PUSH) -> inbox.Kept:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return receive(link="mee_hazwaste", name="reply", body=raw, came_by=came_by, at=NOW)


def test_the_same_reply_by_whichever_way_and_under_whichever_key_is_one_message() -> None:
    first = take(REPLY)
    assert not first.repeated
    for again in (take(REPLY), take({**REPLY, "key": "another"}), take(REPLY, POLL)):
        assert (again.id, again.repeated, again.problem) == (first.id, True, "")
    row = Message.objects.get()
    assert row.key == "mee_hazwaste:沪环危转商〔2026〕0001号:reply:1"
    assert (row.state, row.came_by, json.loads(row.raw)) == ("received", "push", REPLY)
    assert [(e.kind, e.link, e.body) for e in Effect.objects.all()] == [
        ("inbound", "mee_hazwaste", {"message": row.pk})
    ]


def test_a_correction_is_a_message_of_its_own_and_other_words_need_one() -> None:
    first = take(REPLY)
    with pytest.raises(Contradiction, match="版本号加1"):
        take({**REPLY, "reply_no": "浙环函〔2026〕99号"})
    second = take({**REPLY, "reply_no": "浙环函〔2026〕99号", "version": 2})
    assert second.id != first.id
    newer = inbox.newer_than(message=inbox.message(message_id=first.id))
    assert newer is not None and newer.version == 2
    assert inbox.newer_than(message=newer) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1]",
        b"\xff\xfe\x00",
        b'{"letter_no": "\\u0000"}',
        b'{"letter_no": "\\ud800", "conclusion": "agree"}',
        b"[" * 20_000,
        b'{"version": 1e999}',
        json.dumps({**REPLY, "phone": "13800000000"}).encode(),
        json.dumps({**REPLY, "version": 10**30}).encode(),
        json.dumps({**REPLY, "reply_no": ""}).encode(),
    ],
)
def test_what_cannot_be_understood_is_kept_with_a_reason_and_once(body: bytes) -> None:
    kept = take(body)
    assert kept.problem.endswith(("。", "文号")) or "不合要求" in kept.problem
    assert take(body).id == kept.id
    assert Message.objects.count() == Effect.objects.count() == 1


def test_only_declared_messages_come_in() -> None:
    with pytest.raises(UnknownMessage, match="没有可由“one_net”推送的消息“reply”"):
        receive(link="one_net", name="reply", body=b"{}", came_by=PUSH, at=NOW)


def test_a_nonce_is_new_once_and_forgotten_when_no_replay_could_be_fresh() -> None:
    assert is_new_nonce(link="mee_hazwaste", nonce="n", now_ms=1_000_000)
    assert not is_new_nonce(link="mee_hazwaste", nonce="n", now_ms=1_000_001)
    assert is_new_nonce(link="one_net", nonce="n", now_ms=1_000_001)
    assert is_new_nonce(link="mee_hazwaste", nonce="n", now_ms=1_000_000 + 11 * 60_000)
