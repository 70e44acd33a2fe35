"""How a request and its answer prove where they come from: HMAC-SM3 with a key that only the two sides hold.

Request: over method, path with query, time (Unix milliseconds), nonce, SM3 of the body and idempotency key, one a line.
Answer: over the status, the request's nonce (so that no old answer fits a new question) and SM3 of the body.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from luban.trust.digest import hmac_sm3, sm3

APP = "X-Link-App"
TIME = "X-Link-Time"
NONCE = "X-Link-Nonce"
SIGNATURE = "X-Link-Signature"
IDEMPOTENCY = "Idempotency-Key"
ANSWER_SIGNATURE = "X-Link-Answer-Signature"

WINDOW_MS = 5 * 60 * 1000
"""A request older or newer than this is refused: it may be a replay."""


class BadSignature(Exception):
    """A request or answer that is not what it claims to be; the message says what is wrong."""


@dataclass(frozen=True)
class SignedRequest:
    """What is signed of a request. `path` includes the query as it travels."""

    method: str
    path: str
    time_ms: int
    nonce: str
    body: bytes
    idempotency_key: str = ""

    def signature(self, *, key: bytes) -> str:
        """64 hexadecimal characters."""
        parts = [self.method, self.path, str(self.time_ms), self.nonce, sm3(self.body), self.idempotency_key]
        return hmac_sm3(key=key, message="\n".join(parts).encode())

    def headers(self, *, app: str, key: bytes) -> dict[str, str]:
        """The headers that carry the signature."""
        made = {APP: app, TIME: str(self.time_ms), NONCE: self.nonce, SIGNATURE: self.signature(key=key)}
        if self.idempotency_key:
            made[IDEMPOTENCY] = self.idempotency_key
        return made


def answer_signature(*, key: bytes, status: int, nonce: str, body: bytes) -> str:
    """What the answering side puts into the answer's signature header."""
    return hmac_sm3(key=key, message="\n".join([str(status), nonce, sm3(body)]).encode())


def answer_is_genuine(*, key: bytes, status: int, nonce: str, body: bytes, signature: str) -> bool:
    """Whether the answer was made by the holder of the key for this very question."""
    return hmac.compare_digest(answer_signature(key=key, status=status, nonce=nonce, body=body), signature)


def verify_request(
    *, key: bytes, method: str, path: str, headers: Mapping[str, str], body: bytes, now_ms: int
) -> SignedRequest:
    """Check a request that a partner pushed to us (header names in any case). Raises BadSignature.

    The caller keeps the nonce, or the idempotency key, to refuse repeats.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        time_ms = int(given[TIME.lower()])
        nonce, signature = given[NONCE.lower()], given[SIGNATURE.lower()]
    except (KeyError, ValueError) as error:
        raise BadSignature("请求缺少签名信息，请按接口说明签名。") from error
    if abs(now_ms - time_ms) > WINDOW_MS:
        raise BadSignature("请求时间与本系统相差超过5分钟，请校准时间后重发。")
    request = SignedRequest(method, path, time_ms, nonce, body, given.get(IDEMPOTENCY.lower(), ""))
    if not hmac.compare_digest(request.signature(key=key).encode(), signature.encode()):
        raise BadSignature("请求签名不正确，请核对密钥与签名内容。")
    return request
