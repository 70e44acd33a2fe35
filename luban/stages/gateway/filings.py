"""Writes of filings (UF) and disposal forms (DF): pushed version by version; filings also decided and withdrawn."""

from __future__ import annotations

from typing import Any

from luban.ledger.digests import EMPTY, RecordKind
from luban.stages.gateway.agreement import disagreements
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.bodies import CoreBody, DecisionBody, FormBody, OperatorBody, day_number, read
from luban.stages.gateway.call import Answer, Call, is_key
from luban.stages.gateway.chainside import exists, form_of
from luban.stages.gateway.kept import Handed, keep
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

CREATE = {"UF": "createFiling", "DF": "createForm"}
APPEND = {"UF": "appendVersion", "DF": "updateForm"}


def create_filing(call: Call) -> Answer:
    """POST /utilisation-filings."""
    return _create(call, "UF")


def append_filing(call: Call) -> Answer:
    """POST /utilisation-filings/{key}/versions."""
    return _append(call, "UF")


def create_form(call: Call) -> Answer:
    """POST /disposal-forms."""
    return _create(call, "DF")


def update_form(call: Call) -> Answer:
    """POST /disposal-forms/{key}/versions."""
    return _append(call, "DF")


def decide_filing(call: Call) -> Answer:
    """POST /utilisation-filings/{key}/decision."""
    key, body = is_key(call.values["key"]), read(DecisionBody, call.body)
    form = form_of(record="UF", record_key=key)
    own(call, form.core["originProvince"])
    filed = body.result == "filed"
    if str(body.decision.get("result", body.result)) != body.result:
        raise GatewayError(40002, "decision.result 与 result 不符。")
    if filed and body.decision.get("filing_no", body.filing_no) != body.filing_no:
        raise GatewayError(40002, "decision.filing_no 与 filing_no 不符。")
    digest = said_digest(salt=salt_of(key, body.record_salt), content=body.decision)
    same_digest(name="decision_digest", given=body.decision_digest, computed=digest)
    version = body.expected_version or form.version
    what = attested(
        call,
        record="UF",
        function="recordDecision",
        key=key,
        version=version,
        operator=body.operator_id,
        occurred_at=now_ms(),
        decision=digest,
        body={
            "filed": filed,
            "docNo": body.filing_no,
            "decisionDate": day_number(body.decision.get("decision_date")),
            "expectedVersion": version,
        },
    )
    return push(call, what)


def withdraw_filing(call: Call) -> Answer:
    """POST /utilisation-filings/{key}/withdraw."""
    key, body = is_key(call.values["key"]), read(OperatorBody, call.body)
    form = form_of(record="UF", record_key=key)
    own(call, form.core["originProvince"])
    what = attested(
        call,
        record="UF",
        function="withdraw",
        key=key,
        version=form.version,
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        body={},
    )
    return push(call, what)


def checked_core(call: Call, body: CoreBody, *, number: str, key: str) -> dict[str, Any]:
    """The plain core, when it is the caller's own and says what the address says. Raises GatewayError (40302, 40002)."""
    core = body.plain()
    own(call, core["originProvince"])
    if core["applicationNo"] != number:
        raise GatewayError(40002, "core.applicationNo 与 case_no 不符。")
    if body.record_key not in (None, key):
        raise GatewayError(40002, "core.recordKey 不是由移出省和办件号算出的主键。")
    return core


def _create(call: Call, record: RecordKind) -> Answer:
    body = read(FormBody, call.body)
    key = key_of(call, record, body.case_no)
    handed = _handed(call, record, body, key, 1)
    if exists(record=record, record_key=key):
        raise GatewayError(40901, f"办件{body.case_no}已有存证，更新请推送新版本。")
    keep(handed)
    what = attested(
        call,
        record=record,
        function=CREATE[record],
        key=key,
        version=1,
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        body={"core": handed.core},
        handed=handed,
        previous=EMPTY,
    )
    return push(call, what)


def _append(call: Call, record: RecordKind) -> Answer:
    key, body = is_key(call.values["key"]), read(FormBody, call.body)
    if body.expected_version is None:
        raise GatewayError(40001, "expected_version 没有填写，请核对接口说明。")
    own(call, body.core.origin_province)
    if key != key_of(call, record, body.case_no):
        raise GatewayError(40002, "地址中的主键不是由移出省和办件号算出的主键。")
    form = form_of(record=record, record_key=key)
    if form.version != body.expected_version:
        raise GatewayError(
            40902, f"期望的版本是{body.expected_version}，当前版本是{form.version}，请取新版本后重推。"
        )
    handed = _handed(call, record, body, key, form.version + 1)
    keep(handed)
    what = attested(
        call,
        record=record,
        function=APPEND[record],
        key=key,
        version=form.version + 1,
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        body={"core": handed.core, "expectedVersion": form.version},
        handed=handed,
        previous=form.digest,
    )
    return push(call, what)


def _handed(call: Call, record: RecordKind, body: FormBody, key: str, version: int) -> Handed:
    """What was handed over, once province, digest and plain core are found right, in this order."""
    core = checked_core(call, body.core, number=body.case_no, key=key)
    schema = body.schema_version or SCHEMAS[record]
    if not schema.startswith(f"{record}-"):
        raise GatewayError(40001, f"schema_version 应为{SCHEMAS[record]}。")
    handed = handed_over(
        call,
        record=record,
        number=body.case_no,
        version=version,
        schema=schema,
        core=core,
        sections=body.sections,
        salt=body.record_salt,
        attachments=body.attachments,
    )
    same_digest(name="form_digest", given=body.form_digest, computed=handed.form_digest)
    wrong = disagreements(core=core, sections=body.sections)
    if wrong:
        raise GatewayError(40002, f"明文字段与节内容不符：{'、'.join(wrong)}，请核对。")
    return handed
