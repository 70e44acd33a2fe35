"""P-12, P-13, P-17…P-20: how much, against the contract and the management plan of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from luban.items.hazwaste_transfer_out.derive import total
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.rules.aspects import WASTES
from luban.items.hazwaste_transfer_out.rules.dates import filed_on
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, warn
from luban.registers.management_plans.parts import PlanRow

RULES = Rules()
NOTHING = Decimal(0)


@RULES.rule("P-12", aspect=WASTES)
def total_adds_up(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The total is the sum of the rows."""
    if form.plan.total_t is not None and form.plan.total_t != total(form):
        yield block("plan.total_t", "申请总量与各行合计不一致。")


@RULES.rule("P-13", aspect=WASTES)
def within_contract(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The contract is for as much."""
    asked, agreed = form.plan.total_t, form.contract.contract_total_t
    if asked is not None and agreed is not None and asked > agreed:
        yield block("contract.contract_total_t", f"申请总量（{asked}吨）超过合同数量（{agreed}吨）。")


def _first_rows(form: TransferForm) -> Mapping[str, int]:
    """Each code with the number (from 0) of the first row that has it, in order."""
    found: dict[str, int] = {}
    for n, row in enumerate(form.waste.wastes):
        if row.waste_code:
            found.setdefault(row.waste_code, n)
    return found


class Planned(NamedTuple):
    """A code of this application that stands in the plan: first row, plan row, tonnes asked and still standing."""

    row: int
    plan: PlanRow
    tonnes: Decimal


def planned(form: TransferForm, facts: Any, today: date) -> Iterator[Planned]:
    """Each code of the plan: what is asked for here plus what permits that stand have left of it."""
    filed = filed_on(facts, today)
    for code, n in _first_rows(form).items():
        known = facts.plan.row(code) if facts.plan else None
        if known is None:
            continue
        asked = [row.apply_t for row in form.waste.wastes if row.waste_code == code and row.apply_t]
        standing = [
            row.left
            for permit in facts.permits
            if permit.standing(filed)
            for row in permit.rows
            if row.code == code
        ]
        yield Planned(n, known, sum((*asked, *standing), NOTHING))


@RULES.rule("P-17", aspect=WASTES)
def in_plan(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The plan names the code."""
    for code, n in _first_rows(form).items():
        if facts.plan and facts.plan.row(code) is None:
            yield block(
                f"waste.wastes[{n}].waste_code",
                f"管理计划（{facts.plan.plan_no}）未包含废物代码{code}，请先变更管理计划。",
            )


@RULES.rule("P-18", aspect=WASTES)
def planned_receiver(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The plan names this receiver."""
    receiver = form.receiver
    for found in planned(form, facts, today):
        known = found.plan
        if known.receiver_uscc and receiver.receiver_uscc:
            differs = known.receiver_uscc != receiver.receiver_uscc
        else:
            differs = bool(known.receiver_name and receiver.receiver_name) and (
                known.receiver_name != receiver.receiver_name
            )
        if differs:
            named = known.receiver_name or known.receiver_uscc
            yield warn(
                f"waste.wastes[{found.row}].waste_code",
                f"管理计划中{known.code}的委托单位为{named}，与本次接收单位不一致。",
            )


@RULES.rule("P-19", aspect=WASTES)
def within_planned(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No more than the plan would move out."""
    for found in planned(form, facts, today):
        limit = found.plan.planned_offsite_t
        if found.tonnes > limit:
            yield warn(
                f"waste.wastes[{found.row}].apply_qty",
                f"{found.plan.code}申请量超过管理计划拟转移量（{limit}吨）。",
                tonnes=str(found.tonnes),
            )


@RULES.rule("P-20", aspect=WASTES)
def within_existing(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No more than there can be: a year's generation and the stock it began with."""
    for found in planned(form, facts, today):
        limit = found.plan.annual_generation_t + found.plan.opening_stock_t
        if found.tonnes > limit:
            yield block(
                f"waste.wastes[{found.row}].apply_qty",
                f"{found.plan.code}申请量超过年产生量与期初贮存量之和（{limit}吨）。",
                tonnes=str(found.tonnes),
            )
