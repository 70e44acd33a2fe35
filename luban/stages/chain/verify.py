"""Verification against the chain (waste-chain §7): one record on demand, everything in turn, histories against roots.

The conclusion of each record is kept, the latest only; what is found is never mended here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from luban.cases.models import Case, Event
from luban.kit.clock import clock
from luban.ledger.artefacts import RECORDS
from luban.ledger.chain import ChainReplaced, NotDeployed, check
from luban.ledger.conclusions import SECTION_NAMES, Conclusion, conclude
from luban.ledger.history import Proof, proof_of, root_on_chain
from luban.ledger.models import (
    ChainBinding,
    Checkpoint,
    EvidenceRequest,
    HistoryBatch,
    Snapshot,
    Verification,
)
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.links.outbox.models import Effect
from luban.stages.chain.entries import look_at_entries
from luban.stages.chain.observed import Looked, Record, look
from luban.stages.chain.restoring_kept import lapse_answered

OK = ("ok", "info")


@dataclass(frozen=True)
class Verified:
    """The conclusion about one record."""

    record: Record
    looked: Looked
    conclusion: Conclusion

    @property
    def well(self) -> bool:
        """Whether nobody need look."""
        return self.conclusion.severity in OK

    def as_json(self) -> dict[str, Any]:
        """The report's structure (waste-chain §7.2)."""
        seen, said = self.looked.seen, self.conclusion
        return {
            "record_key": self.record.key,
            "business_type": self.record.kind,
            "case_no": self.looked.case_no,
            "version": self.looked.version,
            "result": said.result,
            "severity": said.severity,
            "message": said.message,
            "checked_at": int(clock.now().timestamp() * 1000),
            "digests": {
                "local": seen.local.form_digest if seen.local else "",
                "snapshot": seen.snapshot.form_digest if seen.snapshot else "",
                "on_chain": seen.on_chain.form_digest if seen.on_chain else "",
            },
            "anchor": dict(self.looked.anchor),
            "findings": [
                {**asdict(one), "section_name": SECTION_NAMES.get(one.section, "")} for one in said.findings
            ],
            "checked": {
                "sections": self.looked.sections,
                "attachments": len(seen.attachments),
                "versions": self.looked.versions,
            },
        }


@dataclass(frozen=True)
class HistoryVerified:
    """One case's history against its checkpoint; `problem` is Chinese, empty when all agrees."""

    case: str
    proof: Proof | None
    problem: str


def records_of(*, case: str) -> tuple[Record, ...]:
    """The records a case has or should have on the chain: what was kept, else what its effects say was to be."""
    found: dict[tuple[str, str], Record] = {}
    rows = Snapshot.objects.filter(case=case).order_by("version")
    for row in rows:
        found[row.record, row.record_key] = Record(row.record, row.record_key, case, row.seq)
    requests = EvidenceRequest.objects.filter(case=case).order_by("-id")
    for one in requests:
        found.setdefault((one.record, one.record_key), Record(one.record, one.record_key, case, one.seq))
    if not found:
        effects = Effect.objects.filter(case=case, kind="evidence").order_by("id")
        for effect in effects[:1]:
            kind = effect.name.partition(".")[0]
            found[kind, ""] = Record(kind, "", case, int(effect.body["seq"]))
    return tuple(record for record in found.values() if record.kind in RECORDS)


def verify_record(*, port: ChainPort, record: Record, version: int = 0, run: str = "") -> Verified:
    """Verify one record now and keep the conclusion."""
    if record.kind == "DC":
        looked = look_at_entries(port=port, record=record)
    else:
        looked = look(port=port, record=record, version=version)
    verified = Verified(record, looked, conclude(looked.seen))
    Verification.objects.update_or_create(
        record_key=record.key,
        version=looked.version,
        defaults={
            "record": record.kind,
            "case": record.case,
            "case_no": looked.case_no,
            "result": verified.conclusion.result,
            "severity": verified.conclusion.severity,
            "report": verified.as_json(),
            "run": run,
            "checked_at": clock.now(),
        },
    )
    lapse_answered(record_key=record.key, version=looked.version, result=verified.conclusion.result)
    return verified


def verify_case(*, port: ChainPort, case: str) -> tuple[Verified, ...]:
    """Verify every record of a case."""
    return tuple(verify_record(port=port, record=record) for record in records_of(case=case))


def verify_all(*, port: ChainPort, since: int = 0, run: str = "") -> Iterator[Verified]:
    """Verify every case that has evidence, from the snapshot after number `since` on."""
    cases = Snapshot.objects.filter(pk__gt=since).values("case").annotate(last=Max("pk")).order_by("last")
    for row in cases.iterator():
        for record in records_of(case=row["case"]):
            yield verify_record(port=port, record=record, run=run)


def verify_history(*, port: ChainPort, case: str) -> HistoryVerified:
    """One case's history against its latest checkpoint and the root on the chain."""
    proof = proof_of(case=case)
    if proof is None or not proof.confirmed:
        return HistoryVerified(case, proof, "")
    try:
        on_chain = root_on_chain(port=port, batch_id=proof.batch_id)
    except (ChainUnavailable, NotDeployed):
        return HistoryVerified(case, proof, "区块链暂不可访问，未完成核验，稍后自动重试。")
    return HistoryVerified(case, proof, _history_problem(case, proof, on_chain))


def verify_histories(*, port: ChainPort) -> Iterator[HistoryVerified]:
    """Every case's history, each batch's root read from the chain once."""
    roots: dict[str, str] = {}
    newest = Checkpoint.objects.order_by("case", "-seq").distinct("case").values_list("case", flat=True)
    for case in list(newest):
        proof = proof_of(case=case)
        if proof is None or not proof.confirmed:
            continue
        if proof.batch_id not in roots:
            roots[proof.batch_id] = root_on_chain(port=port, batch_id=proof.batch_id)
        yield HistoryVerified(case, proof, _history_problem(case, proof, roots[proof.batch_id]))


def chain_problem(*, port: ChainPort) -> str:
    """What is wrong with the chain itself, in Chinese; empty when nothing is."""
    if not ChainBinding.objects.exists():
        return "本平台还没有绑定区块链，尚无存证。"
    try:
        check(port=port)
    except ChainReplaced as alarm:
        return str(alarm)
    except ChainUnavailable as outage:
        return f"区块链暂不可访问，未完成核验（{outage}）。"
    return ""


def batch_count() -> int:
    """How many batches of histories there are."""
    return HistoryBatch.objects.count()


def _history_problem(case: str, proof: Proof, on_chain: str) -> str:
    if not proof.holds():
        return f"第{proof.head.seq}条经过的存证路径与本地记录的根不符，检查点被改动过。"
    if on_chain != proof.root:
        return f"批次的根与链上不同（链上{on_chain[:16] or '无'}），检查点或链上记录被改动过。"
    digest = Event.objects.filter(case_id=case, seq=proof.head.seq).values_list("digest", flat=True).first()
    if digest is None:
        gone = not Case.objects.filter(pk=case).exists()
        return "链上存证的办件已不在库中。" if gone else f"第{proof.head.seq}条经过已不在库中。"
    if digest != proof.head.digest:
        return f"第{proof.head.seq}条经过的摘要与链上存证不同，经过被改动过。"
    return ""
