"""The partners' side of the wire: keys, signatures, the replay window and the shape of an answer.

Written anew rather than imported from the product, so that each side checks the other.
"""

import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from luban.trust.digest import hmac_sm3, sm3

WINDOW_MS = 5 * 60 * 1000


class Refused(Exception):
    """A business refusal: the partner's code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Unauthorised(Exception):
    """Not signed by whom it says, too old, or seen before."""


@dataclass(frozen=True)
class Incoming:
    """A request as it arrived: link, path under the link, full path with query, header values and body."""

    link: str
    path: str
    full_path: str
    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @property
    def nonce(self) -> str:
        """The caller's nonce."""
        return self.headers.get("x-link-nonce", "")

    @property
    def key(self) -> str:
        """The idempotency key, empty for a question."""
        return self.headers.get("idempotency-key", "")


@dataclass(frozen=True)
class Answer:
    """What is sent back, before signing."""

    status: int = 200
    code: str = "0"
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False

    def body(self) -> bytes:
        """The JSON that travels."""
        told = {"code": self.code, "message": self.message, "data": self.data, "repeated": self.repeated}
        return json.dumps(told, ensure_ascii=False).encode()


def key_of(*, var: Path, link: str) -> bytes:
    """The key shared with the product, in `var/links/<link>.key`; made by whoever comes first."""
    path = var / "links" / f"{link}.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{link}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(32))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return key_of(var=var, link=link)
        finally:
            draft.unlink()
    return bytes.fromhex(path.read_text().strip())


def check(*, request: Incoming, key: bytes) -> None:
    """Raise Unauthorised unless the request is signed with `key` and fresh. (Nonces are the store's business.)"""
    moment = request.headers.get("x-link-time", "")
    if not moment.isdigit() or not request.nonce:
        raise Unauthorised("缺少签名信息")
    if abs(now_ms() - int(moment)) > WINDOW_MS:
        raise Unauthorised("请求时间超出允许范围")
    parts = [request.method, request.full_path, moment, request.nonce, sm3(request.body), request.key]
    wanted = hmac_sm3(key=key, message="\n".join(parts).encode())
    if not hmac.compare_digest(wanted, request.headers.get("x-link-signature", "")):
        raise Unauthorised("签名不正确")


def answer_headers(*, key: bytes, status: int, nonce: str, body: bytes) -> dict[str, str]:
    """Headers of a signed answer."""
    signature = hmac_sm3(key=key, message="\n".join([str(status), nonce, sm3(body)]).encode())
    return {"Content-Type": "application/json; charset=utf-8", "X-Link-Answer-Signature": signature}


def push_headers(*, key: bytes, path: str, body: bytes, idempotency_key: str) -> dict[str, str]:
    """Headers of a request this side sends to the product."""
    moment, nonce = str(now_ms()), secrets.token_hex(16)
    parts = ["POST", path, moment, nonce, sm3(body), idempotency_key]
    return {
        "Content-Type": "application/json",
        "X-Link-App": "partner",
        "X-Link-Time": moment,
        "X-Link-Nonce": nonce,
        "Idempotency-Key": idempotency_key,
        "X-Link-Signature": hmac_sm3(key=key, message="\n".join(parts).encode()),
    }


def now_ms() -> int:
    """The machine's time, for the replay window."""
    return time.time_ns() // 1_000_000
