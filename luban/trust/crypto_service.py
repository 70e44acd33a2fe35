"""Keys from a crypto service, as a government cloud offers one: keys made and kept in a certified module, asked for over HTTP.

The signing key never leaves the service: `sign` sends the 32-byte e-digest. Data keys and HMAC masters are handed out
wrapped (SM4-GCM under a key that only the two sides hold), opened in memory and never written down here. The ids in
use are asked for again once a minute, so a rotation at the service is followed by every process, and a service that
is gone stops all writing of secrets within that minute: KeyMissing, in Chinese, and nothing is kept in plain.

The wire is the house's own (HMAC-SM3 over method, path, time, nonce, body and idempotency key, answers signed too); a
cloud whose dialect differs gets another class with the same nine promises.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from luban.trust import certificates, sm2
from luban.trust.digest import hmac_sm3, sm3
from luban.trust.envelope import EnvelopeBroken, gcm_decrypt
from luban.trust.keys import KeyMissing

FRESH_SECONDS = 60.0
_NONCE = 12
DATA, HMAC = "data", "hmac"


class CryptoService:
    """A KeyProvider behind `base` (such as https://crypto.cloud/luban); `shared` are the 32 bytes both sides hold."""

    def __init__(
        self,
        *,
        base: str,
        shared: bytes,
        app: str = "luban",
        timeout: float = 5.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`transport` replaces the network in tests."""
        self._base, self._shared, self._app = base.rstrip("/"), shared, app
        self._http = httpx.Client(timeout=timeout, trust_env=False, transport=transport)
        self._held: dict[tuple[str, str], bytes] = {}
        self._derived: dict[tuple[str, str], bytes] = {}
        self._state: tuple[float, Mapping[str, Any]] | None = None

    @property
    def current_kid(self) -> str:
        """The id of the data key in use; raises KeyMissing when the service cannot say."""
        return str(self._now()["data"][0])

    @property
    def current_hmac_kid(self) -> str:
        """The id of the HMAC master in use; raises KeyMissing when the service cannot say."""
        return str(self._now()["hmac"][0])

    @property
    def hmac_kids(self) -> tuple[str, ...]:
        """All HMAC masters, the current one first."""
        return tuple(str(kid) for kid in self._now()["hmac"])

    def data_key(self, kid: str) -> bytes:
        """The 16-byte SM4 key `kid`; raises KeyMissing."""
        return self._key(DATA, kid)

    def hmac_key(self, purpose: str, kid: str = "") -> bytes:
        """A 32-byte key derived from master `kid` for `purpose`; raises KeyMissing."""
        kid = kid or self.current_hmac_kid
        held = self._derived.get((purpose, kid))
        if held is None:
            master = self._key(HMAC, kid)
            held = bytes.fromhex(hmac_sm3(key=master, message=b"luban|hmac|" + purpose.encode()))
            self._derived[purpose, kid] = held
        return held

    def sign(self, message: bytes) -> bytes:
        """The service's SM2 signature (DER) of `message`; raises KeyMissing."""
        digest = sm2.e_digest(public=certificates.public_key(self.certificate()), message=message)
        answer = self._ask("POST", "/sign", {"digest": digest.hex()})
        return _bytes(answer, "signature")

    def certificate(self) -> bytes:
        """The certificate of the signing key, DER; raises KeyMissing."""
        return self.certificates()[0]

    def certificates(self) -> tuple[bytes, ...]:
        """The certificate in use and earlier ones, DER; raises KeyMissing."""
        return tuple(base64.b64decode(text) for text in self._now()["certificates"])

    def rotate(self) -> str:
        """Have the service make a new data key; returns its id. Raises KeyMissing."""
        return self._rotated(DATA)

    def rotate_hmac(self) -> str:
        """Have the service make a new HMAC master; returns its id. Raises KeyMissing."""
        return self._rotated(HMAC)

    def _rotated(self, kind: str) -> str:
        kid = str(self._ask("POST", "/keys/rotate", {"kind": kind})["kid"])
        self._state = None
        return kid

    def _now(self) -> Mapping[str, Any]:
        """Which keys and certificates are in use, at most a minute old."""
        if self._state is None or time.monotonic() - self._state[0] > FRESH_SECONDS:
            self._state = (time.monotonic(), self._ask("GET", "/state"))
        return self._state[1]

    def _key(self, kind: str, kid: str) -> bytes:
        held = self._held.get((kind, kid))
        if held is None:
            wrapped = _bytes(self._ask("GET", "/keys", {"kind": kind, "kid": kid}), "wrapped")
            aad = f"LBK1|{kind}|{kid}".encode()
            own = wrapping_key(shared=self._shared)
            try:
                held = gcm_decrypt(key=own, nonce=wrapped[:_NONCE], sealed=wrapped[_NONCE:], aad=aad)
            except EnvelopeBroken as broken:
                raise KeyMissing("密码服务返回的密钥无法解开，请核对与密码服务约定的密钥。") from broken
            self._held[kind, kid] = held
        return held

    def _ask(self, method: str, path: str, said: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        url, body = f"{self._base}{path}", b""
        if method == "GET" and said:
            url = f"{url}?{urlencode(said)}"
        elif said:
            body = json.dumps(said).encode()
        try:
            answer = self._http.request(method, url, content=body, headers=self._headers(method, url, body))
        except httpx.HTTPError as error:
            raise KeyMissing(
                f"密码服务 {self._base} 无法访问（{type(error).__name__}），已停止加解密和签名，没有内容以明文保存。"
                "请检查 LUBAN_CRYPTO_URL 与网络，恢复后自动继续。"
            ) from error
        return self._checked(answer)

    def _headers(self, method: str, url: str, body: bytes) -> dict[str, str]:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        moment, nonce = str(time.time_ns() // 1_000_000), secrets.token_hex(16)
        key = secrets.token_hex(16) if method == "POST" else ""
        signed = "\n".join([method, path, moment, nonce, sm3(body), key]).encode()
        headers = {"X-Link-App": self._app, "X-Link-Time": moment, "X-Link-Nonce": nonce}
        headers["X-Link-Signature"] = hmac_sm3(key=self._shared, message=signed)
        return headers | ({"Idempotency-Key": key, "Content-Type": "application/json"} if key else {})

    def _checked(self, answer: httpx.Response) -> Mapping[str, Any]:
        nonce = answer.request.headers["X-Link-Nonce"]
        signed = "\n".join([str(answer.status_code), nonce, sm3(answer.content)]).encode()
        said = answer.headers.get("X-Link-Answer-Signature", "")
        if not hmac.compare_digest(hmac_sm3(key=self._shared, message=signed).encode(), said.encode()):
            raise KeyMissing(
                f"密码服务 {self._base} 没有给出可信的答复（状态 {answer.status_code}），已停止加解密和签名，"
                "没有内容以明文保存。请检查密码服务是否停机、双方密钥是否一致。"
            )
        told = answer.json()
        if answer.status_code >= httpx.codes.BAD_REQUEST or told.get("code") != "0":
            raise KeyMissing(f"密码服务拒绝了请求：{told.get('message', '')}")
        data: Mapping[str, Any] = told["data"]
        return data


def wrapping_key(*, shared: bytes) -> bytes:
    """The SM4 key under which the service hands out keys, derived from the shared secret."""
    return bytes.fromhex(hmac_sm3(key=shared, message=b"luban|wrap"))[:16]


def _bytes(answer: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(answer[name]), validate=True)
    except (KeyError, binascii.Error) as error:
        raise KeyMissing("密码服务的答复不完整，请联系密码服务的运维。") from error
