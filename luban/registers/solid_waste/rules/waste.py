"""SWC-05…09, 11, 32: what the waste is and how much of it there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, finding, info
from luban.registers.catalogues.waste import is_hazardous_code, is_waste_code
from luban.registers.solid_waste.derive import total
from luban.registers.solid_waste.rules.aspects import SOURCE

RULES = Rules()


def row_name(row: Any, n: int) -> str:
    """How a waste is called in a sentence: its own name, its code, or its place in the list."""
    return row.common_name or row.waste_code or f"第{n + 1}行"


@RULES.rule("SWC-05", law="SWPL.82")
def not_hazardous_code(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """A code of the hazardous waste list belongs to another matter."""
    for n, row in enumerate(form.waste.wastes):
        if row.waste_code and is_hazardous_code(row.waste_code):
            yield block(
                f"waste.wastes[{n}].waste_code",
                f"“{row.waste_code}”为危险废物代码，请改办危险废物跨省转移许可。",
            )


@RULES.rule("SWC-06", law=("SWCODE", "SWCODE.2"), aspect=SOURCE)
def code_in_catalogue(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The code is well formed and in the catalogue in force."""
    for n, row in enumerate(form.waste.wastes):
        code = row.waste_code
        if not code or is_hazardous_code(code):
            continue
        entry = facts.waste_codes.get(code) if is_waste_code(code) else None
        if entry is None or not entry["enabled"]:
            yield block(
                f"waste.wastes[{n}].waste_code", f"废物代码“{code}”不在《固体废物分类与代码目录》启用版本中。"
            )


@RULES.rule("SWC-07", law=("GB34330", "GB5085", "HJ298"), aspect=SOURCE)
def attribute_decided(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Whether it is hazardous has been settled, with the report's number; look-alikes are pointed out."""
    for n, row in enumerate(form.waste.wastes):
        path = f"waste.wastes[{n}]"
        if row.hazard_attr == "unknown":
            yield block(f"{path}.hazard_attr", f"废物“{row_name(row, n)}”属性未判定，请先完成鉴别。")
        if row.hazard_attr == "identified_not_hw" and not row.identification_report_no:
            yield block(f"{path}.identification_report_no", f"废物“{row_name(row, n)}”须填写鉴别报告编号。")
        reference = facts.references.get(row.waste_code or "")
        if reference and reference["enabled"] and reference["confusable_hw_codes"]:
            codes = "、".join(reference["confusable_hw_codes"])
            yield info(f"{path}.hazard_attr", f"该类废物易与危险废物{codes}混淆，请确认属性。")


@RULES.rule("SWC-08", aspect=SOURCE)
def stated_once(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """No waste stands twice in the list."""
    first: dict[tuple[str, str], int] = {}
    for n, row in enumerate(form.waste.wastes):
        if row.waste_code and row.common_name:
            a = first.setdefault((row.waste_code, row.common_name), n)
            if a != n:
                yield block(f"waste.wastes[{n}].waste_code", f"废物清单第{a + 1}行与第{n + 1}行重复。")


@RULES.rule("SWC-09", aspect=SOURCE)
def quantity_positive(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Each quantity is above nought."""
    for n, row in enumerate(form.waste.wastes):
        if row.planned_qty_t is not None and row.planned_qty_t <= 0:
            yield block(f"waste.wastes[{n}].planned_qty_t", f"废物清单第{n + 1}行计划转移量必须大于0。")


@RULES.rule("SWC-11", aspect=SOURCE)
def no_more_than_there_is(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """No more leaves than arose last year and lies in store."""
    planned = form.waste.total_qty_t
    made, stored = form.source.annual_generation_t, form.source.current_stock_t
    if planned is None or made is None or stored is None or planned <= made + stored:
        return
    yield finding(
        facts.params.text("swc.11.severity"),
        "waste.wastes",
        f"计划转移总量{planned}吨超过上年产生量与现有库存之和{made + stored}吨，请核实。",
        planned=planned,
        limit=made + stored,
    )


@RULES.rule("SWC-32", aspect=SOURCE)
def sources_add_up(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """A collector names whom it collected from, and the quantities add up."""
    if form.generator.applicant_type != "collector":
        return
    units = form.source.source_units
    if not units:
        yield block("source.source_units", "集中收集单位须填写收集来源清单。")
        return
    collected, planned = total(unit.source_qty_t for unit in units), form.waste.total_qty_t
    tolerance: Decimal = facts.params.decimal("swc.32.tolerance_t")
    if collected is not None and planned is not None and abs(collected - planned) > tolerance:
        yield block("source.source_units", f"来源单位数量合计{collected}吨与计划转移总量{planned}吨不一致。")
