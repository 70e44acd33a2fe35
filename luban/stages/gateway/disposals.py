"""Writes of disposal cases (DC): begun, filed anew, moved on by the sending province, answered by the receiving one."""

from __future__ import annotations

from typing import Any

from luban.ledger.arguments import Last
from luban.ledger.digests import EMPTY
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.bodies import CaseBody, PaperBody, ReplyBody, TransitionBody, read
from luban.stages.gateway.call import Answer, Call, is_key
from luban.stages.gateway.chainside import Course, course_of, exists
from luban.stages.gateway.filings import checked_core
from luban.stages.gateway.pushing import attested, key_of, now_ms, own, push, said_digest, salt_of


def create_case(call: Call) -> Answer:
    """POST /disposal-cases, after its form."""
    body = read(CaseBody, call.body)
    number = body.core.application_no
    key = key_of(call, "DC", number)
    core = checked_core(call, body.core, number=number, key=key)
    _same_form(call, body, number)
    if exists(record="DC", record_key=key):
        raise GatewayError(40901, f"办件{number}的业务已在链上。")
    return _begin(call, "createCase", key, body, core, Last())


def update_case(call: Call) -> Answer:
    """POST /disposal-cases/{key}/versions: filed anew after a correction."""
    key, body = is_key(call.values["key"]), read(CaseBody, call.body)
    core = checked_core(call, body.core, number=body.core.application_no, key=key)
    _same_form(call, body, body.core.application_no)
    course = course_of(record_key=key)
    own(call, course.core["originProvince"])
    _expected(course, course.last.seq if body.expected_seq is None else body.expected_seq)
    return _begin(call, "updateCase", key, body, core, course.last)


def transition(call: Call) -> Answer:
    """POST /disposal-cases/{key}/transitions."""
    key, body = is_key(call.values["key"]), read(TransitionBody, call.body)
    course = course_of(record_key=key)
    own(call, course.core["originProvince"])
    _expected(course, body.expected_seq)
    opinion = EMPTY
    if body.opinion:
        opinion = said_digest(salt=salt_of(course.form_key, body.record_salt), content=body.opinion)
    what = attested(
        call,
        record="DC",
        function="transition",
        key=key,
        version=_form_version(call, course, body.form_version),
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        decision=opinion,
        body={
            "to": body.to,
            "expectedSeq": body.expected_seq,
            "approvedKg": body.approved_kg,
            "validFrom": body.valid_from,
            "validTo": body.valid_to,
            **_paper(body.doc),
        },
    )
    return push(call, what, last=course.last)


def reply(call: Call) -> Answer:
    """POST /disposal-cases/{key}/reply."""
    key, body = is_key(call.values["key"]), read(ReplyBody, call.body)
    course = course_of(record_key=key)
    if body.on_behalf:
        own(call, course.core["originProvince"])
        call.caller.need("handle:disposal")
    else:
        own(call, course.core["destProvince"], "接收省")
        call.caller.need("reply:disposal")
    _expected(course, body.expected_seq)
    what = attested(
        call,
        record="DC",
        function="reply",
        key=key,
        version=_form_version(call, course, body.form_version),
        operator=body.operator_id,
        occurred_at=body.occurred_at or now_ms(),
        body={
            "result": body.result,
            "replyKg": body.reply_kg,
            "replyValidTo": body.reply_valid_to,
            "onBehalf": body.on_behalf,
            **_paper(body.doc),
        },
    )
    return push(call, what, last=course.last)


def _begin(call: Call, function: str, key: str, body: CaseBody, core: dict[str, Any], last: Last) -> Answer:
    what = attested(
        call,
        record="DC",
        function=function,
        key=key,
        version=body.form_version,
        operator=body.operator_id,
        occurred_at=body.occurred_at,
        body={"core": core, "formVersion": body.form_version},
    )
    return push(call, what, related=(body.form_key,), last=last)


def _same_form(call: Call, body: CaseBody, number: str) -> None:
    if body.form_key != key_of(call, "DF", number):
        raise GatewayError(40002, "form_key 不是该办件申请表的主键。")


def _expected(course: Course, expected: int) -> None:
    if course.last.seq != expected:
        raise GatewayError(40902, f"期望的序号是{expected}，当前序号是{course.last.seq}，请取新状态后重推。")


def _form_version(call: Call, course: Course, given: int | None) -> int:
    """The version of the form an entry belongs to; only we ourselves may say which."""
    if given is None or given == course.form_version:
        return course.form_version
    if not call.caller.inner:
        raise GatewayError(40002, f"form_version 应为当前申请表版本{course.form_version}。")
    return given


def _paper(doc: PaperBody) -> dict[str, Any]:
    return {"docNo": doc.no, "docDigest": doc.sm3 or EMPTY}
