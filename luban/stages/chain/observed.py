"""What one verification looks at: the business row recomputed, the snapshot, the chain read straight from the node.

The version is the one asked for, else the newest on the chain. The business row of a version is the version row the
event submitted, never a draft; every attachment's bytes are digested anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from luban.cases import house
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.view import CaseView
from luban.ledger import snapshots
from luban.ledger.arguments import FORM_CALLS
from luban.ledger.artefacts import RECORDS
from luban.ledger.chain import NotDeployed, read_many
from luban.ledger.conclusions import AttachmentSeen, FieldSeen, Observed, Outbox, Side, Standing
from luban.ledger.digests import EMPTY, Attachment, attachment_digest
from luban.ledger.models import ChainWrite
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.snapshots import Kept
from luban.ledger.states import CONFIRMED, DELAYED_AFTER
from luban.people.genuine import unchecked
from luban.stages.chain.compose import attachments, declared, request, section_texts
from luban.trust.digest import sm3
from luban.trust.objects import ObjectMissing, ObjectTouched

READS = {"UF": "getFiling", "UR": "getRevocation", "DF": "getForm"}
VERSION_READS = {"UF": "getVersion", "DF": "getFormVersion"}
DECIDED = {"recordDecision", "withdraw", "approve", "reject"}
_STATUS = {"recordDecision": (3, 2), "withdraw": (4, 4), "approve": (2, 2), "reject": (3, 3)}
"""Status on the chain after a decision: (when not filed, when filed)."""


@dataclass(frozen=True)
class Record:
    """One record of a case: kind and key; `case` and `seq` name the event its latest version comes from."""

    kind: str
    key: str
    case: str
    seq: int


@dataclass(frozen=True)
class Looked:
    """What was observed, with the two digests and the transaction that a report shows."""

    seen: Observed
    version: int
    case_no: str
    anchor: Mapping[str, Any]
    sections: int
    versions: int


@dataclass(frozen=True)
class OnChain:
    """A record as the chain holds it."""

    version: int
    latest: Mapping[str, Any]
    core: Mapping[str, Any]
    standing: Standing | None
    history: tuple[Mapping[str, Any], ...]


def look(*, port: ChainPort, record: Record, version: int = 0) -> Looked:
    """Look at one record, touched rows included. What cannot be reached is observed as such."""
    with unchecked():
        return _look(port, record, version)


def _look(port: ChainPort, record: Record, version: int) -> Looked:
    try:
        there = chain_of(port=port, record=record, version=version)
        reachable = True
    except ChainUnavailable:
        there, reachable = None, False
    except NotDeployed:
        there, reachable = None, True
    kept = {one.version: one for one in snapshots.of_record(record_key=record.key, keys=house.keys())}
    newest = max(kept, default=0)
    chosen = version or (there.version if there else newest) or 1
    snapshot = kept.get(chosen)
    here = _local(record, snapshot)
    outbox = _outbox(record.key, chosen)
    seen = Observed(
        reachable=reachable,
        outbox=outbox,
        newer=_outbox(record.key, newest) if newest > chosen and not version else None,
        local=here.side if here else None,
        snapshot=_snapshot_side(snapshot),
        on_chain=_chain_side(there, record.kind),
        salt_missing=bool(here and not here.view.evidence_salt),
    )
    if there is not None and here is not None:
        seen = _compared(seen, record, there, here, snapshot)
    return Looked(
        seen=seen,
        version=chosen,
        case_no=here.view.number if here else "",
        anchor=_anchor(record.key, chosen, there),
        sections=len(here.side.sections) if here else 0,
        versions=len(there.history) if there else 0,
    )


def _compared(seen: Observed, record: Record, there: OnChain, here: Local, snapshot: Kept | None) -> Observed:
    chain_core = seen.on_chain.core if seen.on_chain else {}
    return replace(
        seen,
        attachments=_attachments(here, there, snapshot),
        broken_at=_broken_at(there),
        local_standing=_local_standing(record),
        chain_standing=there.standing,
        standing_under_way=_under_way(record.key),
        section_fields=_section_fields(here, snapshot, chain_core),
    )


def chain_of(*, port: ChainPort, record: Record, version: int = 0) -> OnChain | None:
    """The record as the chain holds it; None when it holds none. Raises ChainUnavailable, NotDeployed."""
    contract = RECORDS[record.kind]
    (told,) = read_many(port=port, asked=[(contract, READS[record.kind], {"key": record.key})])
    if not told["found"]:
        return None
    if record.kind == "UR":
        row = told["record"]
        only = {**row["stored"], "core": {}}
        return OnChain(1, only, {}, Standing(row["status"], ""), (only,))
    newest = int(told["version"])
    asked = [
        (contract, VERSION_READS[record.kind], {"key": record.key, "version": n}) for n in range(1, newest)
    ]
    older = [{**one["s"], "core": one["core"]} for one in read_many(port=port, asked=asked)] if asked else []
    history = (*older, {**told["latest"], "core": told["core"]})
    chosen = history[(version or newest) - 1] if (version or newest) <= newest else None
    if chosen is None:
        return None
    standing = Standing(told["status"], told["core"]["docNo"]) if record.kind == "UF" else None
    return OnChain(version or newest, chosen, chosen["core"], standing, history)


@dataclass(frozen=True)
class Local:
    """The business side of one version."""

    view: CaseView
    side: Side
    texts: Mapping[str, str]


def _local(record: Record, snapshot: Kept | None) -> Local | None:
    """Recompute the version from the business row; None when the case is gone."""
    seq = snapshot.seq if snapshot else record.seq
    try:
        return local_of(kind=record.kind, view=house.view_at(case_id=record.case, seq=seq))
    except LookupError:
        return None


def local_of(*, kind: str, view: CaseView) -> Local:
    """The business side of a case as it is viewed. Raises LookupError when its item attests no such record."""
    item = registry.get(view.item)
    names = [
        f"{a.record}.{a.call}" for a in declared(item).attests if a.record == kind and a.call in FORM_CALLS
    ]
    if not names:
        raise LookupError(f"{item.code} attests no {kind}")
    made = request(item=item, name=names[0], view=view, lenient=True)
    core = {key: value for key, value in (made.body.get("core") or {}).items() if key != "docNo"}
    return Local(
        view, Side(made.section_digests, core, made.form_digest), section_texts(item=item, view=view)
    )


def _snapshot_side(kept: Kept | None) -> Side | None:
    if kept is None:
        return None
    core = {key: value for key, value in kept.core.items() if key != "docNo"}
    digests = kept.section_digests if kept.sections is not None else {}
    return Side(digests, core, kept.form_digest)


def _chain_side(there: OnChain | None, kind: str) -> Side | None:
    """The chain holds section digests in their order; their names are those of the schema."""
    if there is None:
        return None
    names = ("r1", "r2", "r3") if kind == "UR" else tuple(f"s{n}" for n in range(1, 10))
    digests = dict(zip(names, there.latest["ev"]["sectionDigests"], strict=False))
    core = {key: value for key, value in there.core.items() if key not in ("docNo", "recordKey")}
    return Side(digests, core, there.latest["ev"]["formDigest"])


def _attachments(here: Local, there: OnChain, snapshot: Kept | None) -> tuple[AttachmentSeen, ...]:
    """Every attachment by name. The chain's digests are named by the snapshot's order, else by the row's."""
    known = snapshot.attachments if snapshot else attachments(here.view)
    on_chain = list(there.latest["ev"]["attachmentDigests"])
    if len(known) != len(on_chain):
        known = attachments(here.view)
    named = {_name(one): digest for one, digest in zip(known, on_chain, strict=False)}
    unnamed = {f"第{n + 1}份": digest for n, digest in enumerate(on_chain) if n >= len(known)}
    seen = []
    local = {_name(one): one for one in attachments(here.view)}
    for name in sorted({*named, *unnamed, *local}):
        digest, missing = _digested(local[name]) if name in local else (None, True)
        seen.append(AttachmentSeen(name, named.get(name) or unnamed.get(name), digest, missing))
    return tuple(seen)


def _digested(one: Attachment) -> tuple[str | None, bool]:
    """The digest of what is really stored, and whether the file is missing."""
    try:
        content = house.objects().get(one.sm3)
    except ObjectMissing:
        return None, True
    except ObjectTouched:
        return EMPTY, False
    return attachment_digest(replace(one, size=len(content), sm3=sm3(content))), False


def _name(one: Attachment) -> str:
    return f"{one.material_code}-{one.seq}"


def _broken_at(there: OnChain) -> int:
    """The first version that does not follow the one before it; 0 when all do."""
    previous, last = EMPTY, 0
    for n, one in enumerate(there.history, start=1):
        ev = one["ev"]
        if one["version"] != n or ev["prevDigest"] != previous or ev["occurredAt"] < last:
            return n
        previous, last = ev["formDigest"], ev["occurredAt"]
    return 0


def _outbox(key: str, version: int) -> Outbox | None:
    row = (
        ChainWrite.objects.filter(record_key=key, version=version, function__in=FORM_CALLS)
        .order_by("id")
        .first()
    )
    if row is None:
        return None
    late = row.state != CONFIRMED and clock.now() - row.created_at > DELAYED_AFTER
    return Outbox(row.state, late, row.error_code or row.error, row.tx_hash)


def _under_way(key: str) -> bool:
    return ChainWrite.objects.filter(record_key=key).exclude(state__in=(CONFIRMED, "cancelled")).exists()


def _local_standing(record: Record) -> Standing | None:
    """Where the record stands by what its case has decided; None where the business does not say."""
    if record.kind not in ("UF", "UR"):
        return None
    rows = ChainWrite.objects.filter(record_key=record.key, function__in=DECIDED).order_by("-id")
    row = rows.first()
    if row is None:
        return Standing(1, "")
    if record.kind == "UF" and _revoked(record.key):
        return Standing(5, str(row.arguments.get("docNo", "")))
    filed = bool(row.arguments.get("filed"))
    status = 4 if row.function == "withdraw" else _STATUS[row.function][filed]
    return Standing(status, str(row.arguments.get("docNo", "")))


def _revoked(filing: str) -> bool:
    approved = ChainWrite.objects.filter(contract=RECORDS["UR"], function="approve", state=CONFIRMED)
    keys = list(approved.values_list("record_key", flat=True))
    proposed = ChainWrite.objects.filter(contract=RECORDS["UR"], function="propose", record_key__in=keys)
    return proposed.filter(arguments__filingKey=filing).exists()


def _section_fields(
    here: Local, snapshot: Kept | None, chain_core: Mapping[str, Any]
) -> dict[str, tuple[FieldSeen, ...]]:
    """By section, the fields in which the business row differs from the snapshot; what the chain holds plainly is
    quoted from the chain."""
    if snapshot is None or snapshot.sections is None:
        return {}
    plain = {_snake(name): value for name, value in chain_core.items()}
    found = {}
    for section, text in here.texts.items():
        now, then = json.loads(text), json.loads(snapshot.sections.get(section, "{}"))
        names = sorted(key for key in {*now, *then} if now.get(key) != then.get(key))
        found[section] = tuple(
            FieldSeen(name, shown(now.get(name)), str(plain[name]), "on_chain")
            if name in plain
            else FieldSeen(name, shown(now.get(name)), shown(then.get(name)), "snapshot")
            for name in names
        )
    return {section: fields for section, fields in found.items() if fields}


def shown(value: Any) -> str:
    """A value as a report may show it: long numbers, such as a telephone's, keep their first 3 and last 2 characters."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value or "")
    digits = text.replace("-", "")
    if len(digits) >= 7 and digits.isdigit():
        return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}"
    return text[:200]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _anchor(key: str, version: int, there: OnChain | None) -> dict[str, Any]:
    row = ChainWrite.objects.filter(record_key=key, version=version, function__in=FORM_CALLS).first()
    return {
        "tx_hash": row.tx_hash if row else "",
        "block_number": row.block_number if row else None,
        "anchored_at": there.latest["anchoredAt"] if there else None,
    }
