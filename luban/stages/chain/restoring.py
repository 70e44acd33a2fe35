"""Comparing what stands with what the chain proves, and writing it back (waste-chain §7.2, docs/adr/0030).

What would be put back must give exactly the digest on the chain: the business row from the snapshot or from the
gateway's content, the snapshot from the business row. Everything is computed anew each time; nothing here decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from luban.cases import house
from luban.cases.models import CaseVersion
from luban.cases.restore import Change, Mended, leaves, put_back, would_be
from luban.cases.secrets import mask
from luban.kit import registry
from luban.kit.form import FieldSpec, Form, form_spec
from luban.ledger import snapshots
from luban.ledger.arguments import FORM_CALLS
from luban.ledger.conclusions import CORE_NAMES, SECTION_NAMES, Conclusion, conclude
from luban.ledger.digests import Attachment, attachment_digest, section_digest_of_text, section_salt
from luban.ledger.models import EvidenceRequest, Snapshot
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.snapshots import Kept
from luban.people.genuine import unchecked
from luban.stages.chain.compose import attachments, declared
from luban.stages.chain.entries import look_at_entries
from luban.stages.chain.observed import Local, OnChain, Record, chain_of, local_of, look, shown
from luban.stages.chain.restoring_words import (
    ANEW,
    FILES_LOST,
    HISTORY,
    NO_SOURCE,
    NOT_EQUAL,
    NOTHING,
    PLACES,
    SOURCES,
    WHY_NOT,
    why_not,
)
from luban.stages.chain.verify import verify_history
from luban.stages.gateway.kept import content_of
from luban.trust.digest import sm3

LONGEST = 80


@dataclass(frozen=True)
class Line:
    """One value side by side: where it is written, section, field, what stands, what would be put back (masked), and
    what it is taken from. `spec` and `raw` (both values) come with a field that is no secret, so that codes get names.
    """

    place: str
    section: str
    field: str
    now: str
    then: str
    ground: str
    spec: FieldSpec | None = None
    raw: tuple[Any, Any] = (None, None)


@dataclass(frozen=True)
class Comparison:
    """What stands and what would be put back. `problem` says why nothing can be (Chinese, "": it can be).

    `standing` is a digest of all that was compared: two comparisons with the same one found the same.
    """

    record: Record
    version: int
    case_no: str
    conclusion: Conclusion
    problem: str
    source: str = ""
    digest: str = ""
    standing: str = ""
    lines: tuple[Line, ...] = ()
    mended: Mended | None = None
    snapshot: Kept | None = None

    @property
    def changed(self) -> tuple[str, ...]:
        """The places that would be written, in words."""
        return tuple(dict.fromkeys(line.place for line in self.lines))


@dataclass(frozen=True)
class Source:
    """An intact text of every section with the salt under which it gives the chain's digests."""

    code: str
    sections: Mapping[str, str]
    salt: str


def compare(*, port: ChainPort, record: Record, version: int = 0, lock: bool = False) -> Comparison:
    """Compare anew. `lock` keeps the case's rows until the caller's transaction ends."""
    entries = record.kind == "DC"
    looked = (
        look_at_entries(port=port, record=record)
        if entries
        else look(port=port, record=record, version=version)
    )
    conclusion = conclude(looked.seen)
    found = Comparison(record, looked.version, looked.case_no, conclusion, "")
    problem = why_not(conclusion.result, record=record.kind)
    if problem:
        return replace(found, problem=problem)
    torn = verify_history(port=port, case=record.case).problem
    if torn:
        return replace(found, problem=f"{torn}{HISTORY}")
    try:
        there = chain_of(port=port, record=record, version=looked.version)
    except ChainUnavailable:
        there = None
    if there is None:
        return replace(found, problem=WHY_NOT["chain_unreachable"])
    with unchecked():
        return _compared(found, there, lock)


def write_back(*, comparison: Comparison) -> None:
    """Write what the comparison says, in the caller's transaction. Raises Refused (409)."""
    if comparison.mended is not None and comparison.mended.different:
        put_back(mended=comparison.mended)
    if comparison.snapshot is not None:
        snapshots.put_back(keys=house.keys(), kept=comparison.snapshot)


def _compared(found: Comparison, there: OnChain, lock: bool) -> Comparison:
    record, digest = found.record, there.latest["ev"]["formDigest"]
    kept = next((k for k in _kept(record.key) if k.version == found.version), None)
    seq = _seq(record, found.version)
    try:
        item, salt, n = _case(record, seq)
        source = _source(item, record, found.version, there, kept, salt)
        if source is None:
            return replace(found, digest=digest, problem=NO_SOURCE)
        names = {key: name for name, key in declared(item).sections}
        sections = {names[key]: json.loads(text) for key, text in source.sections.items() if key in names}
        mended = would_be(
            case_id=record.case, n=n, sections=sections, salt=source.salt, keys=house.keys(), lock=lock
        )
    except LookupError:
        return replace(found, digest=digest, problem=why_not("local_missing", record=record.kind))
    found = replace(found, digest=digest, mended=mended, source=source.code, problem=mended.problem)
    if not mended.problem:
        found = _with_snapshot(found, mended, there, kept, seq)
    lines = tuple(_lines(item.form, found, mended, kept))
    problem = found.problem or ("" if lines else _nothing(found))
    return replace(found, lines=lines, problem=problem, standing=_standing(found, mended))


def _with_snapshot(
    found: Comparison, mended: Mended, there: OnChain, kept: Kept | None, seq: int
) -> Comparison:
    """The same with the snapshot the mended rows give, if they give the chain's digest and it differs from what is kept."""
    record = found.record
    view = house.view_with(row=mended.row, version=mended.version, events=mended.events, seq=seq)
    here = local_of(kind=record.kind, view=view)
    if not _equal(here, there):
        return replace(found, problem=NOT_EQUAL)
    core = json.loads(json.dumps({**here.side.core, "docNo": ""})) if here.side.core else {}
    right = Kept(
        record.kind, record.key, found.version, record.case, seq, core, dict(here.texts),
        dict(here.side.sections), attachments(here.view), here.side.form_digest,
    )  # fmt: skip
    same = kept is not None and _comparable(kept) == _comparable(right)
    return replace(found, snapshot=None if same else right)


def _comparable(kept: Kept) -> Kept:
    return replace(kept, core={name: value for name, value in kept.core.items() if name != "docNo"})


def _equal(here: Local, there: OnChain) -> bool:
    """Whether the business side gives exactly what stands on the chain: form, every section, every file, plain core."""
    evidence = there.latest["ev"]
    files = [attachment_digest(one) for one in attachments(here.view)]
    core = {name: value for name, value in there.core.items() if name in here.side.core}
    return (
        here.side.form_digest == evidence["formDigest"]
        and list(here.side.sections.values()) == list(evidence["sectionDigests"])
        and files == list(evidence["attachmentDigests"])
        and all(here.side.core[name] == value for name, value in core.items() if name != "docNo")
    )


def _kept(key: str) -> tuple[Kept, ...]:
    return snapshots.of_record(record_key=key, keys=house.keys())


def _seq(record: Record, version: int) -> int:
    """The event that put this version in evidence, by its request; a snapshot's own word may have been altered."""
    rows = EvidenceRequest.objects.filter(record_key=record.key, version=version, call__in=FORM_CALLS)
    return rows.order_by("id").values_list("seq", flat=True).first() or record.seq


def _case(record: Record, seq: int) -> tuple[Any, str, int]:
    """Item, salt and number of the version handed in by that event. Raises LookupError."""
    view = house.view_at(case_id=record.case, seq=seq)
    if not CaseVersion.objects.filter(case_id=record.case, n=view.version).exists():
        raise LookupError(record.case)
    return registry.get(view.item), view.evidence_salt, view.version


def _source(
    item: Any, record: Record, version: int, there: OnChain, kept: Kept | None, salt: str
) -> Source | None:
    """The first text whose recomputed digests are the chain's: the snapshot's, the gateway's, under the case's salt or
    the one the gateway keeps; or the business row itself when only something else is wrong."""
    digests = list(there.latest["ev"]["sectionDigests"])
    content = content_of(record_key=record.key, version=version, form_digest=there.latest["ev"]["formDigest"])
    texts: list[tuple[str, Mapping[str, str]]] = []
    if kept is not None and kept.sections is not None:
        texts.append(("snapshot", kept.sections))
    if content is not None and content.whole:
        texts.append(("gateway", content.sections))
    texts += _own_texts(record, version)
    salts = dict.fromkeys(one for one in (salt, content.salt if content else "") if one)
    order = [key for _, key in declared(item).sections]
    for code, sections in texts:
        for one in salts:
            if _digests(order, sections, one) == digests:
                return Source(code, sections, one)
    return None


def _own_texts(record: Record, version: int) -> list[tuple[str, Mapping[str, str]]]:
    """The business row's own text: it proves itself when the chain says the same."""
    view = house.view_at(case_id=record.case, seq=_seq(record, version))
    return [("row", local_of(kind=record.kind, view=view).texts)]


def _digests(order: Sequence[str], sections: Mapping[str, str], salt: str) -> list[str]:
    return [
        section_digest_of_text(
            section=key, salt=section_salt(record_salt=salt, section=key), text=sections.get(key, "{}")
        )
        for key in order
    ]


def _nothing(found: Comparison) -> str:
    """Nothing would be written: then the files themselves are gone, or all is well by now."""
    lost = found.conclusion.result in ("attachment_missing", "attachment_tampered")
    return FILES_LOST if lost else NOTHING


def _standing(found: Comparison, mended: Mended) -> str:
    """A digest over what stands here, to the byte, and what stands on the chain."""
    versions = CaseVersion.objects.filter(pk=mended.version.pk)
    row = Snapshot.objects.filter(record_key=found.record.key, version=found.version).values().first()
    said = {
        "result": found.conclusion.result,
        "digest": found.digest,
        "version": list(versions.values_list("n", "payload", "materials", "mac")),
        "salt": mended.salt,
        "snapshot": {**row, "sealed": bytes(row["sealed"]).hex()} if row else None,
    }
    return sm3(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode())


def _lines(form: type[Form], found: Comparison, mended: Mended, kept: Kept | None) -> Iterator[Line]:
    if mended.salt:
        title, ground = SECTION_NAMES["salt"], SOURCES["gateway"]
        yield Line(PLACES["row"], title, "办件的盐值", "与存证不符", "存证时的盐值（不显示）", ground)
    for change in mended.changes:
        for one in leaves(change):
            yield _line(form, one, SOURCES[found.source])
    for file in mended.files:
        now, then = _short(file.now), _short(file.then)
        yield Line(PLACES["files"], "附件", file.path, now, then, SOURCES["history"])
    if found.snapshot is not None:
        yield from _snapshot_lines(found.snapshot, kept)


def _line(form: type[Form], change: Change, ground: str) -> Line:
    spec, section = form_spec(form), change.path.partition(".")[0]
    field: FieldSpec | None
    try:
        title, label = spec.section(section).title, spec.label(change.path)
        field = spec.find(change.path)
    except KeyError:
        title, label, field = section, change.path, None
    secret = field is None or field.meta.secret
    now, then = _value(change.now, secret), _value(change.then, secret)
    if secret:
        return Line(PLACES["row"], title, label, now, then, ground)
    return Line(PLACES["row"], title, label, now, then, ground, field, (change.now, change.then))


def _snapshot_lines(right: Kept, kept: Kept | None) -> Iterator[Line]:
    place, ground = PLACES["snapshot"], SOURCES["row"]
    for section, field, now, then in _snapshot_differences(right, kept):
        yield Line(place, section, field, now, then, ground)


def _snapshot_differences(right: Kept, kept: Kept | None) -> Iterator[tuple[str, str, str, str]]:
    if kept is None:
        yield "整份", "全部内容", "丢失", ANEW
        return
    if kept.sections is None:
        yield "整份", "加密的内容", "打不开", ANEW
    for key, digest in right.section_digests.items():
        name = SECTION_NAMES.get(key, key)
        if kept.section_digests.get(key) != digest:
            yield name, "摘要", _short(kept.section_digests.get(key)), _short(digest)
        if kept.sections is not None and kept.sections.get(key) != (right.sections or {}).get(key):
            yield name, "加密的内容", "与存证不符", ANEW
    yield from _other_differences(right, kept)


def _other_differences(right: Kept, kept: Kept) -> Iterator[tuple[str, str, str, str]]:
    here, there = _comparable(kept).core, _comparable(right).core
    for name in [*there, *(n for n in here if n not in there)]:
        if here.get(name) != there.get(name):
            yield (
                "明文核心",
                CORE_NAMES.get(name, name),
                _value(here.get(name), False),
                _value(there.get(name), False),
            )
    if kept.form_digest != right.form_digest:
        yield "整份", "表单摘要", _short(kept.form_digest), _short(right.form_digest)
    if kept.attachments != right.attachments:
        yield "附件", "附件清单", _files(kept.attachments), _files(right.attachments)
    if (kept.record, kept.case, kept.seq) != (right.record, right.case, right.seq):
        yield "整份", "所属经过", f"第{kept.seq}条", f"第{right.seq}条"


def _files(files: tuple[Attachment, ...]) -> str:
    return f"{len(files)} 份"


def _short(digest: Any) -> str:
    return f"{str(digest)[:16]}…" if digest else "（空）"


def _value(value: Any, secret: bool) -> str:
    """A value as the page may show it: secrets masked, long ones cut."""
    if value in (None, "", [], {}):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_value(one, secret) for one in value)[:LONGEST]
    return mask(str(value)) if secret else shown(value)[:LONGEST]
