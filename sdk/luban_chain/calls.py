"""One call of the gateway: signed, sent, tried again when that is safe, answered or refused.

Every write carries an idempotency key; all its tries carry the same one, so it counts once however often it is sent.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx

from luban_chain.canonical import plain
from luban_chain.errors import ChainError, Unreachable, refusal
from luban_chain.signing import ALGORITHM, new_nonce, query_text, signature

PREFIX = "/chain-gw/v1"
_AGAIN = {42901, 50000, 50301}
_SAFE = ":-._~"


@dataclass(frozen=True)
class Accepted:
    """A write the gateway took: `state` pending, sent or confirmed. `seq` and `entry_hash` for entries of cases."""

    record_key: str
    version: int
    state: str
    request_id: str
    seq: int = 0
    entry_hash: str = ""
    tx_hash: str = ""
    block_number: int | None = None


@dataclass(frozen=True)
class Receipt:
    """How far a write is. `error` is empty or {code, name, message} once the chain has refused it."""

    request_id: str
    state: str
    tx_hash: str
    block_number: int | None
    error: Mapping[str, Any]


class Calls:
    """The connection. Methods of the gateway stand in the classes derived from this one."""

    def __init__(
        self,
        base_url: str,
        app_key: str,
        secret: str,
        *,
        region: str = "",
        transport: httpx.BaseTransport | None = None,
        timeout: float = 40.0,
        tries: int = 4,
        now_ms: Callable[[], int] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`region` is your province's six digits, needed to compute record keys. `transport`, `now_ms` and `sleep` are
        for tests and for demonstrations on another day.
        """
        self.app_key, self.region = app_key, region
        self._secret, self._tries, self._sleep = secret, max(tries, 1), sleep
        self._now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
        self._http = httpx.Client(base_url=base_url.rstrip("/"), transport=transport, timeout=timeout)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, *parts: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """GET; the answer's data. Raises GatewayRefused, Unreachable."""
        return self._answered("GET", parts, _query(query), b"", "")

    def post(
        self,
        *parts: str,
        body: Mapping[str, Any],
        request_id: str = "",
        query: Mapping[str, Any] | None = None,
        method: str = "POST",
    ) -> dict[str, Any]:
        """A write (or a question with a body); the answer's data. Raises GatewayRefused, Unreachable."""
        content = json.dumps(plain(body), ensure_ascii=False, separators=(",", ":")).encode()
        return self._answered(method, parts, _query(query), content, request_id or uuid.uuid4().hex)

    def write(
        self,
        *parts: str,
        body: Mapping[str, Any],
        request_id: str = "",
        wait_ms: int = 0,
    ) -> Accepted:
        """A write to the chain; `wait_ms` (≤ 30000) waits so long for finality."""
        query = {"wait": "confirmed", "timeout_ms": wait_ms} if wait_ms else {}
        told = self.post(*parts, body=body, request_id=request_id, query=query)
        known = {name: told[name] for name in Accepted.__dataclass_fields__ if told.get(name) is not None}
        return Accepted(**{"record_key": "", "version": 0, "state": "", "request_id": request_id, **known})

    def get_receipt(self, request_id: str) -> Receipt:
        """How far one of your own writes is. Raises NotFound when the gateway never took it."""
        told = self.read("receipts", request_id)
        return Receipt(
            told["request_id"], told["state"], told["tx_hash"], told["block_number"], told.get("error") or {}
        )

    def _answered(
        self, method: str, parts: tuple[str, ...], query: str, body: bytes, request_id: str
    ) -> dict[str, Any]:
        path = "/".join((PREFIX, *(quote(part, safe=_SAFE) for part in parts)))
        trouble: ChainError | None = None
        for n in range(self._tries):
            if n:
                self._sleep(min(0.5 * 2**n, 10.0))
            try:
                return self._once(method, path, query, body, request_id)
            except Unreachable as missing:
                trouble = missing
        raise trouble or Unreachable("not tried")

    def _once(self, method: str, path: str, query: str, body: bytes, request_id: str) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **self._signed(method, path, query, body)}
        if request_id:
            headers["Idempotency-Key"] = request_id
        url = f"{path}?{query}" if query else path
        try:
            answer = self._http.request(method, url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"{method} {path}: {type(error).__name__} {error}") from error
        return _data(answer, f"{method} {path}")

    def _signed(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """The headers that prove who asks; none without a secret (a transport that knows its caller)."""
        if not self._secret:
            return {}
        moment, nonce = self._now_ms(), new_nonce()
        made = signature(
            secret=self._secret,
            method=method,
            path=path,
            query=query,
            body=body,
            app_key=self.app_key,
            timestamp=moment,
            nonce=nonce,
        )
        return {
            "X-App-Key": self.app_key,
            "X-Timestamp": str(moment),
            "X-Nonce": nonce,
            "X-Sign-Alg": ALGORITHM,
            "X-Signature": made,
        }


def _data(answer: httpx.Response, what: str) -> dict[str, Any]:
    try:
        told = answer.json()
        code, message, data = int(told["code"]), str(told["message"]), told.get("data") or {}
    except (ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"{what}: HTTP {answer.status_code} is no answer of the gateway") from error
    if code == 0:
        return dict(data)
    if code in _AGAIN:
        raise _Again(code, str(data.get("name", "")), message)
    raise refusal(code, str(data.get("name", "")), message, str(told.get("request_id", "")))


class _Again(Unreachable):
    """A refusal that passes: tried again, and reported as such in the end."""

    def __init__(self, code: int, name: str, message: str) -> None:
        super().__init__(f"{code} {name} {message}")
        self.code, self.name, self.message = code, name, message


def _query(given: Mapping[str, Any] | None) -> str:
    return query_text({name: str(value) for name, value in (given or {}).items() if value not in (None, "")})
