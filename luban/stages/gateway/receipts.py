"""How far a caller's own write is, at once or waited for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from luban.ledger.models import ChainWrite
from luban.ledger.states import CANCELLED, CONFIRMED, DEAD, REJECTED
from luban.stages.gateway.asking import GatewayError, refused_by_contract
from luban.stages.gateway.call import Answer, Call
from luban.stages.gateway.models import Asked

MOST_WAIT_MS = 30_000
PAUSE_SECONDS = 0.1
SETTLED = (CONFIRMED, REJECTED, CANCELLED, DEAD)


def get_receipt(call: Call) -> Answer:
    """GET /receipts/{request_id}: of the caller's own writes."""
    asked = Asked.objects.filter(app=call.caller.app, request_id=call.values["request_id"]).first()
    if asked is None:
        raise GatewayError(40401, "没有该请求的回执，请核对请求号（只保留7日，且只能查本应用的）。")
    told = _told(asked.write_id)
    if told is None:
        told = {"state": CONFIRMED, "tx_hash": "", "block_number": None, "error": None}
    return Answer({"request_id": asked.request_id, **told})


def _told(write_id: str) -> dict[str, Any] | None:
    row = ChainWrite.objects.filter(request_id=write_id).first()
    if row is None:
        return None
    refused = row.state == REJECTED or (row.state == CANCELLED and row.error_code)
    error = None
    if refused:
        why = refused_by_contract(row.error_code)
        error = {"code": why.code, "name": why.name, "message": why.message}
    elif row.state == DEAD:
        error = {"code": 50301, "name": "CHAIN_UNAVAILABLE", "message": "多次上链未成，等待人工处理。"}
    return {
        "state": REJECTED if refused else row.state,
        "tx_hash": row.tx_hash,
        "block_number": row.block_number,
        "error": error,
    }


def wait_ms(query: Mapping[str, str]) -> int:
    """How long the caller wants to wait for finality; 0 for not at all. Raises GatewayError (40001)."""
    wanted, text = query.get("wait", ""), query.get("timeout_ms", "")
    if not wanted:
        return 0
    if wanted != "confirmed":
        raise GatewayError(40001, "wait 只能是 confirmed。")
    if not text:
        return MOST_WAIT_MS
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_WAIT_MS):
        raise GatewayError(40001, f"timeout_ms 应为0至{MOST_WAIT_MS}的整数。")
    return int(text)


def awaited(*, answer: Answer, write_id: str, patience_ms: int) -> Answer:
    """The answer once the write is settled, or as it is when patience ends. Raises GatewayError when it was refused."""
    until = time.monotonic() + patience_ms / 1000
    while True:
        told = _told(write_id)
        if told is None:
            return answer
        if told["state"] in SETTLED or time.monotonic() >= until:
            break
        time.sleep(PAUSE_SECONDS)
    if told["error"]:
        raise GatewayError(told["error"]["code"], told["error"]["message"])
    known = {name: told[name] for name in ("state", "tx_hash", "block_number")}
    return Answer({**answer.data, **known}, 200 if told["state"] == CONFIRMED else 202)
