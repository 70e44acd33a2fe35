"""The packet every answer comes in: {code, message, request_id, data}; 0 is well, else a code of waste-chain §6.3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from luban.stages.gateway.asking import GatewayError

OK = 0


def packet(*, data: Mapping[str, Any], request_id: str = "") -> dict[str, Any]:
    """An answer."""
    return {"code": OK, "message": "ok", "request_id": request_id, "data": dict(data)}


def refusal(*, error: GatewayError, request_id: str = "") -> dict[str, Any]:
    """A refusal; `data.name` is the code's name."""
    return {
        "code": error.code,
        "message": error.message,
        "request_id": request_id,
        "data": {"name": error.name},
    }


def text(told: Mapping[str, Any]) -> bytes:
    """A packet as bytes."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
