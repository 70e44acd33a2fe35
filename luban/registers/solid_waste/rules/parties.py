"""SWC-01…04, 31, 33, 34: who the parties are, where they are, what is already known of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from stdnum.cn import uscc

from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, warn
from luban.registers.divisions.places import SHANGHAI
from luban.registers.solid_waste.derive import primary, primary_path
from luban.registers.solid_waste.labels import spec_of
from luban.registers.solid_waste.rules.aspects import TRANSFER

RULES = Rules()
USCC_LENGTH = 18


def credit_code_holds(code: str) -> bool:
    """Whether a unified social credit code has 18 allowed characters and its check character (GB 32100)."""
    return len(code) == USCC_LENGTH and code.isalnum() and bool(uscc.is_valid(code))


def _credit_codes(form: Any) -> Iterator[tuple[str, str, str | None]]:
    """(path, label with the role, value) of every credit code, in the form's order."""
    words = "统一社会信用代码"
    yield "generator.generator_uscc", f"移出单位{words}", form.generator.generator_uscc
    for n, unit in enumerate(form.source.source_units):
        yield f"source.source_units[{n}].source_uscc", f"第{n + 1}行来源单位{words}", unit.source_uscc
    yield "receiver.receiver_uscc", f"接收单位{words}", form.receiver.receiver_uscc
    for n, carrier in enumerate(form.transport.carriers):
        yield f"transport.carriers[{n}].carrier_uscc", f"第{n + 1}行运输单位{words}", carrier.carrier_uscc
    operator = form.route.departure_wharf_operator_uscc
    yield "route.departure_wharf_operator_uscc", f"离岸码头经营单位{words}", operator


@RULES.rule("SWC-01")
def credit_codes(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Every credit code has its length, its letters and its check character."""
    for path, label, value in _credit_codes(form):
        if value and not credit_code_holds(value):
            yield block(path, f"{label}“{value}”校验不通过。")


@RULES.rule("SWC-02")
def applicant_is_generator(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """One files for one's own waste."""
    stated = form.generator.generator_uscc
    if stated and stated != facts.applicant.uscc:
        yield block("generator.generator_uscc", "移出单位必须与登录企业一致。")


@RULES.rule("SWC-03", law=TRANSFER)
def from_shanghai(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The site lies in Shanghai."""
    if form.source.origin_province_code not in (None, SHANGHAI):
        yield block("source.origin_province_code", "产废（收集）设施所在地不在上海市，本系统不予受理。")


@RULES.rule("SWC-04", law=TRANSFER)
def to_another_province(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The primary facility lies elsewhere, in the province stated."""
    main = primary(form.receiver)
    province = main.facility_province_code if main else None
    if province == SHANGHAI:
        path = f"{primary_path(form.receiver)}.facility_province_code"
        yield block(path, "接收设施位于上海市，不属于跨省转移。")
    if province and form.receiver.receiver_province_code not in (None, province):
        yield block("receiver.receiver_province_code", "接收单位所在省与主设施所在省不一致。")


@RULES.rule("SWC-31")
def not_filed_twice(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """No licence in force for the same parties, code and days."""
    codes = {row.waste_code for row in form.waste.wastes}
    for licence in facts.same:
        if codes & set(licence.codes):
            yield warn(
                "waste.wastes",
                f"与在期的{licence.number}存在相同移出单位、接收单位、废物代码且期限重叠。",
                number=licence.number,
            )


@RULES.rule("SWC-33")
def not_watched(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Receiver and carriers on the watch list are pointed out."""
    parties = [("receiver.receiver_name", form.receiver.receiver_name, form.receiver.receiver_uscc)]
    parties += [
        (f"transport.carriers[{n}].carrier_name", row.carrier_name, row.carrier_uscc)
        for n, row in enumerate(form.transport.carriers)
    ]
    for path, name, code in parties:
        entry = facts.watch_list.get(code or "")
        if entry and entry["enabled"]:
            yield warn(path, f"“{name or entry['name']}”在重点关注名单（{entry['reason']}），请核实。")


@RULES.rule("SWC-34")
def verified_by_a_source(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Firm data typed by hand because the source was out is pointed out once."""
    section = spec_of(form).section("generator")
    fetched = [f"generator.{f.name}" for f in section.fields if any("." in s for s in f.meta.prefill)]
    manual = [path for path in fetched if facts.sources.get(path) == "manual"]
    if manual:
        yield warn(manual[0], "企业基础信息未能自动核验，审批时须人工核对。", paths="、".join(manual))
