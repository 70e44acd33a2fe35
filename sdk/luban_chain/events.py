"""Subscriptions and events: what the chain tells you, pushed to your address, pulled, or streamed.

    client.create_subscription(name="…", callback_url="https://…/callback")

    told = read_callback(headers, body, secret=CALLBACK_SECRET)   # raises CallbackRefused
    if seen.add(told["event_id"]): …                              # events come at least once
    return {"code": 0}

Answer within five seconds, with 200 and `{"code": 0}`; anything else is tried again, ten times within a day.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from luban_chain.calls import PREFIX, Calls
from luban_chain.errors import Busy, ChainError, GatewayRefused, Unreachable, refusal
from luban_chain.signing import callback_signature

WINDOW_MS = 300_000
_PATH = "subscriptions"


class CallbackRefused(ChainError):
    """A callback that is not the gateway's, is too old, or was seen: answer 401. `reason`: signature, time, nonce, body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_callback(
    headers: Mapping[str, str],
    body: bytes,
    *,
    secret: str,
    app_key: str = "",
    new_nonce: Callable[[str], bool] | None = None,
    now_ms: Callable[[], int] | None = None,
) -> dict[str, Any]:
    """The envelope of a callback, once its signature, time and nonce are right (waste-chain §8.3). Raises CallbackRefused.

    `new_nonce` keeps a nonce and says whether it is new; keep each for ten minutes.
    """
    given = {name.lower(): value for name, value in headers.items()}
    moment, nonce = given.get("x-timestamp", ""), given.get("x-nonce", "")
    made = callback_signature(secret=secret, timestamp=moment, nonce=nonce, body=body)
    if not hmac.compare_digest(made.encode(), given.get("x-callback-signature", "").encode()):
        raise CallbackRefused("signature")
    if app_key and given.get("x-app-key") != app_key:
        raise CallbackRefused("signature")
    now = now_ms() if now_ms else time.time_ns() // 1_000_000
    if not moment.isdigit() or abs(now - int(moment)) > WINDOW_MS:
        raise CallbackRefused("time")
    if new_nonce is not None and not new_nonce(nonce):
        raise CallbackRefused("nonce")
    try:
        told = json.loads(body)
    except ValueError as error:
        raise CallbackRefused("body") from error
    if not isinstance(told, dict) or told.get("event_id") != given.get("x-event-id"):
        raise CallbackRefused("body")
    return told


class Events(Calls):
    """Subscriptions, deliveries, events, notices."""

    def create_subscription(
        self, *, name: str, callback_url: str, request_id: str = "", **more: Any
    ) -> dict[str, Any]:
        """POST /subscriptions: `event_types`, `contracts`, `scope` (party, all), `start_from` (latest, earliest,
        block:n), `include_sections`, `max_concurrency`, `enabled`.
        """
        body = {"name": name, "callback_url": callback_url, **more}
        return self.post(_PATH, body=body, request_id=request_id)

    def change_subscription(
        self, subscription_id: str, *, name: str, callback_url: str, **more: Any
    ) -> dict[str, Any]:
        """PUT /subscriptions/{id}: all of it anew; where it started stays."""
        body = {"name": name, "callback_url": callback_url, **more}
        return self.post(_PATH, subscription_id, body=body, method="PUT")

    def list_subscriptions(self) -> list[dict[str, Any]]:
        """Your subscriptions, oldest first."""
        return list(self.read(_PATH)["items"])

    def get_subscription(self, subscription_id: str) -> dict[str, Any]:
        """One subscription: its `state`, `why` it stands still, how many deliveries are `waiting`."""
        return self.read(_PATH, subscription_id)

    def delete_subscription(self, subscription_id: str) -> None:
        """DELETE /subscriptions/{id}."""
        self.post(_PATH, subscription_id, body={}, method="DELETE")

    def pause_subscription(self, subscription_id: str) -> dict[str, Any]:
        """Send nothing until it is resumed."""
        return self.post(_PATH, subscription_id, "pause", body={})

    def resume_subscription(self, subscription_id: str) -> dict[str, Any]:
        """Go on where it stopped."""
        return self.post(_PATH, subscription_id, "resume", body={})

    def replay_subscription(self, subscription_id: str, **which: Any) -> int:
        """Have events told again: `event_ids`, `from_block` and `to_block`, or `from_time` and `to_time` (ms)."""
        return int(self.post(_PATH, subscription_id, "replay", body=which)["replayed"])

    def list_deliveries(self, subscription_id: str, *, state: str = "", before: int = 0) -> dict[str, Any]:
        """Deliveries, newest first: `items`, and `before` for the next page. `state`: waiting, delivered, dead …"""
        return self.read(_PATH, subscription_id, "deliveries", query={"state": state, "before": before or ""})

    def pull_events(
        self, cursor: str = "", *, limit: int = 100, include_sections: bool = False
    ) -> dict[str, Any]:
        """GET /events: `events`, `next_cursor`, `has_more`. Keep the cursor; at least ninety days are there."""
        more = "true" if include_sections else ""
        return self.read("events", query={"cursor": cursor, "limit": limit, "include_sections": more})

    def ack_notice(self, event_id: str) -> int:
        """Confirm the notice an event brought you; returns when (ms). It is written on the chain in your name."""
        return int(self.post("notices", event_id, "ack", body={}, request_id=f"ack-{event_id}")["acked_at"])

    def stream_events(
        self, last_event_id: str = "", *, quiet_seconds: float = 30.0
    ) -> Iterator[dict[str, Any]]:
        """Events as they come, without end: a stream lasts a minute, then this connects again where it stopped.

        Without `last_event_id` (an event's, or a cursor) it begins now. Raises GatewayRefused for anything that waiting
        does not mend.
        """
        pause = 1.0
        while True:
            try:
                for here, told in self._one_stream(last_event_id, quiet_seconds):
                    last_event_id, pause = here, 1.0
                    if told is not None:
                        yield told
            except (Busy, Unreachable):
                pause = min(pause * 2, 30.0)
            self._sleep(pause)

    def _one_stream(self, last: str, quiet_seconds: float) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Where the stream stands now, with the event told there, if one was."""
        path = f"{PREFIX}/events/stream"
        headers = {"Accept": "text/event-stream", **self._signed("GET", path, "", b"")}
        if last:
            headers["Last-Event-ID"] = last
        timeout = httpx.Timeout(10.0, read=quiet_seconds)
        try:
            with self._http.stream("GET", path, headers=headers, timeout=timeout) as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                    raise _refused(answer)
                for line in answer.iter_lines():
                    if line.startswith("id: "):
                        last = line.removeprefix("id: ")
                        yield last, None
                    elif line.startswith("data: "):
                        yield last, json.loads(line.removeprefix("data: "))
        except httpx.HTTPError as error:
            raise Unreachable(f"GET {path}: {type(error).__name__}") from error


def _refused(answer: httpx.Response) -> GatewayRefused | Unreachable:
    try:
        told = answer.json()
        return refusal(int(told["code"]), "", str(told["message"]))
    except (ValueError, KeyError, TypeError):
        return Unreachable(f"HTTP {answer.status_code} is no answer of the gateway")
