"""P-28…P-30: the papers are there, say what the form says, and the carriers' pledges are signed and current.

Papers that only the registers ask for stand here, not in the declaration: M07 what the library lacks, M09 again after
twelve months, M14 for disposal out of the region, M15 for an intake nobody but the applicant knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.items.hazwaste_transfer_out import comparisons
from luban.items.hazwaste_transfer_out.conditions import OUT_OF_REGION
from luban.items.hazwaste_transfer_out.derive import DECLARED
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.materials import (
    ANALYSIS,
    APPLICATION,
    CARRIER_PAPERS,
    CARRIERS,
    FAR_REASONS,
    INTAKE,
    MATERIALS,
    OF_RECEIVER,
    PLEDGE,
    FirstOf,
)
from luban.items.hazwaste_transfer_out.rules.aspects import PAPERS
from luban.items.hazwaste_transfer_out.rules.dates import carrier_name, filed_on
from luban.kit.clock import add_months
from luban.kit.compared import LOOKED_AT, mismatches, slot_path
from luban.kit.findings import Finding
from luban.kit.materials import HandedIn, Slot
from luban.kit.rules import Rules, block, info, warn
from luban.registers.hazardous_waste.modes import family

RULES = Rules()
TITLES = {material.code: material.title for material in MATERIALS}
BY_CODE = FirstOf("waste.wastes", "waste_code")
DISPOSAL = "D"
STALE = "mismatch"
REPORT_DATE = "report_date"
LAW_PAPERS = "HWTM.21"


def _missing(code: str, binding: int | None, whose: str) -> Finding:
    return block(slot_path(code, binding), f"缺少《{TITLES[code]}》（{whose}）。")


def _whose(form: TransferForm, slot: Slot) -> str:
    """What a slot's paper hangs on: the receiver, a carrier, a waste, or the application."""
    if slot.material.code in OF_RECEIVER:
        return form.receiver.receiver_name or "接收单位"
    if slot.binding is None:
        return "本申请"
    if slot.material.per == CARRIERS:
        return carrier_name(form.transport.carriers[slot.binding - 1])
    row = form.waste.wastes[slot.binding - 1]
    return str(getattr(row, slot.material.per_label) or f"第{slot.binding}行")


@RULES.rule("P-28", law=LAW_PAPERS, aspect=PAPERS)
def papers_there(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Every paper that must be handed in has been, also those only the registers ask for; the application is signed."""
    for slot in facts.materials.missing():
        yield _missing(slot.material.code, slot.binding, _whose(form, slot))
    yield from _carrier_papers(form, facts)
    yield from _analyses(form, facts, filed_on(facts, today))
    families = {family(book=facts.hw_modes, code=row.disposal_mode) for row in form.waste.wastes}
    if OUT_OF_REGION.holds(None, form) and DISPOSAL in families and not facts.materials.of(FAR_REASONS):
        yield _missing(FAR_REASONS, None, "本申请")
    if form.receiver.receiver_used_source == DECLARED and not facts.materials.of(INTAKE):
        yield _missing(INTAKE, None, form.receiver.receiver_name or "接收单位")
    yield from _signature(facts)


def _carrier_papers(form: TransferForm, facts: Any) -> Iterator[Finding]:
    """M07: of a carrier whose licence is not in the library, and of vehicles without a certificate number there."""
    for n, row in enumerate(form.transport.carriers, start=1):
        carrier = facts.carriers.get(row.carrier_id or "")
        if carrier is None or facts.materials.of(CARRIER_PAPERS, n):
            continue
        if not carrier.rtl_files:
            yield _missing(CARRIER_PAPERS, n, carrier_name(row))
        for vehicle in row.vehicles:
            if vehicle.plate_no and not vehicle.transport_cert_no:
                yield _missing(CARRIER_PAPERS, n, f"车辆{vehicle.plate_no}")


def _analyses(form: TransferForm, facts: Any, filed: date) -> Iterator[Finding]:
    """M09 beyond the first application: unless a permit for the code began within twelve months, when a report was
    handed in with it."""
    if form.generator.apply_kind == "first":
        return
    since = add_months(filed, -facts.params.integer("hwt.analysis_months"))
    recent = {row.code for permit in facts.permits if permit.valid_from >= since for row in permit.rows}
    for n, row in enumerate(form.waste.wastes, start=1):
        asked = BY_CODE.holds(row, form) and row.waste_code not in recent
        if asked and not facts.materials.of(ANALYSIS, n):
            yield _missing(ANALYSIS, n, str(row.waste_code))


def _signature(facts: Any) -> Iterator[Finding]:
    if not facts.seal.signed:
        yield block(slot_path(APPLICATION, None), f"《{TITLES[APPLICATION]}》尚未签章。")
    elif not facts.seal.unchanged:
        yield block(slot_path(APPLICATION, None), "表单内容在签章后发生变更，请重新生成并签章。")


@RULES.rule("P-29", aspect=PAPERS)
def papers_agree(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """What was read on the papers is what was stated; what was not read is left to a person, and said."""
    slots = {(slot.material.code, slot.binding): slot for slot in facts.materials.slots}
    unread: dict[str, None] = {}
    for file in facts.materials.files:
        slot = slots.get((file.code, file.binding))
        if slot is None or slot.material.compare is None:
            continue
        title, path = slot.material.title, slot_path(file.code, file.binding)
        for found in mismatches(slot.material, file, form):
            item = comparisons.LABELS.get(found.item, found.item)
            yield warn(path, f"《{title}》中{item}为“{found.read}”，与表单“{found.stated}”不一致，请核对。")
        yield from _report_age(file, path, title, facts, filed_on(facts, today))
        if file.check not in LOOKED_AT:
            unread[slot.title] = None
    if unread:
        yield info("", f"以下材料未能自动识别，需人工核对：{'、'.join(unread)}。")


def _report_age(file: HandedIn, path: str, title: str, facts: Any, filed: date) -> Iterator[Finding]:
    """M09: a report is no older than twelve months."""
    read = file.recognised.get(REPORT_DATE)
    if file.code != ANALYSIS or not read:
        return
    months = facts.params.integer("hwt.analysis_months")
    dated = read if isinstance(read, date) else date.fromisoformat(str(read))
    if dated < add_months(filed, -months):
        yield warn(path, f"《{title}》的报告日期为{dated}，距提交超过{months}个月，请核对。")


@RULES.rule("P-30", law=LAW_PAPERS, aspect=PAPERS)
def pledges_signed(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Each carrier's pledge is signed, and on the latest version of what it pledges."""
    for n, row in enumerate(form.transport.carriers, start=1):
        files = facts.materials.of(PLEDGE, n)
        if row.carrier_id and (not files or all(file.check == STALE for file in files)):
            yield block(
                slot_path(PLEDGE, n),
                f"运输单位{carrier_name(row)}的运输承诺书未签署或已失效，请重新生成并签署。",
            )
