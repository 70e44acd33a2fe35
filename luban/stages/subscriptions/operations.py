"""What applications ask of subscriptions, events and notices over the gateway (waste-chain §6.3, §8)."""

from __future__ import annotations

from luban.stages.gateway.call import Answer, Call, Operation
from luban.stages.subscriptions import registering
from luban.stages.subscriptions.notice_book import acknowledge
from luban.stages.subscriptions.pull import LIMIT, MOST, pull
from luban.stages.subscriptions.wake import wake_reader, wake_subscription

PARTY_OR_ALL = ("subscribe:party", "subscribe:all")
PAGE = 50


def _create(call: Call) -> Answer:
    row = registering.create(caller=call.caller, told=call.body)
    wake_reader()
    return Answer(registering.words(row))


def _change(call: Call) -> Answer:
    row = registering.change(caller=call.caller, subscription_id=call.values["id"], told=call.body)
    wake_reader()
    return Answer(registering.words(row))


def _list(call: Call) -> Answer:
    return Answer({"items": [registering.words(row) for row in registering.mine(call.caller)]})


def _get(call: Call) -> Answer:
    return Answer(registering.words(registering.one(caller=call.caller, subscription_id=call.values["id"])))


def _delete(call: Call) -> Answer:
    registering.remove(caller=call.caller, subscription_id=call.values["id"])
    return Answer({"id": call.values["id"], "state": "removed"})


def _pause(call: Call) -> Answer:
    return Answer(registering.words(registering.pause(caller=call.caller, subscription_id=call.values["id"])))


def _resume(call: Call) -> Answer:
    row = registering.resume(caller=call.caller, subscription_id=call.values["id"])
    wake_reader()
    wake_subscription(subscription_id=row.pk)
    return Answer(registering.words(row))


def _replay(call: Call) -> Answer:
    made = registering.replay(caller=call.caller, subscription_id=call.values["id"], told=call.body)
    wake_subscription(subscription_id=call.values["id"])
    return Answer({"replayed": made})


def _deliveries(call: Call) -> Answer:
    row = registering.one(caller=call.caller, subscription_id=call.values["id"])
    before = call.number("before", default=0)
    limit = call.number("limit", default=PAGE, least=1, most=MOST)
    rows = registering.deliveries(
        subscription=row, state=call.query.get("state", "")[:10], before=before, limit=limit
    )
    said = [registering.delivery_words(one) for one in rows]
    return Answer({"items": said, "before": rows[-1].pk if len(rows) == limit else None})


def _pull(call: Call) -> Answer:
    found = pull(
        caller=call.caller,
        cursor=call.query.get("cursor", ""),
        limit=call.number("limit", default=LIMIT, least=1, most=MOST),
        include_sections=call.query.get("include_sections", "") in ("true", "1"),
    )
    return Answer({"events": list(found.events), "next_cursor": found.cursor, "has_more": found.more})


def _acknowledge(call: Call) -> Answer:
    at = acknowledge(caller=call.caller, event_id=call.values["event_id"])
    return Answer({"event_id": call.values["event_id"], "acked_at": int(at.timestamp() * 1000)})


_ONE = "subscriptions/{id}"

OPERATIONS = (
    Operation(
        "create_subscription", "POST", "subscriptions", PARTY_OR_ALL, _create, writes=True, title="新建订阅"
    ),
    Operation("list_subscriptions", "GET", "subscriptions", PARTY_OR_ALL, _list, title="列出订阅"),
    Operation("get_subscription", "GET", _ONE, PARTY_OR_ALL, _get, title="查看订阅"),
    Operation("change_subscription", "PUT", _ONE, PARTY_OR_ALL, _change, writes=True, title="修改订阅"),
    Operation("delete_subscription", "DELETE", _ONE, PARTY_OR_ALL, _delete, writes=True, title="删除订阅"),
    Operation(
        "pause_subscription", "POST", f"{_ONE}/pause", PARTY_OR_ALL, _pause, writes=True, title="暂停订阅"
    ),
    Operation(
        "resume_subscription", "POST", f"{_ONE}/resume", PARTY_OR_ALL, _resume, writes=True, title="恢复订阅"
    ),
    Operation(
        "replay_subscription", "POST", f"{_ONE}/replay", PARTY_OR_ALL, _replay, writes=True, title="重放事件"
    ),
    Operation(
        "list_deliveries",
        "GET",
        f"{_ONE}/deliveries",
        PARTY_OR_ALL,
        _deliveries,
        title="查看投递",
        query=("state", "before", "limit"),
    ),
    Operation(
        "pull_events",
        "GET",
        "events",
        PARTY_OR_ALL,
        _pull,
        title="拉取事件",
        query=("cursor", "limit", "include_sections"),
    ),
    Operation(
        "ack_notice",
        "POST",
        "notices/{event_id}/ack",
        ("read:party",),
        _acknowledge,
        writes=True,
        title="确认通知",
    ),
)
"""For the gateway's table; the stream of events has an address of its own."""
