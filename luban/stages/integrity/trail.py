"""The audit trail: every checkpoint's chain and signature, every line in exactly one of them.

The lines' own codes are looked at by `row_codes`; here it is whether lines are missing, moved or never taken up.
"""

from __future__ import annotations

from datetime import timedelta

from luban.kit.clock import clock
from luban.people.models import AuditEntry, AuditSeal
from luban.people.trail_seals import GENESIS, LINE, chained, is_signed, unsealed
from luban.stages.integrity.fault import AT_ONCE, Fault

LINES, SEALS = "people_auditentry", "people_auditseal"
PATIENCE = timedelta(minutes=15)


def check_trail(faults: list[Fault]) -> int:
    """Look at all lines through their checkpoints; returns how many stand in one."""
    prev, number, count, seen = GENESIS, 0, 0, 0
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=AT_ONCE):
        number += 1
        count += len(seal.entries)
        if seal.number != number:
            faults.append(Fault(SEALS, f"第{number}号检查点", "检查点缺失，被删除过"))
            number = seal.number
        faults.extend(Fault(SEALS, str(seal), problem) for problem in _problems(seal, prev, faults))
        prev, seen = seal.digest, max(seen, *seal.entries)
    faults.extend(_never_taken_up(seen))
    return count


def _problems(seal: AuditSeal, prev: str, faults: list[Fault]) -> list[str]:
    found: list[str] = []
    if seal.prev != prev:
        found.append("与上一个检查点的摘要不相接")
    if not is_signed(seal):
        found.append("平台签名（SM2）不符，检查点被改动过或不是平台所作")
    lines = {row["id"]: row for row in AuditEntry.objects.filter(pk__in=seal.entries).values(*LINE)}
    for missing in (line for line in seal.entries if line not in lines):
        faults.append(Fault(LINES, f"第{missing}条", f"审计日志被删除（第{seal.number}号检查点里有它）"))
    if len(lines) == len(seal.entries):
        digest = chained(prev=seal.prev, lines=(lines[line] for line in seal.entries))
        if digest != seal.digest:
            found.append("所含日志重新计算的摘要不符，有日志被改动过")
    return found


def _never_taken_up(seen: int) -> list[Fault]:
    """Lines older than a quarter of an hour which no checkpoint holds although younger ones are held."""
    late = clock.now() - PATIENCE
    waiting = (line for line in unsealed() if line["at"] < late and line["id"] < seen)
    return [Fault(LINES, f"第{line['id']}条", "没有进入任何检查点，不是经平台写入的") for line in waiting]
