"""One function for all who call: find the operation, check the scope, do it once for one idempotency key.

HTTP comes here after authentication, our own stages come here in process; neither knows another way to the contracts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from luban.kit.clock import clock
from luban.ledger.models import ChainWrite
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.call import Answer, Call, Operation
from luban.stages.gateway.chainside import OURS
from luban.stages.gateway.models import Asked
from luban.stages.gateway.operations import OPERATIONS
from luban.stages.gateway.parsing import parsed
from luban.stages.gateway.receipts import awaited, wait_ms
from luban.trust.digest import sm3

KEPT = timedelta(days=7)
REQUEST_ID = re.compile(r"[A-Za-z0-9_.:\-]{1,128}")
SECRETS = ("app_secret", "callback_secret")
WAITING = ("wait", "timeout_ms")


@dataclass(frozen=True)
class Question:
    """A request as it came: `path` below the prefix, `query` decoded, `body` as bytes."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    request_id: str = ""


def perform(
    *,
    caller: Caller,
    question: Question,
    operations: Sequence[Operation] = OPERATIONS,
    group: str = "",
) -> Answer:
    """Do what is asked. Raises GatewayError. `group` is the order of our own writes, in process only."""
    operation, values = found(question, operations)
    if operation.scopes:
        caller.need(*operation.scopes)
    _known_query(operation, question.query)
    call = Call(caller, values, question.query, parsed(question.body), question.request_id, group=group)
    if not operation.writes:
        return operation.run(call)
    patience = wait_ms(question.query) if operation.queues else 0
    call = _named(call)
    answer = _once(call, operation, _digest(question))
    if patience and not caller.inner:
        return awaited(answer=answer, write_id=call.write_id, patience_ms=patience)
    return answer


def found(question: Question, operations: Sequence[Operation]) -> tuple[Operation, Mapping[str, str]]:
    """The operation at this address and the values in it. Raises GatewayError (40401, 40001)."""
    elsewhere = False
    for operation in operations:
        fits = operation.pattern.fullmatch(question.path)
        if fits and operation.method == question.method:
            return operation, fits.groupdict()
        elsewhere = elsewhere or fits is not None
    if elsewhere:
        raise GatewayError(40001, f"该地址不支持{question.method}方法，请核对接口说明。")
    raise GatewayError(40401, "没有该接口，请核对地址。")


def _known_query(operation: Operation, query: Mapping[str, str]) -> None:
    known = {*operation.query, *(WAITING if operation.queues else ())}
    unknown = sorted(set(query) - known)
    if unknown:
        raise GatewayError(40001, f"不认识的参数“{'、'.join(unknown)[:100]}”，请核对接口说明。")


def _named(call: Call) -> Call:
    if not REQUEST_ID.fullmatch(call.request_id) and not call.caller.inner:
        raise GatewayError(40001, "写操作须带 Idempotency-Key（1至128位字母、数字或_.:-）。")
    write_id = call.request_id if call.caller.inner else f"{OURS}{call.caller.app}:{call.request_id}"
    return Call(call.caller, call.values, call.query, call.body, call.request_id, write_id, call.group)


def _digest(question: Question) -> str:
    return sm3("\n".join([question.method, question.path, sm3(question.body)]).encode())


def _once(call: Call, operation: Operation, digest: str) -> Answer:
    """Do it, or give the answer given before. Raises GatewayError (40904) for another request under the same key."""
    now = clock.now()
    with transaction.atomic():
        Asked.objects.filter(
            app=call.caller.app, request_id=call.request_id, created_at__lt=now - KEPT
        ).delete()
        row, made = Asked.objects.get_or_create(
            app=call.caller.app,
            request_id=call.request_id,
            defaults={"digest": digest, "write_id": call.write_id, "created_at": now},
        )
        if not made:
            if row.digest != digest:
                raise GatewayError(40904, "该 Idempotency-Key 已用于另一请求，请换新的。")
            return Answer(row.answer, row.status)
        answer = _known_write(call) or operation.run(call)
        row.answer, row.status = _without_secrets(answer.data), answer.status
        row.save(update_fields=["answer", "status"])
    return answer


def _known_write(call: Call) -> Answer | None:
    """A write of that id kept longer ago than answers are: it counts once all the same."""
    row = ChainWrite.objects.filter(request_id=call.write_id).first()
    if row is None:
        return None
    said: dict[str, Any] = {"record_key": row.record_key, "version": row.version, "state": row.state}
    return Answer({**said, "request_id": call.request_id}, status=202)


def _without_secrets(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if name in SECRETS else value for name, value in data.items()}
