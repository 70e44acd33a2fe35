"""CR-14, CR-15, CR-16: the receiver's record, the contract, the exemption it relies on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.kit.clock import add_months
from luban.kit.compared import READ
from luban.kit.verdicts import Clauses, Judged, doubts, fails, passes
from luban.registers.exemptions.parts import Exemption

CLAUSES = Clauses()
WHO = "receiver.receiver_uscc"
CONTRACT = "M04"


@CLAUSES.clause("CR-14", "接收单位信用", law="HWTM.23", overridable=True)
def good_record(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """Not on the black list, no penalty over hazardous waste in the months before acceptance."""
    found, months = facts.receiver, facts.params.integer("hwt.cr14.penalty_months")
    if found is None:
        yield doubts("接收单位库没有该单位，信用情况须人工核实", WHO, uscc=form.receiver.receiver_uscc)
        return
    since = add_months(today, -months)
    fined = [p for p in found.penalties if p.hazardous and since <= p.on <= today]
    if found.credit_flag == "blacklisted":
        yield fails("接收单位被列入异常名单", WHO, credit_flag=found.credit_flag)
    elif fined:
        told = "、".join(f"{p.on}{p.document_no}" for p in fined)
        yield doubts(f"受理日前{months}个月内有涉危废行政处罚（{told}）", WHO, penalties=told)
    else:
        yield passes("无不良记录", WHO, credit_flag=found.credit_flag)


@CLAUSES.clause("CR-15", "合同一致性", law="HWTM.21")
def contract_agrees(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The contract handed in is between these two, and covers the term."""
    yield from _parties(form, facts)
    plan, contract = form.plan, form.contract
    first, last, path = contract.contract_from, contract.contract_to, "contract.contract_to"
    if not (plan.plan_start and plan.plan_end and first and last):
        return
    seen = {"from": first, "to": last, "start": plan.plan_start, "end": plan.plan_end}
    if first > plan.plan_start or last < plan.plan_end:
        yield doubts(f"合同有效期（{first}至{last}）未完全覆盖拟转移期限", path, **seen)
    else:
        yield passes("合同一致", path, **seen)


def _parties(form: Any, facts: Any) -> Iterator[Judged]:
    """The parties as they could be read on the contract; somebody looks where nothing could be read."""
    names = [n for n in (form.generator.generator_name, form.receiver.receiver_name) if n]
    read = [f for f in facts.materials.of(CONTRACT) if f.check in READ and f.recognised.get("parties")]
    path = f"materials.{CONTRACT}"
    if not read:
        yield doubts("合同双方未能自动读取，须人工核对", path)
        return
    on_paper = readings.plain_names(name for f in read for name in f.recognised["parties"])
    lacking = [name for name in names if not readings.plain_names([name]) <= on_paper]
    if lacking:
        yield fails(f"合同甲乙方与申请不符：合同中没有{'、'.join(lacking)}", path, parties=sorted(on_paper))


@CLAUSES.clause("CR-16", "豁免适用", law="HWTM.2")
def exemption_applies(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """What the receiver relies on instead of a licence holds for every waste."""
    if readings.on_licence(form):
        return
    for path, row in readings.wastes(form):
        found = readings.exemption_of(form, facts, row, today)
        where, reasons = f"{path}.waste_code", "；".join(found.reasons)
        seen = {"code": row.waste_code, "conclusion": found.exemption.value, "rule": found.rule}
        if found.exemption is Exemption.NOT_EXEMPT:
            yield fails(f"{row.waste_code}豁免不适用：{reasons}", where, **seen)
        elif found.exemption is Exemption.UNDETERMINED:
            yield doubts(f"{row.waste_code}豁免待定：{reasons}", where, **seen)
        else:
            yield passes(f"{row.waste_code}豁免适用", where, **seen)
