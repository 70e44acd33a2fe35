"""The state of the chain in lines, and an alarm acknowledged from the command line; who and why go into the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from luban.ledger.chain import ChainReplaced, acknowledge_alarm, check
from luban.ledger.connection import connect
from luban.ledger.models import ChainBinding, ChainContract, ChainCursor, ChainWrite
from luban.ledger.port import ChainUnavailable
from luban.ledger.states import OPEN, TITLES
from luban.ledger.writes import stuck
from luban.people.actor import Actor
from luban.people.trail import audit
from luban.stages.chain.report import Reported

LASTING = "这项告警在原来的链恢复后自动解除，不能人工确认；请先恢复节点。"


def state_lines() -> Reported:
    """What `luban chain status` prints."""
    problem = _problem()
    binding = ChainBinding.objects.filter(pk=1).first()
    lines = [f"✗ {problem}" if problem else "✓ 连接的是登记的那条链，没有告警。"]
    if binding is not None:
        cursor = ChainCursor.objects.filter(pk=1).first()
        read = f"第 {cursor.last_block} 块" if cursor else "还没有读"
        lines.append(f"链号 {binding.chain_id}，创世块 {binding.genesis}")
        lines.append(f"见到的最高区块 {binding.seen_number}，索引读到{read}")
    lines += list(_contracts())
    lines += list(_waiting())
    return Reported(tuple(lines), not problem and not stuck(limit=1))


def acknowledge(*, by: str, reason: str) -> str:
    """Let writing go on; why it cannot be, in Chinese, else empty."""
    binding = ChainBinding.objects.filter(pk=1).first()
    if binding is None or not binding.alarm:
        return "现在没有告警，无需确认。"
    if not binding.alarms[-1]["lasting"]:
        return LASTING
    text = binding.alarm
    acknowledge_alarm(by=by, reason=reason)
    detail = {"by": by, "reason": reason, "alarm": text}
    audit(actor=Actor.system(), action="chain.acknowledge", target="chain", detail=detail)
    return ""


def _problem() -> str:
    try:
        check(port=connect())
    except (ChainUnavailable, ChainReplaced) as stopped:
        return str(stopped)
    return ""


def _contracts() -> Iterator[str]:
    for row in ChainContract.objects.order_by("-active", "id"):
        yield f"合约 {row.name}：{row.address}（第 {row.block_number} 块{'' if row.active else '，已停用'}）"


def _waiting() -> Iterator[str]:
    rows = ChainWrite.objects.filter(state__in=OPEN).values_list("state").annotate(n=Count("pk")).order_by()
    for state, n in rows:
        yield f"{TITLES[state]} {n} 笔"
    for one in stuck():
        yield f"✗ {one.request_id}（{one.title}）：{one.error_code} {one.error}"
