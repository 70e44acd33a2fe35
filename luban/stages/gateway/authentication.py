"""Who asks? In the order of waste-chain §6.1: key, standing, address, time, signature, nonce; then how often.

A nonce is used up only by a right signature, so nobody can burn another's. What fails is logged with key and reason alone.
"""

from __future__ import annotations

import hmac
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, quote

from django.db import IntegrityError, transaction

from luban.kit.clock import clock
from luban.stages.gateway.applications import app_of, caller_of, secrets_of
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.models import ChainApp, UsedNonce
from luban.trust.digest import hmac_sm3, sm3

log = logging.getLogger(__name__)

ALGORITHM = "HMAC-SM3"
WINDOW_MS = 300_000
NONCE = re.compile(r"[A-Za-z0-9_-]{6,64}")
"""The text of the brief asks for eight characters at least, its vectors have six (`n-0001`): both are taken."""
MOST_PARAMETERS = 50


@dataclass(frozen=True)
class Signed:
    """A request as far as it is signed. `read` gives the body, once everything before the signature is well."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    address: str
    read: Callable[[], bytes]


def authenticate(request: Signed) -> tuple[Caller, bytes]:
    """The caller and the body. Raises GatewayError (401xx, 40304, 42901, 40001 for a body too large)."""
    key = request.headers.get("X-App-Key", "")
    try:
        return _checked(request, key)
    except GatewayError as refusal:
        log.warning("gateway: %s refused, %s", key[:32] or "nobody", refusal.name)
        raise


def _checked(request: Signed, key: str) -> tuple[Caller, bytes]:
    app = app_of(key) if 0 < len(key) <= 32 and "\x00" not in key else None
    if app is None:
        raise GatewayError(40101, "没有该应用（X-App-Key），请核对。")
    caller = caller_of(app)
    if not comes_from(app.ips, request.address):
        raise GatewayError(40304, "请求来自未登记的地址，请联系链与接入管理员登记。")
    moment = _moment(request.headers.get("X-Timestamp", ""))
    body = request.read()
    nonce = request.headers.get("X-Nonce", "")
    if not NONCE.fullmatch(nonce):
        raise GatewayError(40102, "X-Nonce 应为8至64位字母、数字、下划线或连字符。")
    if request.headers.get("X-Sign-Alg", ALGORITHM) != ALGORITHM:
        raise GatewayError(40102, f"X-Sign-Alg 只能是 {ALGORITHM}。")
    text = signing_text(
        method=request.method,
        path=request.path,
        query=canonical_query(request.query),
        body=body,
        key=key,
        moment=str(moment),
        nonce=nonce,
    )
    _signed(app, text, request.headers.get("X-Signature", ""))
    _register(app, nonce)
    return caller, body


def signing_text(
    *, method: str, path: str, query: str, body: bytes, key: str, moment: str, nonce: str
) -> str:
    """What is signed; `query` is canonical."""
    return "\n".join([method, path, query, sm3(body), key, moment, nonce])


def canonical_query(query: str) -> str:
    """A raw query with its keys in code-point order, encoded as RFC 3986 says. Raises GatewayError (40001)."""
    pairs = sorted(pairs_of(query), key=lambda pair: pair[0])
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The parameters of a raw query. Raises GatewayError (40001)."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise GatewayError(40001, f"参数超过{MOST_PARAMETERS}个，请核对。") from error
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise GatewayError(40001, "参数中有空字符，请核对。")
    return pairs


def comes_from(allowed: list[str], address: str) -> bool:
    """Whether an address is one of those allowed; any is when none is named."""
    if not allowed:
        return True
    try:
        here = ip_address(address)
    except ValueError:
        return False
    return any(here in ip_network(one, strict=False) for one in allowed)


def _moment(text: str) -> int:
    now = int(clock.now().timestamp() * 1000)
    if not (text.isascii() and text.isdigit() and len(text) < 16) or abs(now - int(text)) > WINDOW_MS:
        raise GatewayError(40103, "请求时间（X-Timestamp，毫秒）与网关相差超过300秒，请校准时间后重发。")
    return int(text)


def _signed(app: ChainApp, text: str, signature: str) -> None:
    """Pass for a signature by a secret in force. Raises GatewayError (40102, 40106)."""
    now, expired = clock.now(), False
    for secret, until in secrets_of(app):
        made = hmac_sm3(key=secret.encode(), message=text.encode())
        if hmac.compare_digest(made.encode(), signature.encode()):
            if until is None or until > now:
                return
            expired = True
    if expired:
        raise GatewayError(40106, "密钥已过期，请使用轮换后的新密钥。")
    raise GatewayError(
        40102, "签名不正确，请核对密钥和签名串（方法、路径、参数、正文摘要、标识、时间、随机数）。"
    )


def _register(app: ChainApp, nonce: str) -> None:
    """Use the nonce up and count the request. Raises GatewayError (40104, 42901)."""
    second = int(time.time())
    try:
        with transaction.atomic():
            UsedNonce.objects.create(app=app.key, nonce=nonce, second=second)
    except IntegrityError as replayed:
        raise GatewayError(40104, "该请求已收到过（X-Nonce 重复），重发请重新签名。") from replayed
    if UsedNonce.objects.filter(app=app.key, second=second).count() > app.rate:
        raise GatewayError(42901, f"请求过于频繁，每秒最多{app.rate}次，请稍后再试。")
