"""Verification for applications (waste-chain §7): what the caller holds, what the gateway keeps, what the chain says.

Nothing of the business database is looked at or told here: L is the caller's content, or the gateway's recomputed when
the caller sends none; S is what the gateway noted; C is read from the chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from luban.kit.canonical import NotCanonical, canonical
from luban.kit.clock import clock
from luban.ledger.arguments import ENTRY_CALLS, FORM_CALLS
from luban.ledger.artefacts import RECORDS
from luban.ledger.conclusions import (
    SECTION_NAMES,
    AttachmentSeen,
    Conclusion,
    Observed,
    Outbox,
    Side,
    conclude,
)
from luban.ledger.digests import (
    EMPTY,
    REVOCATION_SECTIONS,
    SECTIONS,
    attachment_digest,
    attachments_root,
    form_digest,
    section_digest_of_text,
    section_salt,
)
from luban.ledger.models import ChainWrite
from luban.ledger.states import CONFIRMED, DELAYED_AFTER
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.bodies import VerifyBody, read
from luban.stages.gateway.call import Answer, Call, is_key
from luban.stages.gateway.chainside import READS, VERSION_READS, ask, live
from luban.stages.gateway.kept import Opened, content_of
from luban.stages.gateway.reads import ENTRIES_AT_ONCE, note, seen_by
from luban.stages.gateway.sight import Sight

UNREACHABLE = 50301


@dataclass(frozen=True)
class There:
    """A version as the chain holds it, with all versions before it for the links."""

    version: int
    stored: Mapping[str, Any]
    core: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...]


def verify_filing(call: Call) -> Answer:
    """POST /utilisation-filings/{key}/verify."""
    return _verify(call, "UF")


def verify_form(call: Call) -> Answer:
    """POST /disposal-forms/{key}/verify."""
    return _verify(call, "DF")


def verify_revocation(call: Call) -> Answer:
    """POST /utilisation-revocations/{key}/verify."""
    return _verify(call, "UR")


def verify_case(call: Call) -> Answer:
    """POST /disposal-cases/{key}/verify: every entry's link, and the one the caller holds."""
    key, body = is_key(call.values["key"]), read(VerifyBody, call.body)
    told = ask(contract=RECORDS["DC"], function="getCase", key=key)
    rows = list(live(key).filter(function__in=ENTRY_CALLS).order_by("version"))
    if not told["found"] and not rows:
        raise GatewayError(40401, "没有该办件，请核对主键。")
    core = told["record"]["core"] if told["found"] else rows[0].arguments.get("core", {})
    seen = seen_by(call.caller, "DC", key, core)
    entries, broken = _entries(key, int(told["seq"]))
    local = {**entries, **({f"e{body.seq}": body.entry_hash} if body.seq and body.entry_hash else {})}
    kept = {f"e{row.version}": row.digest for row in rows}
    on_chain = Side(entries, {}) if entries else None
    observed = Observed(
        outbox=_outbox(rows[0]) if rows else None,
        local=Side(local, {}),
        snapshot=Side(kept or entries, {}),
        on_chain=on_chain,
        broken_at=broken,
    )
    note(caller=call.caller, record="DC", record_key=key, ground=seen.ground)
    said = _said("DC", key, core.get("applicationNo", ""), int(told["seq"]), observed, conclude(observed))
    return Answer({**said, "checked": {"sections": len(entries), "attachments": 0, "versions": len(entries)}})


def _verify(call: Call, record: str) -> Answer:
    key, body = is_key(call.values["key"]), read(VerifyBody, call.body)
    there, reachable = _there(record, key, body.version)
    content = content_of(
        record_key=key,
        version=there.version if there else body.version,
        form_digest=there.stored["ev"]["formDigest"] if there else "",
    ) or content_of(record_key=key, version=body.version)
    if there is None and content is None:
        raise GatewayError(40401, "没有该记录，请核对主键。")
    core = _core(record, there, content)
    seen = seen_by(call.caller, record, key, core)
    _within(seen, body)
    observed = _observed(record, key, body, there, content, reachable)
    version = there.version if there else (content.version if content else 1)
    note(caller=call.caller, record=record, record_key=key, version=version, ground=seen.ground)
    said = _concluded(body, observed)
    number = content.case_no if content else str(core.get("applicationNo", ""))
    checked = {
        "sections": len(observed.on_chain.sections) if observed.on_chain else 0,
        "attachments": len(observed.attachments),
        "versions": len(there.history) if there else 0,
    }
    return Answer({**_said(record, key, number, version, observed, said, there), "checked": checked})


def _within(seen: Sight, body: VerifyBody) -> None:
    """Content may only be compared by who may see it; else a comparison would be a way to guess."""
    unseen = sorted(set(body.sections or {}) - {n for n in seen.sections if n not in seen.hidden})
    if unseen:
        raise GatewayError(40303, f"本应用没有{'、'.join(unseen)}节的全部数据权限，不能核验其内容。")
    if (body.attachments is not None or body.attachment_digests is not None) and not seen.attachments:
        raise GatewayError(40303, "本应用没有附件的数据权限，不能核验附件。")


def _there(record: str, key: str, version: int) -> tuple[There | None, bool]:
    """The version asked for (0: the newest) and whether the chain can be read. Raises GatewayError (40402)."""
    contract = RECORDS[record]
    try:
        told = ask(contract=contract, function=READS[record], key=key)
        if not told["found"]:
            return None, True
        if record == "UR":
            stored = told["record"]["stored"]
            newest, core, history = 1, {}, (stored,)
        else:
            newest, core = int(told["version"]), told["core"]
            older = [
                ask(contract=contract, function=VERSION_READS[record], key=key, version=n)
                for n in range(1, newest)
            ]
            history = (*(one["s"] for one in older), told["latest"])
            cores = (*(one["core"] for one in older), core)
    except GatewayError as outage:
        if outage.code != UNREACHABLE:
            raise
        return None, False
    chosen = version or newest
    if chosen > newest:
        raise GatewayError(40402, f"没有第{chosen}版，最新是第{newest}版。")
    plain = core if record == "UR" else cores[chosen - 1]
    return There(chosen, history[chosen - 1], plain, history), True


def _core(record: str, there: There | None, content: Opened | None) -> Mapping[str, Any]:
    """The plain core that decides who may see it; a revocation's is its filing's."""
    if record != "UR" and there is not None:
        return there.core
    if content is not None:
        return content.core
    raise GatewayError(40401, "网关没有该记录的正文，不能判定数据权限。")


def _observed(
    record: str,
    key: str,
    body: VerifyBody,
    there: There | None,
    content: Opened | None,
    reachable: bool,
) -> Observed:
    names = REVOCATION_SECTIONS if record == "UR" else SECTIONS
    version = there.version if there else (content.version if content else 1)
    on_chain = None
    if there is not None:
        evidence = there.stored["ev"]
        digests = dict(zip(names, evidence["sectionDigests"], strict=False))
        on_chain = Side(digests, _compared(there.core), evidence["formDigest"])
    return Observed(
        reachable=reachable,
        outbox=_outbox_of(key, version),
        local=_local(key, body, content, on_chain),
        snapshot=_snapshot(content, on_chain),
        on_chain=on_chain,
        attachments=_attachments(body, content, there),
        broken_at=_broken_at(there),
    )


def _local(key: str, body: VerifyBody, content: Opened | None, on_chain: Side | None) -> Side | None:
    """L: the caller's sections in place of ours, all recomputed; without content of ours, the chain's own."""
    if content is None or not content.whole:
        return (
            Side(on_chain.sections, on_chain.core, body.form_digest or on_chain.form_digest)
            if on_chain
            else None
        )
    given = body.sections or {}
    try:
        texts = {
            name: canonical(given[name]) if name in given else text for name, text in content.sections.items()
        }
    except (NotCanonical, RecursionError) as error:
        raise GatewayError(40001, f"节内容不能规范化：{str(error)[:120]}。") from error
    digests = {
        name: section_digest_of_text(
            section=name, salt=section_salt(record_salt=content.salt, section=name), text=text
        )
        for name, text in texts.items()
    }
    files = content.attachments if body.attachments is None else [one.plain() for one in body.attachments]
    whole = form_digest(
        schema=content.schema,
        key=key,
        version=content.version,
        sections=list(digests.values()),
        root=attachments_root(files),
    )
    return Side(digests, _compared(content.core), body.form_digest or whole)


def _snapshot(content: Opened | None, on_chain: Side | None) -> Side | None:
    """S: what was noted when the content was handed over; without any, nothing speaks against the chain."""
    if content is None:
        return on_chain
    digests = content.section_digests if content.whole else {}
    return Side(digests, _compared(content.core), content.form_digest)


def _compared(core: Mapping[str, Any]) -> dict[str, Any]:
    """The plain fields that must agree: all but those a decision adds."""
    return {name: value for name, value in core.items() if name not in ("docNo", "recordKey", "filingKey")}


def _attachments(body: VerifyBody, content: Opened | None, there: There | None) -> tuple[AttachmentSeen, ...]:
    on_chain: Sequence[str] = there.stored["ev"]["attachmentDigests"] if there else ()
    known = content.attachments if content else ()
    names = [f"{one.material_code}-{one.seq}" for one in known]
    names += [f"第{n + 1}份" for n in range(len(names), len(on_chain))]
    chain = dict(zip(names, on_chain, strict=False))
    if body.attachments is not None:
        plain = [one.plain() for one in body.attachments]
        local = {f"{one.material_code}-{one.seq}": attachment_digest(one) for one in plain}
    elif body.attachment_digests is not None:
        more = [f"第{n + 1}份" for n in range(len(names), len(body.attachment_digests))]
        local = dict(zip([*names, *more], body.attachment_digests, strict=False))
    else:
        local = {f"{one.material_code}-{one.seq}": attachment_digest(one) for one in known} or chain
    return tuple(
        AttachmentSeen(name, chain.get(name), local.get(name), file_missing=name not in local)
        for name in sorted({*chain, *local})
    )


def _broken_at(there: There | None) -> int:
    previous, last = EMPTY, 0
    for n, one in enumerate(there.history if there else (), start=1):
        evidence = one["ev"]
        if one["version"] != n or evidence["prevDigest"] != previous or evidence["occurredAt"] < last:
            return n
        previous, last = evidence["formDigest"], evidence["occurredAt"]
    return 0


def _entries(key: str, total: int) -> tuple[dict[str, str], int]:
    """The entries' hashes, and the first that does not follow the one before it."""
    found: dict[str, str] = {}
    previous, broken = EMPTY, 0
    while len(found) < total:
        first = len(found) + 1
        told = ask(
            contract=RECORDS["DC"], function="getEntries", key=key, fromSeq=first, count=ENTRIES_AT_ONCE
        )
        if not told["entries"]:
            break
        for one in told["entries"]:
            if one["entry"]["prevEntryHash"] != previous and not broken:
                broken = len(found) + 1
            previous = one["entryHash"]
            found[f"e{len(found) + 1}"] = previous
    return found, broken


def _outbox_of(key: str, version: int) -> Outbox | None:
    row = live(key).filter(version=version, function__in=FORM_CALLS).order_by("id").first()
    return None if row is None else _outbox(row)


def _outbox(row: ChainWrite) -> Outbox:
    late = row.state != CONFIRMED and clock.now() - row.created_at > DELAYED_AFTER
    return Outbox(row.state, late, row.error_code or row.error, row.tx_hash)


def _concluded(body: VerifyBody, observed: Observed) -> Conclusion:
    """The conclusion; a form digest that alone differs says that something does, not what."""
    said = conclude(observed)
    chain = observed.on_chain
    differs = body.form_digest and chain is not None and body.form_digest != chain.form_digest
    if differs and said.result == "consistent":
        return Conclusion("db_tampered", "critical", "所报表单摘要与链上存证不一致，疑似被篡改。", ())
    return said


def _said(
    record: str,
    key: str,
    number: str,
    version: int,
    observed: Observed,
    said: Conclusion,
    there: There | None = None,
) -> dict[str, Any]:
    """The structure of waste-chain §7.2."""
    row = ChainWrite.objects.filter(record_key=key, version=version, state=CONFIRMED).order_by("id").first()
    return {
        "record_key": key,
        "business_type": record,
        "case_no": number,
        "version": version,
        "result": said.result,
        "severity": said.severity,
        "message": said.message,
        "checked_at": int(clock.now().timestamp() * 1000),
        "digests": {
            "local": observed.local.form_digest if observed.local else "",
            "snapshot": observed.snapshot.form_digest if observed.snapshot else "",
            "on_chain": observed.on_chain.form_digest if observed.on_chain else "",
        },
        "anchor": {
            "tx_hash": row.tx_hash if row else "",
            "block_number": row.block_number if row else None,
            "anchored_at": there.stored["anchoredAt"] if there else None,
        },
        "findings": [
            {**asdict(one), "section_name": SECTION_NAMES.get(one.section, "")} for one in said.findings
        ],
    }
