"""What is checked: the shared clauses SWC-00…36 and SWU-01…09 of the filing (一般固体废物 1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from luban.items.solid_waste_utilisation.facts import FilingFacts
from luban.items.solid_waste_utilisation.form import FilingForm
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, warn
from luban.registers.solid_waste.derive import primary, primary_path
from luban.registers.solid_waste.rules import clauses
from luban.registers.solid_waste.rules.aspects import END, SOURCE

FILING = "SHSW.FILING"
UTILISATION = "SWPL.22.2"
PROCESS_WORDS = 30
SWU = Rules()


@SWU.rule("SWU-01", law=FILING, aspect=SOURCE)
def one_natural_year(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The term stays within one natural year."""
    start, end = form.contract.start_date, form.contract.end_date
    if start and end and start.year != end.year:
        yield block(
            "contract.end_date", f"备案期限应在同一自然年度内，结束日期不得晚于{start.year}年12月31日。"
        )


@SWU.rule("SWU-02", law=FILING, aspect=SOURCE)
def year_of_filing(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The year filed for is the year the term begins in."""
    year, start = form.source.filing_year, form.contract.start_date
    if year is not None and start and year != start.year:
        yield block("source.filing_year", f"备案年度{year}与转移开始日期年度{start.year}不一致。")


@SWU.rule("SWU-03", law=FILING, aspect=SOURCE)
def next_year_opens_late(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Next year's filings open on a day in December; no year after that."""
    start, filed_on = form.contract.start_date, facts.submitted_on or today
    if start is None:
        return
    opens = facts.params.text("filing.next_year_opening")
    if start.year == filed_on.year + 1 and filed_on.strftime("%m-%d") < opens:
        month, day = (int(part) for part in opens.split("-"))
        yield block("contract.start_date", f"{start.year}年度备案自{filed_on.year}年{month}月{day}日起受理。")
    if start.year > filed_on.year + 1:
        yield block("contract.start_date", f"备案年度不得晚于{filed_on.year + 1}年。")


@SWU.rule("SWU-04", aspect=END)
def process_described(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """How it is used is described."""
    if len(form.end_use.end_process_description or "") < PROCESS_WORDS:
        yield block("end_use.end_process_description", f"利用工艺说明不少于{PROCESS_WORDS}字。")


@SWU.rule("SWU-05", law=FILING, aspect=END)
def no_second_transfer(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The receiver is the one who uses it."""
    if not form.end_use.no_secondary_transfer:
        yield block(
            "end_use.no_secondary_transfer",
            "转移利用备案的固体废物不得再次转移，请以最终利用单位办理备案。",
        )


@SWU.rule("SWU-06", aspect=END)
def product_standard(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The product had better name its standard."""
    if not form.end_use.product_standard_no:
        yield warn("end_use.product_standard_no", "未填写利用产品执行标准，请核实是否满足产品质量要求。")


@SWU.rule("SWU-07", law=UTILISATION, aspect=END)
def for_utilisation(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Storage and disposal need an approval."""
    if form.end_use.end_use_type != "utilisation":
        yield block("end_use.end_use_type", "贮存、处置请办理跨省转移审批，不适用备案。")


@SWU.rule("SWU-08", aspect=END)
def residue_accounted_for(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """Residues have somewhere to go."""
    end = form.end_use
    if end.residue_qty_t and not end.residue_destination:
        yield block("end_use.residue_destination", "利用过程产生残余物的，须填写残余物去向。")


@SWU.rule("SWU-09", aspect=END)
def facility_uses(form: FilingForm, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """The primary facility is one that uses waste."""
    main = primary(form.receiver)
    if main and main.facility_kind not in (None, "utilisation"):
        path = f"{primary_path(form.receiver)}.facility_kind"
        yield block(path, "利用备案的接收设施类型应为利用设施。")


RULES = clauses(transfer_law=UTILISATION) + SWU
