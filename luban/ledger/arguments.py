"""From an evidence request to the arguments of a contract's function, by their names (waste-chain §3.2, §4).

A body gives what its item knows in the chain's own words (snake case is read as camel case); key, digests, times and
the operator's pseudonym are added here. What a function asks for is read from its interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luban.ledger.artefacts import RECORDS, artefact
from luban.ledger.digests import EMPTY, Entry, entry_hash, record_key
from luban.ledger.writes import Write

ORIGIN = "310000"
SUBMITTED, REPLIED = 1, 6
FORM_CALLS = ("createFiling", "appendVersion", "propose", "createForm", "updateForm")
ENTRY_CALLS = ("createCase", "updateCase", "transition", "reply")


@dataclass(frozen=True)
class Attested:
    """Everything an event puts in evidence; `previous_form` is the digest of the version before (EMPTY for none),
    `origin` the province whose record it is and whose account signs.
    """

    request_id: str
    case: str
    record: str
    call: str
    record_key: str
    schema: str
    version: int
    form_digest: str
    section_digests: Sequence[str]
    attachments_root: str
    attachment_digests: Sequence[str]
    previous_form: str
    decision_digest: str
    operator_hash: str
    occurred_at: int
    body: Mapping[str, Any]
    origin: str = ORIGIN


@dataclass(frozen=True)
class Last:
    """The last entry of a case's chain of business: how many there are, status, hash."""

    seq: int = 0
    status: int = 0
    hash: str = EMPTY


def write_of(attested: Attested, *, last: Last | None = None) -> Write:
    """The write of an evidence request; `last` is needed for the entries of a DC record.

    Raises LookupError for a function the contract does not have, KeyError naming what the body lacks.
    """
    contract = RECORDS[attested.record]
    known = _known(attested)
    digest, version = attested.form_digest, attested.version
    if attested.call in ENTRY_CALLS:
        entry = _entry(attested, known, last or Last())
        known |= entry
        digest, version = entry["entryHash"], entry["seq"]
    elif attested.call not in FORM_CALLS:
        digest = attested.decision_digest
    return Write(
        request_id=attested.request_id,
        group=f"case:{attested.case}",
        account=attested.origin,
        contract=contract,
        function=attested.call,
        arguments={name: known[name] for name in artefact(contract).interface.inputs(attested.call)},
        record_key=attested.record_key,
        version=version,
        digest=digest,
        needs=known.get("filingKey", "") if attested.call == "propose" else "",
    )


def last_entry(*, seq: int, function: str, arguments: Mapping[str, Any]) -> Last:
    """The last entry as its own write tells it."""
    if function == "reply":
        return Last(seq, REPLIED, arguments["r"]["entryHash"])
    status = arguments["to"] if function == "transition" else SUBMITTED
    return Last(seq, status, arguments["entryHash"])


def _known(attested: Attested) -> dict[str, Any]:
    known = {_camel(name): value for name, value in attested.body.items()}
    if "core" in known:
        known["core"] = {**known["core"], "recordKey": attested.record_key}
    if "filingCaseNo" in known:
        known["filingKey"] = record_key(kind="UF", origin=attested.origin, number=known["filingCaseNo"])
    known.setdefault("extraParties", [])
    return known | {
        "key": attested.record_key,
        "occurredAt": attested.occurred_at,
        "operatorHash": attested.operator_hash,
        "decisionDigest": attested.decision_digest,
        "ev": {
            "schemaVersion": attested.schema,
            "formDigest": attested.form_digest,
            "sectionDigests": list(attested.section_digests),
            "attachmentsRoot": attested.attachments_root,
            "attachmentDigests": list(attested.attachment_digests),
            "prevDigest": attested.previous_form,
            "occurredAt": attested.occurred_at,
            "operatorHash": attested.operator_hash,
            "payloadUri": f"gw://{attested.record}/{attested.record_key}/{attested.version}",
        },
    }


def _entry(attested: Attested, known: Mapping[str, Any], last: Last) -> dict[str, Any]:
    """The arguments of one entry, and its hash over all it says."""
    reply = attested.call == "reply"
    status = REPLIED if reply else known["to"] if attested.call == "transition" else SUBMITTED
    said: dict[str, Any] = {
        "opinionDigest": EMPTY if reply else attested.decision_digest,
        "docDigest": known.get("docDigest") or EMPTY,
        "docNo": known.get("docNo") or "",
        "occurredAt": attested.occurred_at,
        "operatorHash": attested.operator_hash,
        "prevEntryHash": last.hash,
    }
    kilograms = known.get("replyKg" if reply else "approvedKg") or 0
    until = known.get("replyValidTo" if reply else "validTo") or 0
    since = 0 if reply else known.get("validFrom") or 0
    result = known["result"] if reply else 0
    version = known.get("formVersion") or attested.version
    if attested.call in ("createCase", "updateCase"):
        said |= {"opinionDigest": EMPTY, "docDigest": EMPTY, "docNo": ""}
    whole = entry_hash(
        Entry(
            key=attested.record_key,
            seq=last.seq + 1,
            from_state=last.status,
            to_state=status,
            form_version=version,
            opinion_digest=said["opinionDigest"],
            document_digest=said["docDigest"],
            document_no=said["docNo"],
            approved_kg=kilograms,
            valid_from=since,
            valid_to=until,
            reply_result=result,
            occurred_at=attested.occurred_at,
            operator_hash=attested.operator_hash,
            previous=last.hash,
        )
    )
    answer = {
        **{
            name: said[name] for name in ("docDigest", "docNo", "occurredAt", "operatorHash", "prevEntryHash")
        },
        "result": result,
        "replyKg": kilograms,
        "replyValidTo": until,
        "onBehalf": bool(known.get("onBehalf")),
        "entryHash": whole,
    }
    return {
        "seq": last.seq + 1,
        "to": status,
        "expectedSeq": last.seq,
        "formVersion": version,
        "formKey": _form_key(attested, known),
        "prevEntryHash": last.hash,
        "entryHash": whole,
        "e": {**said, "approvedKg": kilograms, "validFrom": since, "validTo": until},
        "r": answer,
    }


def _form_key(attested: Attested, known: Mapping[str, Any]) -> str:
    if "core" not in known:
        return EMPTY
    return record_key(kind="DF", origin=attested.origin, number=known["core"]["applicationNo"])


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
