"""SWC-10, 14…16, 20: the contract with the receiver, the term, and what the contracts say of pollution."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.kit.compared import LOOKED_AT, slot_path, slot_title, words_found
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, info, warn
from luban.registers.solid_waste.readings import CONTRACT_WORDS

RULES = Rules()
CLAUSE = "合同应当约定污染防治要求。"


@RULES.rule("SWC-10", law="SWPL.37", aspect="source")
def within_contract(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """No more than the contract provides for."""
    planned, agreed = form.waste.total_qty_t, form.contract.contract_qty_t
    if planned is not None and agreed is not None and planned > agreed:
        yield block("contract.contract_qty_t", f"计划转移总量{planned}吨超过接收合同约定量{agreed}吨。")


@RULES.rule("SWC-14")
def begins_before_it_ends(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The term has its days in order."""
    start, end = form.contract.start_date, form.contract.end_date
    if start and end and start > end:
        yield block("contract.start_date", "转移开始日期不得晚于结束日期。")


@RULES.rule("SWC-15")
def begins_after_filing(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The term does not begin before the day of submission (of a corrected case: the first one)."""
    start = form.contract.start_date
    if start and start < (facts.submitted_on or today):
        yield block("contract.start_date", "转移开始日期不得早于提交日期。")


@RULES.rule("SWC-16", law="SWPL.37")
def contract_covers_term(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The contract is in force throughout the term."""
    c = form.contract
    if not (c.contract_start and c.contract_end and c.start_date and c.end_date):
        return
    if c.contract_start > c.start_date or c.contract_end < c.end_date:
        yield block(
            "contract.contract_end" if c.contract_end < c.end_date else "contract.contract_start",
            f"接收合同有效期（{c.contract_start}至{c.contract_end}）未覆盖转移期限（{c.start_date}至{c.end_date}）。",
        )


@RULES.rule("SWC-20", law="SWPL.37")
def pollution_clause(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Every contract provides against pollution, in the form and on the paper."""
    claimed: list[tuple[str, int | None]] = []
    if form.contract.contract_pollution_clause:
        claimed.append(("M02", None))
    else:
        yield block("contract.contract_pollution_clause", CLAUSE)
    for n, carrier in enumerate(form.transport.carriers):
        if carrier.is_self_transport:
            continue
        if carrier.transport_contract_clause:
            claimed.append(("M03", n + 1))
        else:
            yield block(f"transport.carriers[{n}].transport_contract_clause", CLAUSE)
    for code, binding in claimed:
        yield from _clause_on_paper(facts.materials, code, binding)


def _clause_on_paper(materials: Any, code: str, binding: int | None) -> Iterator[Finding]:
    """The words are looked for in what could be read; papers nobody could read are for a person."""
    files = materials.of(code, binding)
    if not files:
        return
    texts = [words for f in files if (words := words_found(f)) is not None]
    title = slot_title(materials, code, binding)
    if any(CONTRACT_WORDS[0] in words for words in texts):
        return
    if len(texts) == len(files):
        yield warn(slot_path(code, binding), f"未在{title}中识别到“污染防治”条款，请人工核对。")
    elif any(words_found(f) is None and f.check not in LOOKED_AT for f in files):
        yield info(slot_path(code, binding), f"{title}未能自动识别，“污染防治”条款转人工核对。")
