"""SWC-00, SWC-36: what is stated is complete, within the bounds of the form's table, and pledged.

SWC-00 also holds the bounds that the form's table sets and no clause of its own repeats (shortest texts, dates in
order); that choices are from their lists the house looks after itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.kit.findings import Finding
from luban.kit.form import missing_values
from luban.kit.rules import Rules, block, warn
from luban.registers.divisions.places import OUTSIDE, SHANGHAI, province_of
from luban.registers.solid_waste.addresses import address_gap
from luban.registers.solid_waste.conditions import BY_SHIP
from luban.registers.solid_waste.labels import label_of

RULES = Rules()
PROCESS_WORDS = 20
_FOUR_DIGITS = re.compile(r"\d{4}", re.ASCII)
_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)


@RULES.rule("SWC-00")
def stated_in_full(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Every unconditional answer is given, and lies within the bounds of the form's table (1.2)."""
    for path, label in missing_values(form):
        yield block(path, f"请填写{label}。")
    yield from _arrival_wharf(form, facts)
    yield from _source_bounds(form)
    yield from _receiver_bounds(form)
    yield from _carrier_bounds(form)
    yield from _contract_bounds(form, facts.submitted_on or today)


def _arrival_wharf(form: Any, facts: Any) -> Iterator[Finding]:
    """Asked for when a leg goes by ship, as long as the parameter says so (待核)."""
    if not BY_SHIP.holds(None, form) or not facts.params.flag("swc.21.arrival_required"):
        return
    for name in ("arrival_wharf_name", "arrival_wharf_county_code"):
        if not getattr(form.route, name):
            label = label_of(form, f"route.{name}")
            yield block(f"route.{name}", f"请填写{label}。")


def _source_bounds(form: Any) -> Iterator[Finding]:
    generator, source = form.generator, form.source
    industry, permit = generator.generator_industry_code, generator.generator_permit_no
    if industry and not _FOUR_DIGITS.fullmatch(industry):
        yield block("generator.generator_industry_code", "行业代码为4位数字，请填写小类代码。")
    if permit and generator.generator_uscc and permit[:18] != generator.generator_uscc:
        yield warn("generator.generator_permit_no", "许可证编号前18位与统一社会信用代码不一致，请核实。")
    gap = address_gap(source, "origin")
    if gap and getattr(source, gap):
        label = label_of(form, f"source.{gap}")
        yield block(f"source.{gap}", f"产废（收集）设施地址的{label}不完整或不一致，请填写至门牌号。")
    if source.process_description and len(source.process_description) < PROCESS_WORDS:
        yield block("source.process_description", f"产生过程及工艺说明不少于{PROCESS_WORDS}字。")
    for n, unit in enumerate(source.source_units):
        county = unit.source_county_code
        if county and province_of(county) != SHANGHAI:
            path = f"source.source_units[{n}].source_county_code"
            yield block(path, f"收集来源清单第{n + 1}行所在区须在本市。")


def _receiver_bounds(form: Any) -> Iterator[Finding]:
    receiver = form.receiver
    if receiver.facilities and sum(bool(row.is_primary) for row in receiver.facilities) != 1:
        yield block("receiver.facilities", "设施清单须有且仅有一个主设施。")
    if receiver.receiver_province_code in OUTSIDE:
        yield block("receiver.receiver_province_code", "接收地为台湾、香港、澳门的，不适用本事项。")


def _carrier_bounds(form: Any) -> Iterator[Finding]:
    own = {form.generator.generator_uscc, form.receiver.receiver_uscc}
    for n, carrier in enumerate(form.transport.carriers):
        path = f"transport.carriers[{n}]"
        if carrier.is_self_transport and carrier.carrier_uscc and carrier.carrier_uscc not in own:
            yield block(f"{path}.is_self_transport", "自行运输的，运输单位须为移出单位或接收单位。")
        start, end = carrier.transport_contract_start, carrier.transport_contract_end
        if start and end and start > end:
            yield block(f"{path}.transport_contract_end", f"第{n + 1}行运输合同开始日期不得晚于结束日期。")
        for k, ship in enumerate(carrier.ships):
            if ship.mmsi and not _NINE_DIGITS.fullmatch(ship.mmsi):
                yield block(f"{path}.ships[{k}].mmsi", f"船舶“{ship.ship_name or k + 1}”的MMSI为9位数字。")


def _contract_bounds(form: Any, filed_on: date) -> Iterator[Finding]:
    contract = form.contract
    if contract.contract_sign_date and contract.contract_sign_date > filed_on:
        yield block("contract.contract_sign_date", "接收合同签订日期不得晚于提交日期。")
    if contract.contract_start and contract.contract_end and contract.contract_start > contract.contract_end:
        yield block("contract.contract_end", "接收合同开始日期不得晚于结束日期。")


@RULES.rule("SWC-36", law="SWPL.36")
def pledged(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """What must be confirmed is confirmed; the ledger only by a producer."""
    asked = ["source.storage_protected"]
    if form.generator.applicant_type == "producer":
        asked.append("source.ledger_ok")
    asked += [
        f"pledge.{n}" for n in ("truth_commitment", "legal_liability_read", "ledger_retention_commitment")
    ]
    for path in asked:
        section, name = path.split(".")
        if not getattr(getattr(form, section), name):
            yield block(path, f"请确认“{label_of(form, path)}”。")
