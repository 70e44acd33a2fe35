"""Calls: signed anew at every try under one request id, refused with the gateway's code, never guessed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from luban_chain import ChainClient, Conflict, Denied, Unreachable


def client(answers: list[Any], seen: list[httpx.Request]) -> ChainClient:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        given = answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return httpx.Response(given[0], json=given[1])

    return ChainClient(
        "http://gateway.test",
        "ak_test",
        "secret",
        region="320000",
        transport=httpx.MockTransport(answer),
        sleep=lambda seconds: None,
    )


def packet(code: int, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    told = {"code": code, "message": "说明", "request_id": "r-1", "data": data}
    return (code // 100 if code else 202), told


def test_a_lost_answer_is_asked_for_again_under_the_same_id() -> None:
    seen: list[httpx.Request] = []
    ok = packet(0, {"record_key": "k", "version": 1, "state": "pending", "request_id": "r-1"})
    calls = client([httpx.ReadTimeout("lost"), packet(50301, {}), ok], seen)
    made = calls.withdraw_filing("k", operator_id="u1", occurred_at=1, request_id="r-1")
    assert (made.state, made.request_id) == ("pending", "r-1")
    assert {one.headers["Idempotency-Key"] for one in seen} == {"r-1"}
    assert len({one.headers["X-Nonce"] for one in seen}) == 3
    assert len({one.content for one in seen}) == 1


def test_a_write_without_an_id_gets_one_for_all_its_tries() -> None:
    seen: list[httpx.Request] = []
    calls = client([httpx.ConnectError("down"), packet(0, {"state": "pending"})], seen)
    calls.withdraw_filing("k", operator_id="u1", occurred_at=1)
    assert len({one.headers["Idempotency-Key"] for one in seen}) == 1


@pytest.mark.parametrize(("code", "kind"), [(40302, Denied), (40902, Conflict)])
def test_a_refusal_carries_its_code_and_is_not_tried_again(code: int, kind: type[Exception]) -> None:
    seen: list[httpx.Request] = []
    calls = client([packet(code, {"name": "NAME"})], seen)
    with pytest.raises(kind) as caught:
        calls.get_case("k")
    assert (caught.value.code, caught.value.name, len(seen)) == (code, "NAME", 1)


def test_what_is_no_packet_is_no_answer() -> None:
    seen: list[httpx.Request] = []
    calls = client([(200, {"hello": 1})] * 4, seen)
    with pytest.raises(Unreachable):
        calls.get_case("k")
    assert len(seen) == 4


def test_what_is_signed_is_what_is_sent() -> None:
    seen: list[httpx.Request] = []
    calls = client([packet(0, {"items": []})], seen)
    calls.find_filings(filing_no="甲 乙/1", page=1)
    (one,) = seen
    assert one.url.query == b"filing_no=%E7%94%B2%20%E4%B9%99%2F1&page=1"
    assert json.loads(one.content or b"{}") == {}
    assert one.headers["X-Sign-Alg"] == "HMAC-SM3"
