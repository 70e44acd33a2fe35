"""恢复快照（须双人）: one official proposes, another approves, and only then is anything written (waste-chain §7.2).

The comparison is computed anew when it is approved, in the transaction that writes; when it is not the one that was
proposed, the proposal is void. After the writing the record is verified in the same transaction: what does not then give
the digest on the chain is not written at all.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.ledger.models import ChainDisposal, ChainRestoration, RestorationState
from luban.ledger.port import ChainPort
from luban.people.actor import Actor
from luban.people.duties import duty_clash
from luban.people.genuine import genuine
from luban.stages.chain.observed import Record
from luban.stages.chain.restoring import Comparison, compare, write_back
from luban.stages.chain.restoring_kept import UNTOLD, lapse, noted
from luban.stages.chain.restoring_words import NOT_EQUAL, WHY_NOT
from luban.stages.chain.verify import Verified, verify_record

MOST_REASON = 500
PROPOSE, APPROVE = "restore_propose", "restore_approve"
RESTORED = "restored"
OVERTAKEN = "提出恢复之后数据又变了，这项恢复已失效，没有写回；请重新核验，再重新提出。"


def propose(
    *, port: ChainPort, record: Record, version: int, seen: str, reason: str, by: Actor, ip: str = ""
) -> ChainRestoration:
    """Propose what a comparison found; `seen` is the `standing` of the one the person looked at.

    Raises Refused (409, 422).
    """
    said = _said(reason, "提出恢复")
    found = compare(port=port, record=record, version=version)
    if found.problem:
        raise Refused("NOT_RESTORABLE", found.problem)
    verify_record(port=port, record=record, version=found.version)
    if seen != found.standing:
        raise Refused("OVERTAKEN", "您看到的比对已不是现在的情况，请刷新页面看清后再提出。")
    with transaction.atomic():
        row = _created(found, said, by)
        noted(row=row, by=by, action="chain.restore_propose", reason=said, ip=ip)
    return row


def approve(
    *, port: ChainPort, record: Record, restoration: int, reason: str, by: Actor, ip: str = ""
) -> Verified:
    """Approve a proposal and write back; returns the verification made afterwards. Raises Refused (409, 422)."""
    said = _said(reason, "批准恢复")
    with transaction.atomic():
        row = _open(restoration, record)
        clash = duty_clash(duty=APPROVE, account=by.account, done={PROPOSE: [row.proposed_by]})
        if clash:
            raise Refused("SAME_PERSON", clash)
        found = compare(port=port, record=record, version=row.version, lock=True)
        if found.problem == WHY_NOT[UNTOLD]:
            raise Refused("CHAIN_DOWN", found.problem)
        same = not found.problem and (found.standing, found.digest) == (row.standing, row.digest)
        verified = _written(port, row, found, said, by, ip) if same else None
        if verified is None:
            lapse(row=row, why=found.problem or "比对结果与提出时不同")
    if verified is None:
        raise Refused("OVERTAKEN", found.problem or OVERTAKEN)
    return verified


def reject(*, record: Record, restoration: int, reason: str, by: Actor, ip: str = "") -> ChainRestoration:
    """Leave everything as it is; the proposer takes his own proposal back this way. Raises Refused (409, 422)."""
    said = _said(reason, "不同意")
    with transaction.atomic():
        row = _open(restoration, record)
        own = row.proposed_by == by.account[:64]
        _decided(row, RestorationState.WITHDRAWN if own else RestorationState.REJECTED, said, by)
        noted(
            row=row,
            by=by,
            action="chain.restore_withdraw" if own else "chain.restore_reject",
            reason=said,
            ip=ip,
        )
    return row


def _written(
    port: ChainPort, row: ChainRestoration, found: Comparison, said: str, by: Actor, ip: str
) -> Verified:
    """Write, note, verify. Raises Refused (409), and then the transaction takes all of it back."""
    write_back(comparison=found)
    _decided(row, RestorationState.APPROVED, said, by)
    ChainDisposal.objects.create(
        record_key=row.record_key,
        version=row.version,
        result=row.result,
        choice=RESTORED,
        reason=f"{row.reason}（{row.proposed_by_name}提出，{row.decided_by_name}批准：{said}）"[:MOST_REASON],
        by=by.account[:64],
        at=clock.now(),
    )
    noted(row=row, by=by, action="chain.restore_approve", reason=said, ip=ip)
    verified = verify_record(port=port, record=found.record, version=row.version)
    seen = verified.looked.seen
    sides = [side.form_digest if side else "" for side in (seen.local, seen.snapshot, seen.on_chain)]
    if set(sides) != {row.digest}:
        raise Refused("NOT_EQUAL", NOT_EQUAL)
    return verified


def _created(found: Comparison, said: str, by: Actor) -> ChainRestoration:
    try:
        with transaction.atomic():
            return ChainRestoration.objects.create(
                record_key=found.record.key,
                version=found.version,
                record=found.record.kind,
                case=found.record.case,
                case_no=found.case_no,
                result=found.conclusion.result,
                source=found.source,
                digest=found.digest,
                standing=found.standing,
                changed=list(found.changed),
                reason=said,
                state=RestorationState.PROPOSED,
                proposed_by=by.account[:64],
                proposed_by_name=by.name[:100],
                proposed_at=clock.now(),
            )
    except IntegrityError as error:
        if "one_open_restoration" not in str(error):
            raise
        raise Refused("WAITS", "这一版已有一项恢复待批准，请先批准或不同意它。") from error


def _open(restoration: int, record: Record) -> ChainRestoration:
    """The proposal, locked, if it still waits. Raises Refused (409), RowTouched."""
    row = ChainRestoration.objects.select_for_update().filter(pk=restoration, record_key=record.key).first()
    if row is None:
        raise Refused("NO_PROPOSAL", "没有找到这项恢复，请刷新页面后再看。")
    genuine(row)
    if row.state != RestorationState.PROPOSED:
        who = f"，由{row.decided_by_name}办理" if row.decided_by_name else ""
        raise Refused("DECIDED", f"这项恢复已经“{RestorationState(row.state).label}”{who}，请刷新页面查看。")
    return row


def _decided(row: ChainRestoration, state: RestorationState, said: str, by: Actor) -> None:
    row.state, row.decided_at, row.decision_reason = state, clock.now(), said
    row.decided_by, row.decided_by_name = by.account[:64], by.name[:100]
    row.save(update_fields=["state", "decided_at", "decision_reason", "decided_by", "decided_by_name"])


def _said(reason: str, what: str) -> str:
    said = reason.replace("\x00", "").strip()
    if not said or len(said) > MOST_REASON:
        raise Refused("NO_REASON", f"请写明{what}的理由，{MOST_REASON} 字以内，再提交。", status=422)
    return said
