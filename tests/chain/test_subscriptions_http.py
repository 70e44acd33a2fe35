"""Subscriptions, pulled events, streams and confirmations as a province's system meets them: with the SDK, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client
from luban_chain import ChainClient, Denied, Invalid, NotFound, Unauthenticated
from luban_chain.events import CallbackRefused, read_callback
from luban_chain.signing import callback_signature, new_nonce, signature

from luban.stages.gateway.applications import app_of, callback_secret, set_state
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.models import Content
from luban.stages.subscriptions import stream as streams
from luban.stages.subscriptions.pull import cursor_of
from tests.chain.gatewaying import ANHUI, JIANGSU, ZHEJIANG, Provinces, now_ms
from tests.chain.receiving import Receiver, app, moved, receiver, record
from tests.chain.test_subscriptions import laps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
PATH = "/chain-gw/v1/events/stream"


@pytest.fixture
def provinces() -> Provinces:
    """The provinces' applications."""
    return Provinces()


@pytest.fixture
def zhejiang(provinces: Provinces) -> ChainClient:
    """浙江's system."""
    return provinces.http(ZHEJIANG)


@pytest.fixture
def far(settings: Any) -> Iterator[Receiver]:
    """浙江's receiver."""
    with receiver() as made:
        settings.LUBAN_CALLBACK_HOSTS = [made.host]
        yield made


def test_a_subscription_lives_from_its_making_to_its_end(zhejiang: ChainClient, far: Receiver) -> None:
    made = zhejiang.create_subscription(name="浙江", callback_url=far.url, contracts=["DC"])
    assert made["state"] == "active" and made["contracts"] == ["DisposalCase"]
    assert [one["id"] for one in zhejiang.list_subscriptions()] == [made["id"]]
    assert zhejiang.pause_subscription(made["id"])["enabled"] is False
    assert zhejiang.resume_subscription(made["id"])["enabled"] is True
    changed = zhejiang.change_subscription(made["id"], name="浙江二", callback_url=far.url, enabled=False)
    assert (changed["name"], changed["state"]) == ("浙江二", "paused")
    assert zhejiang.list_deliveries(made["id"]) == {"items": [], "before": None}
    zhejiang.delete_subscription(made["id"])
    with pytest.raises(NotFound) as gone:
        zhejiang.get_subscription(made["id"])
    assert gone.value.code == 40403


def test_the_same_request_makes_one_subscription(zhejiang: ChainClient, far: Receiver) -> None:
    told = {"name": "浙江", "callback_url": far.url, "request_id": "once"}
    assert zhejiang.create_subscription(**told)["id"] == zhejiang.create_subscription(**told)["id"]
    assert len(zhejiang.list_subscriptions()) == 1


def test_without_the_right_all_events_are_refused(zhejiang: ChainClient, far: Receiver) -> None:
    """waste-chain §12.17."""
    with pytest.raises(Denied) as refused:
        zhejiang.create_subscription(name="全部", callback_url=far.url, scope="all")
    assert refused.value.code == 40301


def test_events_are_pulled_page_by_page_and_no_event_twice(provinces: Provinces) -> None:
    record(1)
    record(2, dest=340000)
    for block in range(10, 15):
        moved(1, block)
        moved(2, block + 10, notified=("340000",))
    client, cursor, seen = provinces.http(ZHEJIANG), "", []
    for _ in range(10):
        page = client.pull_events(cursor, limit=2)
        seen += [one["block_number"] for one in page["events"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert seen == [10, 11, 12, 13, 14]
    assert client.pull_events(cursor)["events"] == []
    moved(1, 30, to=6)
    assert [one["block_number"] for one in client.pull_events(cursor)["events"]] == [30]


@pytest.mark.parametrize(
    "cursor", ["x", "ZTE6LTE", "====", "e" * 32, "é", "ZTE6OTk5OTk5OTk5OTk5OTk5OTk5OTk5"]
)
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str, zhejiang: ChainClient) -> None:
    with pytest.raises(Invalid) as refused:
        zhejiang.pull_events(cursor)
    assert refused.value.code == 40001


def test_sections_come_only_as_far_as_the_province_may_see(provinces: Provinces, world: Any) -> None:
    assert Content.objects.count() == 0
    record(1, transit=(340000,))
    moved(1, 10)
    for region in (ZHEJIANG, ANHUI):
        (told,) = provinces.http(region).pull_events(include_sections=True)["events"]
        assert told["sections"] == {} and told["core"]["totalKg"] == 600000
    assert provinces.http(JIANGSU).pull_events()["events"] == []


def test_a_suspended_application_pulls_nothing(provinces: Provinces, zhejiang: ChainClient) -> None:
    set_state(key=provinces.issued[ZHEJIANG].key, state="suspended")
    with pytest.raises(Unauthenticated) as refused:
        zhejiang.pull_events()
    assert refused.value.code == 40105


def test_a_notice_that_is_not_there_cannot_be_confirmed(zhejiang: ChainClient) -> None:
    with pytest.raises(NotFound):
        zhejiang.ack_notice("0" * 32)


def _open(provinces: Provinces, last: str = "") -> Any:
    made = provinces.issued[ZHEJIANG]
    moment, nonce = now_ms(), new_nonce()
    signed = signature(
        secret=made.secret, method="GET", path=PATH, query="", body=b"", app_key=made.key, timestamp=moment,
        nonce=nonce,
    )  # fmt: skip
    headers = {"X-App-Key": made.key, "X-Timestamp": str(moment), "X-Nonce": nonce, "X-Signature": signed}
    return Client().get(PATH, headers=headers | ({"Last-Event-ID": last} if last else {}))


def _told(answer: Any) -> list[dict[str, Any]]:
    text = b"".join(answer.streaming_content).decode()
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that end at once."""
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(streams.stream, "__kwdefaults__", {"seconds": 0.05})


@pytest.mark.usefixtures("short")
def test_a_stream_goes_on_behind_the_event_that_was_told_last(provinces: Provinces) -> None:
    record(1)
    events = [moved(1, block) for block in (10, 11, 12)]
    answer = _open(provinces, events[0].event_id)
    assert answer["Content-Type"] == "text/event-stream"
    assert [one["event_id"] for one in _told(answer)] == [one.event_id for one in events[1:]]
    assert _told(_open(provinces, events[2].event_id)) == []
    assert _told(_open(provinces, cursor_of(0)))[0]["event_id"] == events[0].event_id


@pytest.mark.usefixtures("short")
def test_a_stream_without_a_last_event_begins_now(provinces: Provinces) -> None:
    record(1)
    moved(1, 10)
    text = b"".join(_open(provinces).streaming_content).decode()
    assert "data: " not in text
    meanwhile = moved(1, 11)  # between the end of a stream and the next one
    place = text.split("id: ")[1].splitlines()[0]
    assert [one["event_id"] for one in _told(_open(provinces, place))] == [meanwhile.event_id]


@pytest.mark.usefixtures("short")
def test_no_more_streams_are_open_than_a_process_bears_and_each_gives_its_place_back(
    provinces: Provinces,
) -> None:
    caller = app("330000")
    held = [streams.stream(caller=caller, last="") for _ in range(streams.AT_ONCE)]
    assert _open(provinces).status_code == 429
    for one in held:
        one.close()
        one.close()
    assert _told(_open(provinces)) == []
    pieces = list(streams.stream(caller=caller, last=""))
    assert b"retry: " in pieces[0]


def test_a_stream_wants_a_signature_and_a_right_event(provinces: Provinces) -> None:
    assert Client().get(PATH).status_code == 401
    assert _open(provinces, "f" * 32).status_code == 400
    with pytest.raises(GatewayError):
        streams.stream(caller=app("330000"), last="nothing")


def test_the_sdk_reads_a_stream_and_connects_again_by_itself() -> None:
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("Last-Event-ID"))
        if len(asked) == 2:
            return httpx.Response(429, json={"code": 42901, "message": "事件流已满"})
        n = len(asked)
        return httpx.Response(200, text=f'retry: 1\n\nid: {n}\ndata: {{"event_id":"{n}"}}\n\n')

    client = ChainClient(
        "http://gateway.test", "ak", "s", transport=httpx.MockTransport(answer), sleep=lambda seconds: None
    )
    told = client.stream_events()
    assert [next(told)["event_id"] for _ in range(2)] == ["1", "3"]
    assert asked == [None, "1", "1"]


def test_the_sdk_comes_back_to_the_place_where_it_was_told_nothing() -> None:
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("Last-Event-ID"))
        told = '\n\nid: e\ndata: {"event_id":"e"}' if len(asked) == 2 else ""
        return httpx.Response(200, text=f"id: here\nretry: 1{told}\n\n")

    client = ChainClient(
        "http://gateway.test", "ak", "s", transport=httpx.MockTransport(answer), sleep=lambda seconds: None
    )
    assert next(client.stream_events()) == {"event_id": "e"}
    assert asked == [None, "here"]


def test_a_callback_is_read_only_when_it_is_rightly_signed_fresh_and_new(
    provinces: Provinces, zhejiang: ChainClient, far: Receiver
) -> None:
    from luban.stages.subscriptions.models import Subscription

    record(1)
    moved(1, 10)
    zhejiang.create_subscription(name="浙江", callback_url=far.url, start_from="earliest")
    laps(Subscription.objects.get())
    headers, told = far.got[0]
    row = app_of(provinces.issued[ZHEJIANG].key)
    assert row is not None
    secret = callback_secret(row)
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    seen: set[str] = set()

    def new(nonce: str) -> bool:
        before = len(seen)
        seen.add(nonce)
        return len(seen) > before

    def reads(given: dict[str, str], content: bytes = body, *, on: int = 0) -> str:
        try:
            read_callback(given, content, secret=secret, new_nonce=new, now_ms=lambda: now_ms() + on)
        except CallbackRefused as refused:
            return refused.reason
        return "well"

    assert reads(headers) == "well"
    assert reads(headers) == "nonce"
    assert reads(headers, body + b" ") == "signature"
    assert reads(headers, on=301_000) == "time"
    other = {"X-Timestamp": headers["X-Timestamp"], "X-Nonce": "n2", "X-Event-Id": "1"}
    made = callback_signature(secret=secret, timestamp=other["X-Timestamp"], nonce="n2", body=b"[]")
    assert reads({**other, "X-Callback-Signature": made}, b"[]") == "body"
