"""One call of the gateway as its operations see it, the answer they give, and how an operation is declared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from luban.stages.gateway.asking import Caller, GatewayError


@dataclass(frozen=True)
class Call:
    """`values` come from the path, `request_id` is the caller's idempotency key, `write_id` names the write for us.

    `group` is given in process only: the order in which our own writes go (`case:…`).
    """

    caller: Caller
    values: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    request_id: str = ""
    write_id: str = ""
    group: str = ""

    def number(self, name: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
        """A whole number of the query. Raises GatewayError (40001)."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
            raise GatewayError(40001, f"参数 {name} 应为{least}至{most}的整数。")
        return int(text)


@dataclass(frozen=True)
class Answer:
    """What is said: data, and the HTTP status (202: the write waits for the chain). `content`: a file instead."""

    data: Mapping[str, Any]
    status: int = 200
    content: bytes | None = None


@dataclass(frozen=True)
class Operation:
    """One row of the table of waste-chain §6.3: `path` below /chain-gw/v1 with `{names}`; any of `scopes` opens it.

    `writes`: needs an idempotency key and counts once. `queues`: its answer can be waited for (`?wait=confirmed`).
    """

    name: str
    method: str
    path: str
    scopes: tuple[str, ...]
    run: Callable[[Call], Answer]
    writes: bool = False
    queues: bool = False
    title: str = ""
    query: tuple[str, ...] = field(default=())

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its addresses look like."""
        parts = re.split(r"\{(\w+)\}", self.path)
        made = "".join(
            re.escape(part) if n % 2 == 0 else f"(?P<{part}>[^/]{{1,200}})" for n, part in enumerate(parts)
        )
        return re.compile(made)


def is_key(text: str) -> str:
    """A record key from a path. Raises GatewayError (40001)."""
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise GatewayError(40001, "记录主键应为64位小写十六进制。")
    return text
