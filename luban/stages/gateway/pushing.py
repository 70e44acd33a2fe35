"""What all writes share: province and membership checked, the write made, rehearsed, put into the outbox, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from luban.cases import house
from luban.kit.canonical import NotCanonical, canonical
from luban.kit.clock import clock
from luban.ledger.arguments import Attested, Last, write_of
from luban.ledger.digests import (
    EMPTY,
    REVOCATION_SECTIONS,
    SECTIONS,
    Attachment,
    RecordKind,
    attachment_digest,
    attachments_root,
    decision_digest,
    form_digest,
    operator_hash,
    record_key,
    section_digest_of_text,
    section_salt,
)
from luban.ledger.models import ChainWrite
from luban.ledger.setup import HOME, has_joined, membership
from luban.ledger.states import PENDING
from luban.ledger.writes import enqueue
from luban.stages.chain.wake import wake
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.bodies import AttachmentBody
from luban.stages.gateway.call import Answer, Call
from luban.stages.gateway.chainside import group_of, let_go, rehearse
from luban.stages.gateway.kept import Handed, content_of

PEPPER = "chain.operator"
SCHEMAS: Mapping[str, str] = {"UF": "UF-1.0", "DF": "DF-1.0", "UR": "UR-1.0"}


def pseudonym(call: Call, operator: str) -> str:
    """An operator on the chain: under the province's own pepper; under ours for whoever acts at our desks."""
    ours = call.caller.inner or call.caller.region == HOME
    purpose = PEPPER if ours else f"{PEPPER}.{call.caller.region}"
    return operator_hash(pepper=house.keys().hmac_key(purpose).hex(), account=operator)


def key_of(call: Call, kind: RecordKind, number: str) -> str:
    """The key of one of the caller's own records."""
    return record_key(kind=kind, origin=call.caller.region, number=number)


def own(call: Call, province: Any, what: str = "移出省") -> None:
    """Pass when the province is the caller's. Raises GatewayError (40302)."""
    if str(province) != call.caller.region:
        raise GatewayError(
            40302, f"记录的{what}为{province}，不是本应用所属省{call.caller.region}，不能写入。"
        )


def now_ms() -> int:
    """The house's time in milliseconds."""
    return int(clock.now().timestamp() * 1000)


def handed_over(
    call: Call,
    *,
    record: RecordKind,
    number: str,
    version: int,
    schema: str,
    core: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, Any]],
    salt: str,
    attachments: Sequence[AttachmentBody],
) -> Handed:
    """A version of a record with its digests, computed here from the content. Raises GatewayError (40001)."""
    names = REVOCATION_SECTIONS if record == "UR" else SECTIONS
    if set(sections) != set(names):
        raise GatewayError(40001, f"sections 应为{'、'.join(names)}，不多不少。")
    try:
        texts = {name: canonical(sections[name]) for name in names}
    except (NotCanonical, RecursionError) as error:
        raise GatewayError(40001, f"节内容不能规范化：{str(error)[:120]}。") from error
    plain = [one.plain() for one in attachments]
    if len({(one.material_code, one.seq) for one in plain}) != len(plain):
        raise GatewayError(40001, "附件有重复的材料码和序号。")
    plain.sort(key=lambda one: (one.material_code, one.seq))
    digests = {
        name: section_digest_of_text(
            section=name, salt=section_salt(record_salt=salt, section=name), text=text
        )
        for name, text in texts.items()
    }
    key = key_of(call, record, number)
    return Handed(
        record=record,
        record_key=key,
        version=version,
        form_digest=form_digest(
            schema=schema,
            key=key,
            version=version,
            sections=list(digests.values()),
            root=attachments_root(plain),
        ),
        schema=schema,
        app=call.caller.app,
        case_no=number,
        core=core,
        salt=salt,
        sections=texts,
        section_digests=digests,
        attachments=plain,
        urls={f"{one.material_code}-{one.seq}": one.url for one in attachments if one.url},
    )


def same_digest(*, name: str, given: str | None, computed: str) -> None:
    """Pass when the caller's digest is ours. Raises GatewayError (40003)."""
    if given is not None and given != computed:
        raise GatewayError(
            40003, f"{name} 与按正文复算的不一致（应为{computed}），请核对规范化、盐和附件次序。"
        )


def salt_of(record_key: str, given: str | None = None) -> str:
    """The salt of a record handed over before; the one given for a record that was written without the gateway.

    Raises GatewayError (40401, 40003).
    """
    content = content_of(record_key=record_key)
    salt = content.salt if content is not None and content.whole else given
    if not salt:
        raise GatewayError(40401, "网关没有该记录的正文，无法计算意见摘要，请先推送该记录。")
    if given not in (None, salt):
        raise GatewayError(40003, "record_salt 与该记录推送时的不同。")
    return salt


def said_digest(*, salt: str, content: Mapping[str, Any]) -> str:
    """Digest of a decision or opinion; EMPTY for none. Raises GatewayError (40001)."""
    if not content:
        return EMPTY
    try:
        return decision_digest(record_salt=salt, content=dict(content))
    except (NotCanonical, RecursionError) as error:
        raise GatewayError(40001, f"意见不能规范化：{str(error)[:120]}。") from error


def attested(
    call: Call,
    *,
    record: str,
    function: str,
    key: str,
    version: int,
    operator: str,
    occurred_at: int,
    body: Mapping[str, Any],
    decision: str = EMPTY,
    handed: Handed | None = None,
    previous: str = EMPTY,
) -> Attested:
    """What is put in evidence, ready for the ledger."""
    files: Sequence[Attachment] = handed.attachments if handed else ()
    return Attested(
        request_id=call.write_id,
        case="",
        record=record,
        call=function,
        record_key=key,
        schema=handed.schema if handed else "",
        version=version,
        form_digest=handed.form_digest if handed else "",
        section_digests=tuple(handed.section_digests.values()) if handed else (),
        attachments_root=attachments_root(files),
        attachment_digests=tuple(attachment_digest(one) for one in files),
        previous_form=previous,
        decision_digest=decision,
        operator_hash=pseudonym(call, operator),
        occurred_at=occurred_at,
        body=body,
        origin=call.caller.region,
    )


def push(call: Call, what: Attested, *, related: Sequence[str] = (), last: Last | None = None) -> Answer:
    """Put the write into the outbox, in the order of its record, and say so (202).

    Raises GatewayError: the province is not on the chain (40301), or what the contract would refuse with.
    """
    region = call.caller.region
    if region != HOME and not has_joined(region=region):
        raise GatewayError(40301, "本省组织尚未在链上登记，请联系链与接入管理员。")
    made = write_of(what, last=last)
    group = call.group or group_of(
        record_keys=(what.record_key, *related), otherwise=f"{region}:{what.record_key[:32]}"
    )
    needs = made.needs or ("" if region == HOME else membership(region=region))
    made = replace(made, group=group, needs=needs)
    let_go(group)
    if not call.caller.inner:
        rehearse(made)
    enqueue(made)
    wake()
    state = ChainWrite.objects.filter(request_id=call.write_id).values_list("state", flat=True).first()
    said = {"record_key": what.record_key, "version": what.version, "state": state or PENDING}
    if what.record == "DC":
        said |= {"seq": made.version, "entry_hash": made.digest}
    return Answer({**said, "request_id": call.request_id}, status=202)
