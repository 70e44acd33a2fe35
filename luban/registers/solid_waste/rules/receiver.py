"""SWC-12, 13, 18, 26, 27: whether the receiver can and may take it, where, and to what end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.kit.book import KEY_SEPARATOR
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, finding, warn
from luban.registers.catalogues.waste import end_use, is_waste_code
from luban.registers.solid_waste.addresses import address_gap
from luban.registers.solid_waste.derive import primary, primary_path, remaining
from luban.registers.solid_waste.rules.aspects import END, SOURCE_AND_END

RULES = Rules()
METHODS = ("utilisation_method", "disposal_method", "storage_method")
"""The fields of s8 that may name a method; each is also the dictionary of its codes."""


@RULES.rule("SWC-12", law="SWPL.37", aspect=SOURCE_AND_END)
def within_capacity(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """No more than the receiver can still take this year."""
    planned, left = form.waste.total_qty_t, remaining(form.receiver, facts.committed)
    if planned is not None and left is not None and planned > left:
        yield block(
            "receiver.receiver_annual_capacity_t",
            f"计划转移总量{planned}吨超过接收单位剩余能力{left}吨。",
            planned=planned,
            remaining=left,
            committed_here=facts.committed,
        )


@RULES.rule("SWC-13", law="SWPL.37", aspect=SOURCE_AND_END)
def facility_may_take(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The primary facility is permitted to take the code or its category."""
    main = primary(form.receiver)
    if main is None or not main.permitted_waste_codes:
        return
    path = f"{primary_path(form.receiver)}.permitted_waste_codes"
    for row in form.waste.wastes:
        allowed = {row.waste_code, row.category_code} & set(main.permitted_waste_codes)
        if row.waste_code and row.category_code and not allowed:
            yield finding(
                facts.params.text("swc.13.severity"),
                path,
                f"接收设施“{main.facility_name or ''}”许可接收种类不含{row.waste_code}。",
            )


@RULES.rule("SWC-18", law="SWPL.37")
def permit_lasts(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The receiver's pollution permit outlasts the term."""
    valid_to, end = form.receiver.receiver_permit_valid_to, form.contract.end_date
    if valid_to and end and valid_to < end:
        yield block(
            "receiver.receiver_permit_valid_to",
            f"接收单位排污许可有效期至{valid_to}，早于转移结束日期{end}。",
        )


@RULES.rule("SWC-26", aspect=END)
def facility_addresses(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Every facility is located down to its house number."""
    for n, row in enumerate(form.receiver.facilities):
        gap = address_gap(row, "facility")
        if gap:
            yield block(
                f"receiver.facilities[{n}].{gap}",
                f"接收设施第{n + 1}行地址须填写至门牌号（省、市、区县、街道、道路、门牌号）。",
            )


@RULES.rule("SWC-27", law="SWPL.37", aspect=END)
def end_use_suits(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The method suits each waste by the matrix of end uses (3.1)."""
    name = next((m for m in METHODS if getattr(form.end_use, m, None)), None)
    if name is None:
        return
    code: str = getattr(form.end_use, name)
    entry = facts.terms.get(f"{name}{KEY_SEPARATOR}{code}")
    method = str(entry["name"]) if entry else code
    for row in form.waste.wastes:
        waste = row.waste_code
        if not waste or not is_waste_code(waste):
            continue
        verdict = end_use(facts.end_use_matrix, waste_code=waste, method=code)
        if verdict == "no":
            yield block(f"end_use.{name}", f"废物{waste}采用“{method}”不满足末端利用处置要求。", waste=waste)
        if verdict == "confirm":
            yield warn(f"end_use.{name}", f"废物{waste}采用“{method}”须由审批人员人工确认。", waste=waste)
