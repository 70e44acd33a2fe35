"""CR-01…CR-05: the receiver's licence exists, is in force, covers the codes and the ways, and has room.

A receiver that takes the waste on an exemption has no licence; CR-16 judges the exemption instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.items.hazwaste_transfer_out.readings import figure
from luban.kit.verdicts import Clauses, Judged, doubts, fails, passes
from luban.registers.receivers.parts import Cover, Licence, Scope

CLAUSES = Clauses()
NUMBER = "receiver.receiver_licence_no"
UNTIL = "receiver.licence_valid_to"
MATCHES = {"ALL": "全部代码", "INCLUDE": "列明代码", "EXCEPT": "除外代码以外"}
STATUS = {"expired": "已到期", "suspended": "被暂扣", "revoked": "被吊销或撤销", "cancelled": "已注销"}


@CLAUSES.clause("CR-01", "接收资质存在", law=("SWPL.80", "HWTM.21"))
def licensed(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The library knows the licence, and it is this receiver's."""
    if not readings.on_licence(form):
        return
    number, found = form.receiver.receiver_licence_no, readings.licence_of(form, facts)
    if found is None or found.holder_uscc != form.receiver.receiver_uscc:
        holder = found.holder_uscc if found else ""
        yield fails("接收单位未持有有效资质或许可证持有人不符", NUMBER, licence_no=number, holder=holder)
    elif not found.verified:
        yield doubts(f"许可证{number}仅有自报记录，须人工核实", NUMBER, licence_no=number, verified=False)
    else:
        yield passes(f"接收单位持有{number}", NUMBER, licence_no=number, holder=found.holder_uscc)


@CLAUSES.clause("CR-02", "证书有效期", law="HWTM.26")
def licence_in_force(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The licence is good today and when the transfer begins, and had better last to its end."""
    found, start, end = readings.licence_of(form, facts), form.plan.plan_start, form.plan.plan_end
    if not readings.on_licence(form) or found is None or start is None or end is None:
        return
    first, last = found.valid_from, found.valid_to
    seen = {"valid_from": first, "valid_to": last, "status": found.status, "start": start, "end": end}
    reason = _not_in_force(found, start, today)
    if reason:
        yield fails(reason, UNTIL, **seen)
    elif last is not None and last < end:
        yield doubts(f"许可证有效期至{last}，批准期限应截至该日", UNTIL, **seen)
    else:
        yield passes(f"有效期{first}至{last}覆盖转移期限", UNTIL, **seen)


def _not_in_force(licence: Licence, start: date, today: date) -> str:
    """Why the licence cannot carry a transfer that begins on `start`; empty when it can."""
    if licence.status in STATUS:
        return f"许可证{STATUS[licence.status]}"
    first, last = licence.valid_from, licence.valid_to
    if first is None or last is None:
        return "许可证库没有登记许可证有效期"
    if last < today:
        return f"许可证已于{last}到期"
    if last < start:
        return f"许可证有效期至{last}，早于拟转移开始日期{start}"
    return f"许可证自{first}起生效，晚于拟转移开始日期{start}" if first > start else ""


@CLAUSES.clause("CR-03", "经营范围覆盖8位码", law="SWPL.80")
def scope_covers(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """A line of the licence covers each code."""
    found = readings.licence_of(form, facts)
    if not readings.on_licence(form) or found is None:
        return
    for path, row in readings.wastes(form):
        where, code = f"{path}.waste_code", row.waste_code
        if not code:
            continue
        cover, n, line = readings.cover_of(found, row, readings.family_of(row.disposal_mode, facts))
        if cover is Cover.COVERED and line is not None:
            yield passes(f"范围覆盖{code}（第{n}行，{MATCHES[line.match_type]}）", where, code=code, line=n)
        elif cover is Cover.UNCLEAR and line is not None:
            reason = f"证面仅列{line.category}，未列8位代码"
            yield doubts(reason, where, code=code, line=n, match_type=line.match_type)
        else:
            yield fails(f"许可证经营范围不含{code}", where, code=code)


@CLAUSES.clause("CR-04", "处置方式相符", law="SWPL.80")
def ways_fit(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The lines that cover a code allow its way: named, of the same family at least. Uncovered codes are CR-03's."""
    found = readings.licence_of(form, facts)
    if not readings.on_licence(form) or found is None:
        return
    for path, row in readings.wastes(form):
        lines = readings.lines_for(found, row)
        if lines and row.disposal_mode:
            yield _way_fits(f"{path}.disposal_mode", row, lines, readings.family_of(row.disposal_mode, facts))


def _way_fits(where: str, row: Any, lines: tuple[Scope, ...], family: str) -> Judged:
    mode, families = row.disposal_mode, {line.mode_family for line in lines}
    seen = {"code": row.waste_code, "mode": mode, "family": family, "families": sorted(families)}
    if any(mode in line.mode_codes for line in lines):
        return passes(f"核准方式含{mode}", where, **seen)
    if family in families:
        return doubts(f"{row.waste_code}的核准方式未列{mode}，仅大类（{family}）相符", where, **seen)
    if family == "S" or "" in families:
        return doubts(f"许可证没有写明{row.waste_code}能否采用{mode}，须人工核实", where, **seen)
    held = "、".join(sorted(families))
    return fails(f"{row.waste_code}申请方式{mode}为{family}类，许可证核准的是{held}类", where, **seen)


@CLAUSES.clause("CR-05", "能力", law="HWTM.23")
def room_enough(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """What is taken, promised and asked for stays within what is allowed."""
    near = facts.params.decimal("hwt.cr05.doubt_share")
    for path, row in readings.wastes(form):
        where, used = f"{path}.apply_qty", readings.use_of(form, facts, row)
        if used is None or used.capacity is None or used.share is None:
            if readings.on_licence(form):
                yield doubts(
                    f"没有{row.waste_code}的核准规模，须人工核实接收能力", where, code=row.waste_code
                )
            continue
        pct = f"{(used.share * 100).quantize(Decimal('0.01'))}%"
        seen: dict[str, Any] = {
            "received": used.received,
            "committed": used.committed,
            "applied": used.applied,
        }
        seen |= {"capacity": used.capacity, "q": pct, "code": row.waste_code}
        if used.share > 1:
            yield fails(f"{readings.sum_of(used)}，超过核准{figure(used.capacity)}吨", where, **seen)
        elif used.share > near:
            yield doubts(f"占用率{pct}，接近核准规模", where, **seen)
        elif used.source == "declared":
            yield doubts(f"占用率{pct}，已接收量为自报，须核实接收能力证明", where, **seen)
        else:
            yield passes(f"占用率{pct}", where, **seen)
