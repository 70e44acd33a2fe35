"""The signature of a callback and what counts as its success (waste-chain §8.2, §8.3). Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from luban.stages.subscriptions.ladder import ANSWER_SECONDS
from luban.trust.digest import hmac_sm3, sm3

OK, GONE = 200, 410
MOST_BYTES = 4_096
"""`{"code":0}` with a message; a longer text is no answer, and deep nesting of one would be a danger to the reader."""
_SHOWN = 120


@dataclass(frozen=True)
class Answered:
    """What came of a try: `status` 0 when nothing answered; `fault` in Chinese, empty for success."""

    status: int
    fault: str = ""

    @property
    def well(self) -> bool:
        """Whether the receiver has it."""
        return not self.fault

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more."""
        return self.status == GONE


def signature(*, secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """HMAC-SM3 of `timestamp\\nnonce\\nSM3(body)` under the application's callback secret, lower-case hexadecimal."""
    return hmac_sm3(key=secret.encode(), message="\n".join((timestamp, nonce, sm3(body))).encode())


def headers(
    *, app_key: str, secret: str, timestamp: str, nonce: str, body: bytes, event_id: str, attempt: int
) -> dict[str, str]:
    """The headers of one try; `timestamp` (milliseconds) and `nonce` are taken anew for each."""
    return {
        "Content-Type": "application/json",
        "X-App-Key": app_key,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Callback-Signature": signature(secret=secret, timestamp=timestamp, nonce=nonce, body=body),
        "X-Event-Id": event_id,
        "X-Delivery-Attempt": str(attempt),
    }


def judged(*, status: int, body: bytes, seconds: float) -> Answered:
    """200 within five seconds with `{"code":0}` is success; everything else is none, redirects included."""
    if status != OK:
        return Answered(status, f"应答状态为{status}，应为200。")
    if seconds > ANSWER_SECONDS:
        return Answered(status, f"应答用时{seconds:.1f}秒，超过{ANSWER_SECONDS:g}秒。")
    if len(body) > MOST_BYTES:
        return Answered(status, f"应答正文超过{MOST_BYTES}字节。")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return Answered(status, "应答不是JSON。")
    code = told.get("code") if isinstance(told, dict) else None
    if type(code) is int and code == 0:
        return Answered(status)
    return Answered(status, f'应答正文应为{{"code":0}}，现为{body[:_SHOWN].decode("utf-8", "replace")}')
