"""A partner pushes to the product: signed as agreed; late, twice, in reverse or wrongly signed when its switches say so."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.protocol import push_headers
from sandbox.store import Store

_HERE = {"127.0.0.1", "localhost", "::1"}


class BadCallback(ValueError):
    """The address is not one of this machine."""


async def push(
    *, url: str, bodies: Sequence[Mapping[str, Any]], link: str, key: bytes, store: Store
) -> list[dict[str, Any]]:
    """Post each body to `url`; its idempotency key is the body's `key`, or its place. Returns what was sent, in order."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _HERE:
        raise BadCallback("只能推送到本机地址。")
    queue = [(str(body.get("key") or f"{link}-{place}"), body) for place, body in enumerate(bodies, start=1)]
    if store.fires(link=link, fault="out_of_order") is not None:
        queue.reverse()
    if store.fires(link=link, fault="duplicate") is not None:
        queue = [item for item in queue for _ in range(2)]
    if store.fires(link=link, fault="bad_push") is not None:
        key = bytes(32)
    if (seconds := store.fires(link=link, fault="late_push")) is not None:
        await asyncio.sleep(seconds)
    sent = []
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        for idempotency_key, body in queue:
            request = client.build_request("POST", url, json=dict(body))
            content = request.content
            request.headers.update(
                push_headers(key=key, path=path, body=content, idempotency_key=idempotency_key)
            )
            try:
                status = (await client.send(request)).status_code
            except httpx.HTTPError:
                status = 0
            sent.append({"key": idempotency_key, "status": status})
    return sent
