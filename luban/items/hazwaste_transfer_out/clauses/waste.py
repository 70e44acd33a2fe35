"""CR-06, CR-11, CR-12, CR-13, CR-17, CR-18: what the waste is, how much of it, where it ends, who refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.items.hazwaste_transfer_out.readings import figure
from luban.kit.verdicts import Clauses, Judged, doubts, fails, passes
from luban.registers.hazardous_waste.parts import HAZARDS
from luban.registers.transfer_permits.parts import Permit

CLAUSES = Clauses()


@CLAUSES.clause("CR-06", "方式合理性", law=("GB18598", "GB30485"))
def way_suits_waste(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The matrix of wastes and ways says neither 禁止 nor 不宜."""
    for path, row in readings.wastes(form):
        if not row.waste_code or not row.disposal_mode:
            continue
        found, where = readings.suitability_of(row, facts), f"{path}.disposal_mode"
        seen = {
            "code": row.waste_code,
            "mode": row.disposal_mode,
            "form": row.physical_form,
            "rule": found.rule,
        }
        said = f"{row.waste_code}采用{row.disposal_mode}：{found.reason}"
        if found.verdict == "prohibited":
            yield fails(said, where, **seen)
        elif found.verdict == "unsuitable":
            yield doubts(said, where, **seen)
        else:
            yield passes("方式适宜", where, **seen)


@CLAUSES.clause("CR-11", "数量合理性", law="HWTM.23", overridable=True)
def quantity_fits_plan(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The management plan names each code and allows the tonnes, what earlier permits still allow included."""
    plan = facts.plan
    number = form.generator.management_plan_no
    if plan is None or plan.status != "filed":
        yield fails(
            f"没有已备案的管理计划（{number or '未填编号'}）", "generator.management_plan_no", plan_no=number
        )
        return
    for code, (path, tonnes) in readings.tonnes_by_code(form).items():
        left = sum((readings.left_of(p, code) for p in facts.permits if p.standing(today)), Decimal(0))
        row, asked = plan.row(code), tonnes + left
        if row is None:
            yield fails(f"管理计划（{plan.plan_no}）未包含{code}", f"{path}.waste_code", code=code)
            continue
        made, seen = (
            row.annual_generation_t + row.opening_stock_t,
            {"code": code, "applied": tonnes, "left": left},
        )
        seen |= {"made": made, "planned": row.planned_offsite_t}
        said = f"{code}本次{figure(tonnes)}吨、已批未转{figure(left)}吨"
        if asked > made:
            yield fails(
                f"{said}，超过年产生量与期初贮存量之和（{figure(made)}吨）", f"{path}.apply_qty", **seen
            )
        elif asked > row.planned_offsite_t:
            yield doubts(
                f"{said}，超过管理计划拟转移量（{figure(row.planned_offsite_t)}吨）",
                f"{path}.apply_qty",
                **seen,
            )
        else:
            yield passes("数量与计划匹配", f"{path}.apply_qty", **seen)


@CLAUSES.clause("CR-12", "重复许可", law="HWTM.27", overridable=True)
def not_twice(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """No other application under way for the same receiver and code, and no permit with much left."""
    receiver, most = form.receiver.receiver_uscc, facts.params.decimal("hwt.permit_left_pct") / 100
    found: list[Judged] = []
    for code, (path, _) in readings.tonnes_by_code(form).items():
        for one in facts.pending:
            if one.receiver_uscc == receiver and code in one.codes and one.case_no != facts.number:
                found.append(
                    fails(f"{code}已有在办申请（{one.case_no}）", f"{path}.waste_code", case_no=one.case_no)
                )
        for permit in _standing(form, facts, today):
            share = readings.left_share(permit, code)
            if permit.receiver_uscc == receiver and share > most:
                left, number = readings.left_of(permit, code), permit.permit_no
                said = f"{code}已有有效许可（{number}）余量{figure(left)}吨，须确认是否需要新办"
                found.append(doubts(said, f"{path}.waste_code", permit_no=number, left=left))
    yield from found or [passes("无重复", "waste.wastes")]


def _standing(form: Any, facts: Any, today: date) -> Iterator[Permit]:
    """Permits in force on the day, the one that is being renewed left out."""
    renewed = form.generator.renew_from_permit_no
    return (p for p in facts.permits if p.standing(today) and p.permit_no != renewed)


@CLAUSES.clause("CR-13", "跨省贮存/中转", law="HWTM.3")
def not_only_stored(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """Waste that is only collected or stored needs to say where it ends."""
    for path, row in readings.wastes(form):
        where = f"{path}.disposal_mode"
        if not row.disposal_mode:
            continue
        if readings.family_of(row.disposal_mode, facts) == "S":
            yield doubts(
                "跨省转移用于收集贮存，需说明最终去向", where, code=row.waste_code, mode=row.disposal_mode
            )
        else:
            yield passes("直接利用处置", where, code=row.waste_code, mode=row.disposal_mode)


@CLAUSES.clause("CR-17", "代码与鉴别", law="HWCAT")
def code_valid(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The code stands in the catalogue in force or is identified, and no hazard beyond the catalogue is declared."""
    for path, row in readings.wastes(form):
        code, where = row.waste_code, f"{path}.waste_code"
        if not code:
            continue
        fault = readings.code_fault(row, facts)
        extra = readings.beyond_catalogue(row, facts)
        if fault:
            yield fails(fault, where, code=code)
        elif extra:
            named = "、".join(HAZARDS.get(hazard, hazard) for hazard in extra)
            said = f"{code}申报了名录未列的{named}特性"
            yield doubts(said, f"{path}.declared_hazards", code=code, extra=extra)
        else:
            yield passes(f"代码{code}有效", where, code=code)


@CLAUSES.clause("CR-18", "接收省负面清单", law="SWPL.82")
def province_takes_it(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """The receiving province neither refuses nor limits the code or the way."""
    path, found = "receiver.receiver_province", []
    for _, row in readings.wastes(form):
        for rule in readings.province_rules(form, facts, row):
            code, mode = row.waste_code, row.disposal_mode
            said = f"{_province(facts, form.receiver.receiver_province)}规定"
            if rule["rule_type"] == "prohibit":
                said += f"不接收{code}/{mode}（{rule['text']}）"
                found.append(fails(said, path, code=code, mode=mode, rule=rule.key))
            else:
                said += f"限制接收{code}/{mode}（{rule['text']}）"
                found.append(doubts(said, path, code=code, mode=mode, rule=rule.key))
    yield from found or [passes("未命中", path)]


def _province(facts: Any, code: str | None) -> str:
    found = facts.places.get(code or "")
    return str(found["name"]) if found else (code or "接收省")
