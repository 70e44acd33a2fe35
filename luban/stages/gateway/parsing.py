"""From bytes to JSON nobody can hurt us with: bounded in size, depth and numbers, no key twice, no text a database refuses."""

from __future__ import annotations

import json
import re
from typing import Any

from luban.stages.gateway.asking import GatewayError

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 24
MOST_NUMBER = 2**63 - 1
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; {} for an empty body. Raises GatewayError (40001)."""
    if len(body) > MOST_BYTES:
        raise GatewayError(40001, f"报文超过{MOST_BYTES // 1024}KB，请核对内容；附件请只报摘要。")
    if not body:
        return {}
    _not_deep(body)
    try:
        told = json.loads(body, object_pairs_hook=_object, parse_constant=_constant)
    except GatewayError:
        raise
    except (ValueError, RecursionError) as error:
        raise GatewayError(40001, "报文不是可以识别的JSON，请核对后重发。") from error
    if not isinstance(told, dict):
        raise GatewayError(40001, "报文应为JSON对象。")
    _checked(told)
    return told


def _not_deep(body: bytes) -> None:
    """Look at the brackets before anything is built: a parser that is led deep enough ends the process."""
    depth = 0
    for found in _BRACKETS.finditer(body):
        mark = found[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth > MOST_DEPTH:
                raise GatewayError(40001, f"报文层次超过{MOST_DEPTH}层，请核对。")
        elif mark in (b"]", b"}"):
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise GatewayError(40001, "报文中有重复的键，请核对。")
    return found


def _constant(name: str) -> Any:
    raise GatewayError(40001, f"报文中的“{name}”不是数。")


def _checked(told: dict[str, Any]) -> None:
    """Look at every value, level by level."""
    level: list[Any] = [told]
    while level:
        level = [member for one in level for member in _members(one)]


def _members(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return [*one.keys(), *one.values()]
    if isinstance(one, list):
        return one
    if isinstance(one, str):
        _text(one)
    elif isinstance(one, float):
        raise GatewayError(40001, "小数须写成定长字符串（如吨“120.000”），请核对。")
    elif isinstance(one, int) and abs(one) > MOST_NUMBER:
        raise GatewayError(40001, "报文中有过大的整数，请核对。")
    return []


def _text(text: str) -> None:
    if "\x00" in text:
        raise GatewayError(40001, "报文中有空字符，请核对。")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise GatewayError(40001, "报文中有不能识别的字符，请核对。") from error
