"""The chain this house is configured for (LUBAN_CHAIN_URL, LUBAN_CHAIN_PROFILE), one connection a process."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from luban.ledger.jsonrpc import PROFILES, JsonRpcChain
from luban.ledger.port import ChainPort, ChainUnavailable


def connect() -> ChainPort:
    """The configured chain. Raises ChainUnavailable when none is configured or its kind is unknown."""
    urls, name = tuple(settings.LUBAN_CHAIN_URLS), settings.LUBAN_CHAIN_PROFILE
    if not urls:
        raise ChainUnavailable("没有运行中的链节点：请用 luban up 启动，或设置 LUBAN_CHAIN_URL。")
    if name not in PROFILES:
        raise ChainUnavailable(f"LUBAN_CHAIN_PROFILE 应为 {'、'.join(PROFILES)} 之一，现为“{name}”。")
    return _chain(urls, name)


@cache
def _chain(urls: tuple[str, ...], profile: str) -> ChainPort:
    return JsonRpcChain(urls=urls, profile=PROFILES[profile])
