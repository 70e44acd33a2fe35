"""X-01…X-26: the term applied for against the day of filing, the receiver's licence, contracts, carriers, the plan.

D0 is the day of filing (today, until it is filed); `E` the last day that could be approved. Every date is included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.items.hazwaste_transfer_out.derive import eligibility_of
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.rules.aspects import PARTIES, TERM, WAY
from luban.items.hazwaste_transfer_out.term import approval_end, longest_end, point_to_point
from luban.kit.clock import add_months, due_date
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, finding, warn
from luban.registers.calendar.work import work_calendar
from luban.registers.carriers.eligibility import Eligibility, Level
from luban.registers.receivers.parts import Licence

RULES = Rules()
LAW_TERM, LAW_APPLICATION, LAW_PAPERS = "HWTM.26", "HWTM.21", "HWTM.21"
START, END = "plan.plan_start", "plan.plan_end"
FROM, TO = "receiver.licence_valid_from", "receiver.licence_valid_to"
NUMBER = "receiver.receiver_licence_no"
MONTHS_A_YEAR = 12


def filed_on(facts: Any, today: date) -> date:
    """D0: the day it was filed; today until then."""
    day: date = facts.submitted_on or today
    return day


def licensed(form: TransferForm) -> bool:
    """Whether the receiver takes it on its licence."""
    return form.receiver.qualification_kind == "licence"


def licence_days(form: TransferForm) -> tuple[date | None, date | None]:
    """First and last day of the licence as stated (`lf`, `lt`); nothing for an exemption."""
    receiver = form.receiver
    return (receiver.licence_valid_from, receiver.licence_valid_to) if licensed(form) else (None, None)


@RULES.rule("X-01", law=LAW_APPLICATION, aspect=TERM)
def begins_before_it_ends(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The term begins before it ends."""
    start, end = form.plan.plan_start, form.plan.plan_end
    if start and end and start > end:
        yield block(START, "拟转移开始日期不得晚于结束日期。")


@RULES.rule("X-02", law=LAW_TERM, aspect=TERM)
def twelve_months(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No longer than twelve months."""
    start, end = form.plan.plan_start, form.plan.plan_end
    if start and end and end > (last := longest_end(start=start, params=facts.params)):
        months = facts.params.integer("hwt.permit_months")
        yield block(END, f"申请许可期限不得超过{months}个月，最迟可至{last}。")


@RULES.rule("X-03", aspect=TERM)
def begins_after_filing(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """It begins no earlier than it is applied for."""
    start, filed = form.plan.plan_start, filed_on(facts, today)
    if start and start < filed:
        yield block(START, f"拟转移开始日期不得早于申请提交日期（{filed}）。")


@RULES.rule("X-04", law=("HWTM.23", "HWTM.24", "HWTM.25"), aspect=TERM)
def time_to_decide(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The time the law gives for deciding may end after the term begins."""
    start, filed = form.plan.plan_start, filed_on(facts, today)
    days, calendar = facts.params.integer("hwt.decision_workdays"), work_calendar(facts.calendar)
    earliest = due_date(start=filed, n=days, unit="wd", calendar=calendar)
    if start and earliest and filed <= start < earliest:
        yield warn(START, f"按法定时限审批可能晚于拟转移开始日期，建议开始日期不早于{earliest}。")


@RULES.rule("X-05", aspect=TERM)
def begins_soon(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """It begins within half a year."""
    start, months = form.plan.plan_start, facts.params.integer("hwt.start_months")
    if start and start > add_months(filed_on(facts, today), months):
        yield warn(START, f"拟转移开始日期距今超过{months}个月，请确认。")


@RULES.rule("X-06", law=LAW_APPLICATION, aspect=PARTIES)
def licence_days_stated(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The days of the licence are stated."""
    first, last = licence_days(form)
    if licensed(form) and (first is None or last is None):
        yield block(FROM if first is None else TO, "请填写接收单位危险废物经营许可证有效期。")


@RULES.rule("X-07", aspect=PARTIES)
def licence_days_in_order(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The licence begins before it ends."""
    first, last = licence_days(form)
    if first and last and first > last:
        yield block(FROM, "接收单位许可证有效期起始日不得晚于截止日。")


@RULES.rule("X-08", law="HWLM", aspect=PARTIES)
def licence_not_too_long(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A comprehensive or medical licence runs five years, one for collection three."""
    (first, last), kind = licence_days(form), form.receiver.licence_kind
    if not (first and last and kind):
        return
    key = "hwt.licence_years.collection" if kind == "collection" else "hwt.licence_years"
    years = facts.params.integer(key)
    if last > add_months(first, MONTHS_A_YEAR * years):
        yield warn(TO, f"许可证有效期超过{years}年，请核对许可证日期。")


@RULES.rule("X-09", law=LAW_TERM, aspect=PARTIES)
def licence_not_over(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The licence has not ended."""
    _, last = licence_days(form)
    if last and last < filed_on(facts, today):
        yield block(TO, f"接收单位危险废物经营许可证已于{last}到期，不能申请。")


@RULES.rule("X-10", law=LAW_TERM, aspect=PARTIES)
def licence_begun(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The licence is in force when the transfer begins."""
    (first, _), start = licence_days(form), form.plan.plan_start
    if first and start and first > start:
        yield block(START, f"拟转移开始日期早于接收单位许可证生效日期（{first}）。")


@RULES.rule("X-11", law=LAW_TERM, aspect=PARTIES)
def licence_reaches_start(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The licence has not ended when the transfer begins."""
    (_, last), start = licence_days(form), form.plan.plan_start
    if last and start and filed_on(facts, today) <= last < start:
        yield block(START, f"拟转移开始日期晚于接收单位许可证截止日期（{last}）。")


@RULES.rule("X-12", law=LAW_TERM, aspect=PARTIES)
def licence_reaches_end(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A licence that ends within the term cuts it short; a parameter says whether that stops the application."""
    (_, last), start, end = licence_days(form), form.plan.plan_start, form.plan.plan_end
    if last and start and end and start <= last < end:
        strict = facts.params.text("hwt.licence_shorter_policy") == "block"
        yield finding(
            "block" if strict else "warn",
            END,
            f"接收单位许可证有效期至{last}，早于拟转移结束日期{end}，批准期限将截至{last}；"
            "可点击“按许可证调整”或待换证后再申请。",
            adjust_to=last.isoformat(),
        )


@RULES.rule("X-13", aspect=PARTIES)
def licence_ends_soon(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The licence does not end within a month of filing."""
    (_, last), days = licence_days(form), facts.params.integer("hwt.licence_soon_days")
    if last and 0 <= (last - filed_on(facts, today)).days <= days:
        yield warn(TO, f"接收单位许可证将在{days}日内到期。")


@RULES.rule("X-14", law=LAW_TERM, aspect=TERM)
def worth_approving(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """What could be approved is at least a month; a term that could not be approved at all has clauses of its own."""
    start, end = form.plan.plan_start, approval_end(form, facts)
    days = facts.params.integer("hwt.short_term_days")
    if start and end and 0 <= (end - start).days < days:
        yield warn(END, f"预计批准期限仅至{end}，不足{days}天，请确认。")


@RULES.rule("X-15", aspect=PARTIES)
def agrees_with_register(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Number and days are those of the verified licence in the register."""
    stated = form.receiver.receiver_licence_no
    if not licensed(form) or not stated:
        return
    own, verified = _licences(facts)
    licence = own.get(stated)
    if licence is None and verified:
        yield _disagrees(NUMBER, "编号", stated, "、".join(verified))
    if licence is None or not licence.verified:
        return
    first, last = licence_days(form)
    for path, word, given, known in (
        (FROM, "有效期起", first, licence.valid_from),
        (TO, "有效期止", last, licence.valid_to),
    ):
        if given and known and given != known:
            yield _disagrees(path, word, given, known)


def _licences(facts: Any) -> tuple[dict[str, Licence], tuple[str, ...]]:
    """The receiver's licences by number, and the numbers of those verified."""
    held = facts.receiver.licences if facts.receiver else ()
    return {one.licence_no: one for one in held}, tuple(one.licence_no for one in held if one.verified)


def _disagrees(path: str, word: str, stated: object, known: object) -> Finding:
    return block(
        path,
        f"填报的许可证{word}（{stated}）与许可证库（{known}）不一致，请核对或申请更正库信息。",
    )


@RULES.rule("X-16", aspect=PARTIES)
def nothing_verified(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Where the register holds nothing verified, a person compares."""
    stated = form.receiver.receiver_licence_no
    if not licensed(form) or not stated:
        return
    own, verified = _licences(facts)
    licence = own.get(stated)
    if (licence is None and not verified) or (licence is not None and not licence.verified):
        yield warn(NUMBER, "许可证库中无已核实信息，将由审查人员人工核对。")


@RULES.rule("X-17", law=LAW_PAPERS, aspect=TERM)
def contract_reaches_start(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The contract has not ended when the transfer begins."""
    start, last = form.plan.plan_start, form.contract.contract_to
    if start and last and last < start:
        yield block("contract.contract_to", "合同有效期在拟转移开始前已届满。")


@RULES.rule("X-18", law=LAW_PAPERS, aspect=TERM)
def contract_covers_term(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The contract covers the whole term."""
    plan, contract = form.plan, form.contract
    first, last = contract.contract_from, contract.contract_to
    if not (plan.plan_start and plan.plan_end and first and last):
        return
    if first > plan.plan_start or last < plan.plan_end:
        yield warn("contract.contract_to", f"合同有效期（{first}至{last}）未完全覆盖拟转移期限。")


@RULES.rule("X-19", aspect=WAY)
def carriage_reaches_start(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No contract of carriage has ended when the transfer begins."""
    start = form.plan.plan_start
    for n, row in enumerate(form.transport.carriers):
        if start and row.contract_to and row.contract_to < start:
            yield block(
                f"transport.carriers[{n}].contract_to",
                f"运输合同（{carrier_name(row)}）在拟转移开始前已届满。",
            )


def carrier_name(row: Any) -> str:
    """How a carrier is called in a sentence."""
    return str(row.carrier_name or row.carrier_id or "未选择")


def _eligible(form: TransferForm, facts: Any, today: date) -> Iterator[tuple[int, Any, Eligibility | None]]:
    for n, row in enumerate(form.transport.carriers):
        if row.carrier_id:
            yield n, row, eligibility_of(row, form, facts, today)


def _reasons(found: Eligibility) -> str:
    """All reasons in one sentence, without a full stop."""
    return "；".join(reason.message.rstrip("。") for reason in found.reasons)


@RULES.rule("X-20", aspect=WAY)
def carriers_selectable(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Every carrier stands in the library and may be chosen."""
    for n, row, found in _eligible(form, facts, today):
        if found is None:
            reason = "运输单位库中没有该单位，请从库中选择"
        elif found.selectable:
            continue
        else:
            reason = _reasons(found)
        yield block(f"transport.carriers[{n}].carrier_id", f"运输单位{carrier_name(row)}不可选：{reason}。")


@RULES.rule("X-21", aspect=WAY)
def carriers_reminded(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """What should be known of a carrier that may be chosen."""
    for n, row, found in _eligible(form, facts, today):
        if found is not None and found.level is Level.REMIND:
            yield warn(
                f"transport.carriers[{n}].carrier_id", f"运输单位{carrier_name(row)}：{_reasons(found)}。"
            )


def _vehicles(form: TransferForm) -> Iterator[tuple[str, Any]]:
    """(path, row) of every chosen vehicle whose certificate has a last day."""
    for n, carrier in enumerate(form.transport.carriers):
        for k, vehicle in enumerate(carrier.vehicles):
            if vehicle.cert_to:
                yield f"transport.carriers[{n}].vehicles[{k}].plate_no", vehicle


@RULES.rule("X-22", aspect=WAY)
def vehicles_reach_start(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No vehicle's certificate has ended when the transfer begins."""
    start = form.plan.plan_start
    for path, vehicle in _vehicles(form):
        if start and vehicle.cert_to < start:
            yield block(path, f"车辆{vehicle.plate_no}道路运输证在拟转移开始前已到期。")


@RULES.rule("X-23", aspect=WAY)
def vehicles_reach_end(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No vehicle's certificate ends within the term."""
    start, end = form.plan.plan_start, form.plan.plan_end
    for path, vehicle in _vehicles(form):
        if start and end and start <= vehicle.cert_to < end:
            yield warn(path, f"车辆{vehicle.plate_no}道路运输证将于{vehicle.cert_to}到期。")


@RULES.rule("X-24", aspect=TERM)
def plan_of_the_year(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The management plan is of the year the transfer begins in."""
    start = form.plan.plan_start
    if start and facts.plan and facts.plan.year != start.year:
        yield block("generator.management_plan_no", "管理计划年度与拟转移开始年度不一致。")


@RULES.rule("X-25", aspect=TERM)
def into_next_year(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A transfer into the next year needs that year's plan."""
    start, end = form.plan.plan_start, form.plan.plan_end
    if start and end and end.year > start.year:
        yield warn(END, "转移跨年度，次年须备案新的管理计划后方可继续转移。")


@RULES.rule("X-26", law="HWTM.2", aspect=TERM)
def exemption_covers_term(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A point-to-point exemption covers the term; one that ends before it begins stops the application."""
    start, end = form.plan.plan_start, form.plan.plan_end
    if not (start and end):
        return
    for n, record in point_to_point(form, facts):
        last = record.valid_to
        if last is not None and last < end:
            severity = "block" if last < start else "warn"
            message = f"点对点豁免有效期（至{last}）不覆盖拟转移期限。"
            yield finding(severity, f"waste.wastes[{n}].p2p_no", message)
