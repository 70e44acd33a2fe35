"""How a request proves who sent it (waste-chain §6.1): HMAC-SM3 over method, path, query, body, key, time and nonce."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from luban_chain.digests import hmac_sm3, sm3

ALGORITHM = "HMAC-SM3"


def query_text(query: Mapping[str, str]) -> str:
    """The query as it is signed and sent: keys in code-point order, RFC 3986."""
    return "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query))


def signing_text(
    *, method: str, path: str, query: str, body: bytes, app_key: str, timestamp: int, nonce: str
) -> str:
    """What is signed; `query` is the canonical text, `timestamp` in milliseconds."""
    return "\n".join([method, path, query, sm3(body), app_key, str(timestamp), nonce])


def signature(
    *,
    secret: str,
    method: str,
    path: str,
    query: str,
    body: bytes,
    app_key: str,
    timestamp: int,
    nonce: str,
) -> str:
    """The signature of a request."""
    text = signing_text(
        method=method,
        path=path,
        query=query,
        body=body,
        app_key=app_key,
        timestamp=timestamp,
        nonce=nonce,
    )
    return hmac_sm3(secret.encode(), text.encode())


def new_nonce() -> str:
    """A nonce no request had before."""
    return secrets.token_hex(16)


def callback_signature(*, secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of a callback (waste-chain §8.3); compare it with `X-Callback-Signature`."""
    return hmac_sm3(secret.encode(), f"{timestamp}\n{nonce}\n{sm3(body)}".encode())
