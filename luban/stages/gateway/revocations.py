"""Writes of revocations (UR): proposed, then approved or rejected by another, or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.bodies import OperatorBody, ProposalBody, VerdictBody, read
from luban.stages.gateway.call import Answer, Call, is_key
from luban.stages.gateway.chainside import Form, exists, form_of
from luban.stages.gateway.kept import content_of, keep
from luban.stages.gateway.pushing import (
    SCHEMAS,
    attested,
    handed_over,
    key_of,
    now_ms,
    own,
    push,
    said_digest,
    salt_of,
    same_digest,
)


def propose(call: Call) -> Answer:
    """POST /utilisation-revocations."""
    body = read(ProposalBody, call.body)
    filing = _filing_core(call, body.filing_key)
    own(call, filing["originProvince"])
    key = key_of(call, "UR", body.revocation_no)
    handed = handed_over(
        call,
        record="UR",
        number=body.revocation_no,
        version=1,
        schema=body.schema_version or SCHEMAS["UR"],
        core={**filing, "filingKey": body.filing_key, "filingNo": body.filing_no},
        sections=body.sections,
        salt=body.record_salt or salt_of(body.filing_key),
        attachments=body.attachments,
    )
    same_digest(name="form_digest", given=body.form_digest, computed=handed.form_digest)
    if exists(record="UR", record_key=key):
        raise GatewayError(40901, f"撤销{body.revocation_no}已有存证。")
    keep(handed)
    what = attested(
        call,
        record="UR",
        function="propose",
        key=key,
        version=1,
        operator=body.operator_id,
        occurred_at=body.occurred_at or now_ms(),
        body={
            "revocation_no": body.revocation_no,
            "filing_key": body.filing_key,
            "filing_no": body.filing_no,
            "reason_code": body.reason_code,
        },
        handed=handed,
    )
    return push(call, what, related=(body.filing_key,))


def approve(call: Call) -> Answer:
    """POST /utilisation-revocations/{key}/approve."""
    return _decide(call, "approve")


def reject(call: Call) -> Answer:
    """POST /utilisation-revocations/{key}/reject."""
    return _decide(call, "reject")


def withdraw(call: Call) -> Answer:
    """POST /utilisation-revocations/{key}/withdraw."""
    key, body = is_key(call.values["key"]), read(OperatorBody, call.body)
    _own(call, key)
    what = attested(
        call,
        record="UR",
        function="withdraw",
        key=key,
        version=1,
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        body={},
    )
    return push(call, what)


def _decide(call: Call, function: str) -> Answer:
    key, body = is_key(call.values["key"]), read(VerdictBody, call.body)
    _own(call, key)
    digest = said_digest(salt=salt_of(key, body.record_salt), content=body.decision)
    same_digest(name="decision_digest", given=body.decision_digest, computed=digest)
    what = attested(
        call,
        record="UR",
        function=function,
        key=key,
        version=1,
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        decision=digest,
        body={},
    )
    return push(call, what)


def _filing_core(call: Call, key: str) -> Mapping[str, Any]:
    """The plain core of the filing. We ourselves may name one that was never put in evidence: the contract decides."""
    try:
        return form_of(record="UF", record_key=key).core
    except GatewayError:
        if not call.caller.inner:
            raise
        return {"originProvince": int(call.caller.region), "destProvince": 0}


def _own(call: Call, key: str) -> Form:
    """The revocation, when it is the caller's own. Raises GatewayError (40401, 40302)."""
    form = form_of(record="UR", record_key=key)
    content = content_of(record_key=key)
    core = content.core if content is not None else form.core
    own(call, core["originProvince"])
    return form
