"""Figures of applications and the columns of the export (危险废物 第一部分 §10.1). Persons and prices are never exported.

Facts are stored with the case as it moves; several values of one case (codes, categories, families) are counted under
each. Columns speak of the case as a whole; values of several wastes stand side by side in one cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.acts import CONCLUSIONS
from luban.items.hazwaste_transfer_out.assessed import assessment_of
from luban.items.hazwaste_transfer_out.decision import consultation_skipped, decision_of, reply_of, term_of
from luban.items.hazwaste_transfer_out.papers.letters import permit_no
from luban.items.hazwaste_transfer_out.papers.reviewed import OVERALL
from luban.items.hazwaste_transfer_out.papers.words import approved_total
from luban.kit.assessment import Assessment
from luban.kit.statistics import Dimension, ExportColumn, Measure, Statistics
from luban.kit.verdicts import Verdict
from luban.kit.view import CaseView
from luban.registers.hazardous_waste.vehicles import clean_vehicle
from luban.registers.transfer_permits.decisions import approved

BANDS = ((100, "100分及以上"), (90, "90–99分"), (80, "80–89分"), (60, "60–79分"))
BELOW = "60分以下"
YES, NO = "是", "否"


def yes(value: Any) -> str:
    """A truth value in Chinese."""
    return YES if value else NO


def day_of(case: CaseView, *actions: str) -> date | None:
    """The day of the latest of some actions; None before any."""
    found = next((act for act in reversed(case.acts) if act.action in actions), None)
    return found.at.date() if found else None


def first_day(case: CaseView, *actions: str) -> date | None:
    """The day of the first of some actions: a case is evaluated once, on the day of its first conclusion."""
    found = next((act for act in case.acts if act.action in actions), None)
    return found.at.date() if found else None


def decided_on(case: CaseView) -> date | None:
    """The day of the decision, whichever way."""
    decided = decision_of(case)
    return decided.at.date() if decided else day_of(case, "leader_deny")


def _corrected(found: Assessment | None) -> int:
    """How many factors a person corrected."""
    return sum(one.manual is not None for one in found.sheet.factors) if found and found.sheet else 0


def _band(found: Assessment | None) -> str:
    if found is None or found.sheet is None:
        return ""
    total = found.sheet.total
    return next((title for least, title in BANDS if total >= least), BELOW)


def _of_wastes(case: CaseView, name: str) -> list[str]:
    """The distinct values of a field of the wastes, in order."""
    return list(dict.fromkeys(str(v) for row in case.form.waste.wastes if (v := getattr(row, name))))


def _families(case: CaseView) -> list[str]:
    return sorted({code[:1] for code in _of_wastes(case, "disposal_mode")})


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case: by what to group it, and how much it is."""
    form, found, reply = case.form, assessment_of(case), reply_of(case)
    codes, categories, families = (
        _of_wastes(case, "waste_code"),
        _of_wastes(case, "hw_category"),
        _families(case),
    )
    granted = approved_total(case) if decision_of(case) else Decimal(0)
    return {
        "district": form.generator.generator_adcode or "",
        "receiver_province": form.receiver.receiver_province or "",
        "family": families[0] if families else "",
        "families": families,
        "category": categories[0] if categories else "",
        "categories": categories,
        "code": codes[0] if codes else "",
        "codes": codes,
        "receiver": form.receiver.receiver_name or "",
        "generator": form.generator.generator_name or "",
        "receiver_uscc": form.receiver.receiver_uscc or "",
        "carriers": [row.uscc for row in form.transport.carriers if row.uscc],
        "grade": found.sheet.grading.title if found and found.sheet else "",
        "score_band": _band(found),
        "total": found.sheet.total if found and found.sheet else "",
        "compliance": OVERALL[found.overall] if found else "",
        "whitelist": yes(form.receiver.whitelist_declared),
        "exempt": yes(form.receiver.qualification_kind not in ("licence", None)),
        "skipped": yes(consultation_skipped(case)),
        "corrected": yes(_corrected(found)),
        "reply": dict(CONCLUSIONS).get(str(reply["conclusion"]), "") if reply else "",
        "failed_clauses": _clauses(found, Verdict.FAIL),
        "doubtful_clauses": _clauses(found, Verdict.DOUBT),
        "state": case.state,
        "applied_t": str(form.plan.total_t or 0),
        "approved_t": str(granted),
        **_days(case),
    }


def _clauses(found: Assessment | None, verdict: Verdict) -> list[str]:
    """The clauses the machine judged so."""
    return [one.rule for one in found.judged if one.verdict is verdict] if found else []


def _days(case: CaseView) -> dict[str, str]:
    """The days periods are counted by, as far as they have come."""
    days = {
        "evaluated_on": first_day(case, "submit_evaluation"),
        "consulted_on": day_of(case, "sign_letter"),
        "replied_on": day_of(case, "reply", "register_reply"),
        "decided_on": decided_on(case),
        "issued_on": day_of(case, "issue"),
    }
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _joined(name: str) -> Callable[[CaseView], str]:
    """A column of the wastes: one value a waste, repeats kept, so that the columns of one row line up."""

    def value(case: CaseView) -> str:
        return "；".join(_text(getattr(row, name)) for row in case.form.waste.wastes)

    return value


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _term(n: int) -> Callable[[CaseView], date | None]:
    def value(case: CaseView) -> date | None:
        found = term_of(case)
        return found[n] if found else None

    return value


def _vehicles(case: CaseView) -> Iterable[Any]:
    return (vehicle for row in case.form.transport.carriers for vehicle in row.vehicles)


def _clean(case: CaseView) -> int:
    gas = case.params.flag("hwt.score.clean_gas_counts")
    return sum(
        clean_vehicle(fuel_type=one.fuel_type, emission_stage=one.emission_stage, gas_counts=gas)
        for one in _vehicles(case)
    )


def _of_sheet(name: str) -> Callable[[CaseView], Any]:
    def value(case: CaseView) -> Any:
        found = assessment_of(case)
        return getattr(found.sheet, name) if found and found.sheet else ""

    return value


def _granted(case: CaseView) -> str:
    if decision_of(case) is None:
        return ""
    return "；".join(f"{row.code} {row.approved_t}" for row in approved(case))


def _reply(case: CaseView) -> str:
    reply = reply_of(case)
    return dict(CONCLUSIONS).get(str(reply["conclusion"]), "") if reply else ""


COLUMNS = (
    ExportColumn("办件号", lambda c: c.number),
    ExportColumn("事项", lambda c: c.item_title),
    ExportColumn("移出单位", lambda c: c.form.generator.generator_name),
    ExportColumn("信用代码", lambda c: c.form.generator.generator_uscc),
    ExportColumn("区", lambda c: c.place(c.form.generator.generator_adcode)),
    ExportColumn("接收单位", lambda c: c.form.receiver.receiver_name),
    ExportColumn("接收省", lambda c: c.place(c.form.receiver.receiver_province)),
    ExportColumn("许可证号", lambda c: c.form.receiver.receiver_licence_no),
    ExportColumn("许可证止期", lambda c: c.form.receiver.licence_valid_to),
    ExportColumn("废物类别", _joined("hw_category")),
    ExportColumn("废物代码", _joined("waste_code")),
    ExportColumn("废物名称", _joined("waste_name")),
    ExportColumn("特性", _joined("declared_hazards")),
    ExportColumn("形态", _joined("physical_form")),
    ExportColumn("方式", _joined("disposal_mode")),
    ExportColumn("申请吨", _joined("apply_t")),
    ExportColumn("批准吨", _granted),
    ExportColumn("运输单位", lambda c: "、".join(r.carrier_name or "" for r in c.form.transport.carriers)),
    ExportColumn("车辆数", lambda c: sum(1 for _ in _vehicles(c))),
    ExportColumn("清洁车辆数", _clean),
    ExportColumn("受理日", lambda c: c.accepted_on),
    ExportColumn("评估提交日", lambda c: first_day(c, "submit_evaluation")),
    ExportColumn("发函日", lambda c: day_of(c, "sign_letter")),
    ExportColumn("复函日", lambda c: day_of(c, "reply", "register_reply")),
    ExportColumn("复函结论", _reply),
    ExportColumn("决定日", decided_on),
    ExportColumn("制证日", lambda c: day_of(c, "issue")),
    ExportColumn("许可文号", lambda c: permit_no(c) if c.licences else ""),
    ExportColumn("有效期起", _term(0)),
    ExportColumn("有效期止", _term(1)),
    ExportColumn("状态", lambda c: c.term("case_state", c.state)),
    ExportColumn("合规结论", lambda c: OVERALL[found.overall] if (found := assessment_of(c)) else ""),
    ExportColumn("基础分", _of_sheet("base")),
    ExportColumn("加分", _of_sheet("bonus")),
    ExportColumn("总分", _of_sheet("total")),
    ExportColumn("分级", lambda c: grading.title if (grading := _of_sheet("grading")(c)) else ""),
    ExportColumn("是否修正", lambda c: yes(_corrected(assessment_of(c)))),
)

STATISTICS = Statistics(
    facts=facts_of,
    dimensions=(
        Dimension("district", "移出区"),
        Dimension("receiver_province", "接收省"),
        Dimension("family", "利用处置大类"),
        Dimension("category", "废物类别"),
        Dimension("code", "废物代码"),
        Dimension("receiver", "接收单位"),
        Dimension("generator", "移出单位"),
        Dimension("grade", "风险分级"),
        Dimension("score_band", "评分分布"),
        Dimension("compliance", "合规结论"),
        Dimension("reply", "复函结论"),
        Dimension("whitelist", "白名单"),
        Dimension("exempt", "豁免"),
        Dimension("skipped", "免商请"),
        Dimension("corrected", "人工修正"),
        Dimension("state", "结果", "case_state"),
    ),
    measures=(
        Measure("applied_t", "申请量", "吨"),
        Measure("approved_t", "批准量", "吨"),
    ),
    columns=COLUMNS,
)
