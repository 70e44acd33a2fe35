"""Every way a conversation with a partner can go, against a real process on the other side."""

import dataclasses
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from luban.links import channels, registry, transport
from luban.links.messages import Receipt
from luban.links.outcomes import Rejected, Unavailable
from luban.links.signing import BadSignature, SignedRequest, verify_request


def node(case: str, code: str = "N10", **more: Any) -> dict[str, Any]:
    return {
        "case_no": case,
        "item_code": "solid_waste_utilisation",
        "item_name": "一般固体废物跨省转移利用备案",
        "node": code,
        "node_time": "2026-03-02T10:00:00+08:00",
        "applicant_uscc": "91310115MA1TL1A06J",
        "applicant_name": "上海示例塑新材料有限公司",
        "handler_org": "310115",
        "handler_org_name": "上海市浦东新区生态环境局",
        **more,
    }


def tell(case: str, code: str = "N10", **more: Any) -> Receipt:
    return registry.deliver(
        link="one_net", name="case_node", body=node(case, code, **more), key=f"{case}:{code}"
    )


def test_a_message_arrives_and_its_repeat_is_applied_once(sandbox: Any) -> None:
    first, again = tell("T-1"), tell("T-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert first.reference == again.reference != ""
    [kept] = sandbox.received("one_net", "T-1")
    assert kept["repeats"] == 1
    assert kept["body"]["applicant_name"] == "上海示例塑新材料有限公司"


def test_the_same_key_with_other_content_is_refused(sandbox: Any) -> None:
    tell("T-2")
    with pytest.raises(Rejected, match="幂等键"):
        tell("T-2", opinion_public="改过的意见")


def test_a_business_refusal_is_told_in_the_partners_words(sandbox: Any) -> None:
    with pytest.raises(Rejected) as refusal:
        tell("T-3", "N50")
    assert refusal.value.code == "E409"
    assert "N50" in refusal.value.message
    tell("T-3", "N10")
    assert tell("T-3", "N20").reference


def test_a_body_that_does_not_fit_never_leaves_the_house(sandbox: Any) -> None:
    with pytest.raises(Rejected, match="applicant_uscc"):
        tell("T-4", applicant_uscc="123")
    with pytest.raises(Rejected, match="停表"):
        tell("T-4", "N31")
    assert sandbox.received("one_net", "T-4") == []


def test_an_unknown_link_or_message_is_named(sandbox: Any) -> None:
    with pytest.raises(registry.UnknownMessage, match="one_net"):
        registry.find(link="onenet", name="case_node")
    with pytest.raises(registry.UnknownMessage, match="case_node"):
        registry.find(link="one_net", name="node")


@pytest.mark.parametrize(
    ("fault", "words", "done"),
    [
        ("down", "503", False),
        ("drop", "连接中断", False),
        ("lost_answer", "连接中断", True),
        ("bad_signature", "签名不正确", True),
    ],
)
def test_an_outage_is_no_refusal_and_the_repeat_makes_it_good(
    sandbox: Any, fault: str, words: str, done: bool
) -> None:
    case = f"T-{fault}"
    sandbox.switch("one_net", fault, times=1)
    with pytest.raises(Unavailable, match=words):
        tell(case)
    assert bool(sandbox.received("one_net", case)) is done
    assert tell(case).repeated is done
    assert len(sandbox.received("one_net", case)) == 1


def test_a_refusal_by_switch_is_final_until_it_is_sent_again(sandbox: Any) -> None:
    sandbox.switch("one_net", "reject", times=1)
    with pytest.raises(Rejected):
        tell("T-reject")
    assert tell("T-reject").reference


def test_a_slow_partner_costs_the_time_limit_and_then_a_pause(sandbox: Any) -> None:
    way = dataclasses.replace(channels.channel(link="one_net"), timeout=0.15)
    sandbox.switch("one_net", "slow", seconds=1, times=3)
    for _ in range(3):
        with pytest.raises(Unavailable, match="没有应答"):
            transport.ask(way=way, path="/nodes", body=node("T-slow"), idempotency_key="slow")
    started = time.monotonic()
    with pytest.raises(Unavailable, match="连续无响应"):
        transport.ask(way=way, path="/nodes", body=node("T-slow"), idempotency_key="slow")
    assert time.monotonic() - started < 0.9  # nobody was asked: the partner takes a second


def test_nobody_at_home_is_an_outage(sandbox: Any, settings: Any) -> None:
    settings.LUBAN_LINKS = {"one_net": "http://127.0.0.1:1"}
    with pytest.raises(Unavailable, match="无法连接"):
        tell("T-nobody")


def test_a_link_without_a_key_waits_for_its_configuration(sandbox: Any, settings: Any, tmp_path: Any) -> None:
    settings.LUBAN_VAR, settings.LUBAN_DEMO = tmp_path, False
    with pytest.raises(Unavailable, match="密钥"):
        tell("T-key")
    assert not (tmp_path / "links").exists(), "no key is invented outside a demonstration"


def test_a_stranger_and_a_replay_are_turned_away(sandbox: Any) -> None:
    way = channels.channel(link="one_net")
    stranger = dataclasses.replace(way, key=bytes(32))
    with pytest.raises(Unavailable, match="401"):
        transport.ask(way=stranger, path="/nodes", body=node("T-5"), idempotency_key="x")
    signed = SignedRequest("POST", "/one_net/nodes", time.time_ns() // 1_000_000, "n" * 32, b"{}", "k")
    headers = signed.headers(app="luban", key=way.key)
    statuses = [
        httpx.post(f"{way.base_url}/nodes", content=b"{}", headers=headers).status_code for _ in range(2)
    ]
    assert statuses == [422, 401]
    old = dataclasses.replace(signed, time_ms=signed.time_ms - 600_000, nonce="o" * 32)
    told = httpx.post(f"{way.base_url}/nodes", content=b"{}", headers=old.headers(app="luban", key=way.key))
    assert told.status_code == 401


@pytest.fixture
def rogue() -> Iterator[Any]:
    """A server that answers every request with the bytes it is given."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answers[0])

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], answers
    listener.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"code":"0"}',
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 422 No\r\nContent-Length: 14\r\n\r\n<html>no</html",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000,
    ],
)
def test_whatever_an_impostor_answers_is_not_believed(sandbox: Any, rogue: Any, answer: bytes) -> None:
    port, answers = rogue
    answers.append(answer)
    way = dataclasses.replace(
        channels.channel(link="one_net"),
        base_url=f"http://127.0.0.1:{port}",
        max_answer_bytes=1000,
        timeout=2,
    )
    with pytest.raises(Unavailable):
        transport.ask(way=way, path="/nodes", body={}, idempotency_key="k")


def test_a_pushed_request_is_verified_whatever_the_case_of_its_headers() -> None:
    key, body = b"k" * 32, '{"a": "中"}'.encode()
    signed = SignedRequest("POST", "/api/in?x=1", 1_000_000, "nonce", body, "id-1")
    headers = {name.upper(): value for name, value in signed.headers(app="partner", key=key).items()}
    asked: dict[str, Any] = {
        "key": key,
        "method": "POST",
        "path": "/api/in?x=1",
        "headers": headers,
        "now_ms": 1_000_500,
    }
    assert verify_request(**asked, body=body).idempotency_key == "id-1"
    with pytest.raises(BadSignature, match="签名不正确"):
        verify_request(**asked, body=body + b" ")
    with pytest.raises(BadSignature, match="5分钟"):
        verify_request(**(asked | {"now_ms": 2_000_000}), body=body)
    with pytest.raises(BadSignature, match="缺少签名"):
        verify_request(**(asked | {"headers": {}}), body=body)
