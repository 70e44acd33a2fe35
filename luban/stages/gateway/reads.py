"""Reads: by key, by filing number, by both; history and entries. Each within the caller's sight, each noted.

What is said of a record is read from the chain; sections come from what the gateway keeps, if its digest is the chain's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from luban.cases import house
from luban.kit.clock import clock
from luban.ledger.arguments import FORM_CALLS
from luban.ledger.artefacts import RECORDS
from luban.ledger.digests import EMPTY
from luban.ledger.models import ChainWrite
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.call import Answer, Call, is_key
from luban.stages.gateway.chainside import READS, VERSION_READS, ask
from luban.stages.gateway.disclosed import disclosed, sight_of
from luban.stages.gateway.kept import content_of
from luban.stages.gateway.models import ReadNote
from luban.stages.gateway.sight import Sight
from luban.trust.objects import ObjectMissing, ObjectTouched

ENTRIES_AT_ONCE = 50


def note(
    *,
    caller: Caller,
    record: str,
    record_key: str,
    version: int = 0,
    sections: Sequence[str] = (),
    attachments: bool = False,
    code: int = 0,
    ground: str = "",
) -> None:
    """Add one line about a read."""
    ReadNote.objects.create(
        app=caller.app,
        record=record,
        record_key=record_key,
        version=version,
        sections=list(sections),
        attachments=attachments,
        code=code,
        ground=ground,
        at=clock.now(),
    )


def seen_by(caller: Caller, record: str, record_key: str, core: Mapping[str, Any]) -> Sight:
    """The caller's sight; a refusal is noted, too. Raises GatewayError (40303)."""
    try:
        return sight_of(caller=caller, record=record, record_key=record_key, core=core)
    except GatewayError as refusal:
        note(caller=caller, record=record, record_key=record_key, code=refusal.code)
        raise


def get_filing(call: Call) -> Answer:
    """GET /utilisation-filings/{key}."""
    return _form(call, "UF")


def get_form(call: Call) -> Answer:
    """GET /disposal-forms/{key}."""
    return _form(call, "DF")


def get_revocation(call: Call) -> Answer:
    """GET /utilisation-revocations/{key}."""
    key, number = is_key(call.values["key"]), call.query.get("filing_no", "")
    function = "getRevocationByKeyAndNo" if number else "getRevocation"
    asked = {"key": key, **({"filingNo": number} if number else {})}
    told = ask(contract=RECORDS["UR"], function=function, **asked)
    if not told["found"]:
        raise GatewayError(40401, "没有该撤销记录，请核对主键和备案号。")
    return _revocation(call.caller, key, told["record"])


def find_revocations(call: Call) -> Answer:
    """GET /utilisation-revocations?filing_no=: in the order proposed, those within sight."""
    number = call.query.get("filing_no", "")
    if not number:
        raise GatewayError(40001, "filing_no 没有填写。")
    keys = ask(contract=RECORDS["UR"], function="getRevocationsByFilingNo", filingNo=number)["value"]
    found = []
    for key in keys:
        told = ask(contract=RECORDS["UR"], function="getRevocation", key=key)
        try:
            found.append(dict(_revocation(call.caller, key, told["record"]).data))
        except GatewayError as refusal:
            if refusal.code != 40303:
                raise
    return Answer({"items": found, "total": len(found)})


def get_history(call: Call) -> Answer:
    """GET /disposal-forms/{key}/history: digests and times of every version."""
    key = is_key(call.values["key"])
    told = _found("DF", key)
    seen = seen_by(call.caller, "DF", key, told["core"])
    versions: list[dict[str, Any]] = []
    total = 1
    while len(versions) < total:
        part = ask(
            contract=RECORDS["DF"],
            function="getHistory",
            key=key,
            fromVersion=len(versions) + 1,
            count=ENTRIES_AT_ONCE,
        )
        total = int(part["total"])
        columns = (part["formDigests"], part["prevDigests"], part["occurredAt"], part["anchoredAt"])
        rows = list(zip(*columns, strict=True))
        if not rows:
            break
        for digest, previous, occurred, anchored in rows:
            versions.append(
                {
                    "version": len(versions) + 1,
                    "form_digest": digest,
                    "prev_digest": previous,
                    "occurred_at": occurred,
                    "anchored_at": anchored,
                }
            )
    note(caller=call.caller, record="DF", record_key=key, ground=seen.ground)
    return Answer({"record_key": key, "total": total, "versions": versions})


def get_case(call: Call) -> Answer:
    """GET /disposal-cases/{key}."""
    key = is_key(call.values["key"])
    told = _found("DC", key)
    kept, latest = told["record"], told["latest"]
    seen = seen_by(call.caller, "DC", key, kept["core"])
    note(caller=call.caller, record="DC", record_key=key, ground=seen.ground)
    return Answer(
        {
            "record_key": key,
            "business_type": "DC",
            "core": kept["core"],
            "status": told["status"],
            "seq": told["seq"],
            "form_key": kept["formKey"],
            "form_version": kept["formVersion"],
            "reply_result": kept["replyResult"],
            "reply_kg": kept["replyKg"],
            "approved_kg": kept["approvedKg"],
            "latest": {**latest, "seq": told["seq"]},
            "entry_hash": latest["entryHash"],
            "tx": _tx(key, told["seq"]),
        }
    )


def get_entries(call: Call) -> Answer:
    """GET /disposal-cases/{key}/entries."""
    key = is_key(call.values["key"])
    first = call.number("from_seq", default=1, least=1)
    count = call.number("count", default=ENTRIES_AT_ONCE, least=1, most=ENTRIES_AT_ONCE)
    seen = seen_by(call.caller, "DC", key, _found("DC", key)["record"]["core"])
    told = ask(contract=RECORDS["DC"], function="getEntries", key=key, fromSeq=first, count=count)
    note(caller=call.caller, record="DC", record_key=key, ground=seen.ground)
    rows = [{**one, "seq": first + n} for n, one in enumerate(told["entries"])]
    return Answer({"record_key": key, "total": told["total"], "entries": rows})


def get_attachment(call: Call) -> Answer:
    """GET /attachments/{key}/{code}/{seq}: the file, where the house itself keeps it."""
    key, code = is_key(call.values["key"]), call.values["code"]
    content = content_of(record_key=key)
    if content is None:
        raise GatewayError(40401, "没有该附件，请核对地址。")
    seen = seen_by(call.caller, content.record, key, content.core)
    if not seen.shows_material(code):
        note(caller=call.caller, record=content.record, record_key=key, code=40303, ground=seen.ground)
        raise GatewayError(40303, "本应用没有该附件的数据权限。")
    named = (
        one for one in content.attachments if (one.material_code, str(one.seq)) == (code, call.values["seq"])
    )
    one = next(named, None)
    try:
        if one is None:
            raise ObjectMissing(code)
        found = house.objects().get(one.sm3)
    except (ObjectMissing, ObjectTouched) as missing:
        raise GatewayError(40401, "网关没有保存该附件，请向记录所在省索取。") from missing
    note(caller=call.caller, record=content.record, record_key=key, attachments=True, ground=seen.ground)
    return Answer({"sm3": one.sm3}, content=found)


def _found(record: str, key: str) -> dict[str, Any]:
    told = ask(contract=RECORDS[record], function=READS[record], key=key)
    if not told["found"]:
        raise GatewayError(40401, "没有该记录，请核对主键。")
    return told


def _form(call: Call, record: str) -> Answer:
    key, version = is_key(call.values["key"]), call.number("version", default=0)
    told = _found(record, key)
    core, stored = told["core"], told["latest"]
    number = call.query.get("filing_no", "")
    if number and core["docNo"] != number:
        raise GatewayError(40401, "没有主键与备案号同时相符的记录，请核对。")
    seen = seen_by(call.caller, record, key, core)
    if version and version != told["version"]:
        older = ask(contract=RECORDS[record], function=VERSION_READS[record], key=key, version=version)
        if not older["found"]:
            raise GatewayError(40402, f"没有第{version}版，最新是第{told['version']}版。")
        core, stored = older["core"], older["s"]
    data = _shown(call.caller, record, key, stored, seen)
    data |= {"core": core, "latest_version": told["version"]}
    if record == "UF":
        data |= {
            "status": told["status"],
            "decision_digest": _or_empty(told["decisionDigest"]),
            "revocation_key": _or_empty(told["revocationKey"]),
        }
    return Answer(data)


def _revocation(caller: Caller, key: str, kept: Mapping[str, Any]) -> Answer:
    filing = ask(contract=RECORDS["UF"], function="getFiling", key=kept["filingKey"])
    core = filing["core"] if filing["found"] else dict(kept)
    seen = seen_by(caller, "UR", key, core)
    data = _shown(caller, "UR", key, kept["stored"], seen)
    data |= {
        "core": core,
        "status": kept["status"],
        "revocation_no": kept["revocationNo"],
        "filing_key": kept["filingKey"],
        "filing_no": kept["filingNo"],
        "reason_code": kept["reasonCode"],
        "decision_digest": _or_empty(kept["decisionDigest"]),
        "proposed_at": kept["proposedAt"],
        "decided_at": kept["decidedAt"],
    }
    return Answer(data)


def _shown(caller: Caller, record: str, key: str, stored: Mapping[str, Any], seen: Sight) -> dict[str, Any]:
    """What all forms have in common, sections and attachments within sight; the read is noted."""
    version, evidence = int(stored["version"]), stored["ev"]
    content = content_of(record_key=key, version=version, form_digest=evidence["formDigest"])
    given = disclosed(content=content, seen=seen)
    note(
        caller=caller,
        record=record,
        record_key=key,
        version=version,
        sections=sorted(given.sections),
        attachments=bool(given.attachments),
        ground=seen.ground,
    )
    return {
        "record_key": key,
        "business_type": record,
        "version": version,
        "evidence": evidence,
        "submitter_org": stored["submitterOrg"],
        "anchored_at": stored["anchoredAt"],
        "sections": given.sections,
        "attachments": list(given.attachments),
        "tx": _tx(key, version, FORM_CALLS),
    }


def _tx(key: str, version: int, calls: Sequence[str] = ()) -> dict[str, Any]:
    rows = ChainWrite.objects.filter(record_key=key, version=version, state="confirmed")
    rows = rows.filter(function__in=calls) if calls else rows
    row = rows.order_by("id").values_list("tx_hash", "block_number").first()
    return {"tx_hash": row[0] if row else "", "block_number": row[1] if row else None}


def _or_empty(digest: str) -> str:
    return "" if digest == EMPTY else digest
