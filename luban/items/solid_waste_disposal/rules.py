"""What is checked: the shared clauses SWC-00…36 and SWD-01…08 of the approval (一般固体废物 1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from luban.items.solid_waste_disposal.facts import ApprovalFacts
from luban.items.solid_waste_disposal.form import ApprovalForm, DisposalWasteRow
from luban.kit.clock import add_months
from luban.kit.findings import Finding
from luban.kit.parameters import ParametersOnDay
from luban.kit.rules import Rule, Rules, block, warn
from luban.registers.solid_waste.derive import primary, primary_path
from luban.registers.solid_waste.labels import label_of
from luban.registers.solid_waste.rules import clauses
from luban.registers.solid_waste.rules.aspects import END

APPROVAL = "SWPL.22.1"
LANDFILL = "GB18599"
NECESSITY_WORDS, FOLLOWUP_WORDS = 50, 20
SHORTEST = {"end_process_description": 30, "emergency_measures": 20}
"""Shortest texts of s8 that no clause of its own asks for (1.2)."""

FACILITIES = {
    "DM01": ("landfill_I", "landfill_II"),
    "DM02": ("incineration",),
    "DM03": ("cement_kiln",),
    "DM04": ("sanitary_landfill",),
    "SM01": ("storage",),
    "SM02": ("storage",),
}
"""Method → the kinds of facility it is done in (SWD-08); other methods go with any."""

CLASSES = {"landfill_I": "I", "landfill_II": "II"}
SWD = Rules()


@SWD.rule("SWD-01", law=APPROVAL, aspect=END)
def for_storage_or_disposal(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """Utilisation is filed, not approved."""
    if form.end_use.end_use_type not in (None, "storage", "disposal"):
        yield block("end_use.end_use_type", "转移利用请办理备案，不适用本许可事项。")


@SWD.rule("SWD-02", law=APPROVAL)
def within_months(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """The term is no longer than the months of the parameter, the last day included."""
    start, end = form.contract.start_date, form.contract.end_date
    months = facts.params.integer("disposal.months")
    if start and end and end > add_months(start, months) - timedelta(days=1):
        yield block("contract.end_date", f"贮存、处置转移期限不得超过{months}个月。")


@SWD.rule("SWD-03", aspect=END)
def storage_ends(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """What is stored is stored until a day, and goes somewhere afterwards."""
    end_use, end = form.end_use, form.contract.end_date
    if end_use.end_use_type != "storage":
        return
    years, until = facts.params.integer("storage.max_years"), end_use.storage_until
    in_time = until is not None and (end is None or end <= until <= add_months(end, 12 * years))
    told = len(end_use.storage_followup or "") >= FOLLOWUP_WORDS
    if not (in_time and told):
        yield block(
            "end_use.storage_followup" if in_time else "end_use.storage_until",
            f"贮存的须填写贮存截止日和最终去向，且贮存截止日不得早于转移结束日期、不得超过其后{years}年。",
        )


@SWD.rule("SWD-04", law=APPROVAL)
def necessity_told(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """Why it must leave the city is explained."""
    if len(form.end_use.necessity_text or "") < NECESSITY_WORDS:
        yield block("end_use.necessity_text", f"跨省必要性说明不少于{NECESSITY_WORDS}字。")


@SWD.rule("SWD-05", law=LANDFILL, aspect=END)
def landfill_limits(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """What is landfilled keeps the limits of the landfill's class."""
    main = primary(form.receiver)
    kind = CLASSES.get(main.facility_kind or "") if main else None
    if form.end_use.disposal_method != "DM01" or kind is None:
        return
    for n, row in enumerate(form.waste.wastes):
        if exceeded := _exceeded(row, kind, facts.params):
            yield block(
                f"waste.wastes[{n}].{exceeded}",
                f"废物{row.waste_code}有机质（{_pct(row.organic_pct)}）或水溶性盐（{_pct(row.soluble_salt_pct)}）"
                f"不满足{kind}类填埋场入场要求。",
            )


def _pct(value: Decimal | None) -> str:
    return "未填" if value is None else f"{value}%"


def _limits(row: DisposalWasteRow, kind: str, params: ParametersOnDay) -> Iterator[tuple[str, Decimal]]:
    if row.category_code not in params.codes("landfill.no_organic_check"):
        yield "organic_pct", params.decimal(f"landfill.{kind}.organic_pct")
    yield "soluble_salt_pct", params.decimal(f"landfill.{kind}.salt_pct")


def _exceeded(row: DisposalWasteRow, kind: str, params: ParametersOnDay) -> str:
    """The first figure that is not below its limit; empty when all are."""
    values = ((name, getattr(row, name), limit) for name, limit in _limits(row, kind, params))
    return next((name for name, value, limit in values if value is not None and value >= limit), "")


@SWD.rule("SWD-06", law=LANDFILL, aspect=END)
def landfill_class(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """Class II waste does not go into a class I landfill."""
    main = primary(form.receiver)
    if form.end_use.disposal_method != "DM01" or main is None or main.facility_kind != "landfill_I":
        return
    for n, row in enumerate(form.waste.wastes):
        if row.general_class == "II":
            yield block(f"waste.wastes[{n}].general_class", "第II类一般工业固体废物不得进入I类填埋场。")


@SWD.rule("SWD-07", aspect=END)
def sludge_dry_enough(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """Sludge for a sanitary landfill had better be dry enough."""
    if form.end_use.disposal_method != "DM04":
        return
    limit = facts.params.decimal("landfill.sludge_moisture_pct")
    for n, row in enumerate(form.waste.wastes):
        if row.physical_form == "sludge" and row.moisture_pct is not None and row.moisture_pct >= limit:
            yield warn(
                f"waste.wastes[{n}].moisture_pct",
                f"污泥含水率{row.moisture_pct}%不满足生活垃圾填埋场入场要求，请核实。",
            )


@SWD.rule("SWD-08", aspect=END)
def facility_suits(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """The method is done in the kind of facility stated."""
    main = primary(form.receiver)
    method = form.end_use.disposal_method or form.end_use.storage_method
    kinds = FACILITIES.get(method or "")
    if main and main.facility_kind and kinds and main.facility_kind not in kinds:
        path = f"{primary_path(form.receiver)}.facility_kind"
        yield block(path, "处置（贮存）方式与接收设施类型不一致。")


def end_told(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
    """SWC-00 for s8: the texts are long enough."""
    for name, least in SHORTEST.items():
        text = getattr(form.end_use, name)
        if text and len(text) < least:
            yield block(f"end_use.{name}", f"{label_of(form, f'end_use.{name}')}不少于{least}字。")


def _with_bounds(rule: Rule) -> Rule:
    """SWC-00 with the bounds only this form has."""
    if rule.id != "SWC-00":
        return rule
    shared = rule.check

    def check(form: ApprovalForm, facts: ApprovalFacts, today: date) -> Iterator[Finding]:
        yield from shared(form, facts, today)
        yield from end_told(form, facts, today)

    return replace(rule, check=check)


SHARED = clauses(transfer_law=APPROVAL)
RULES = Rules(map(_with_bounds, SHARED), version=SHARED.version) + SWD
