"""SWC-29, 30, 35: the papers are there, say what the form says, and the application is signed as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.kit.compared import LOOKED_AT, mismatches, slot_path
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, info, warn
from luban.registers.solid_waste.readings import LABELS

RULES = Rules()
CONFIRMATION = "M11"
"""The paper of the department in charge, asked for by the kind of waste (4.6)."""

SHIP_PAPERS = "M14"


@RULES.rule("SWC-29")
def papers_there(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """Every paper that must be handed in has been, also those only the registers ask for."""
    materials = facts.materials
    for slot in materials.missing():
        yield block(slot_path(slot.material.code, slot.binding), f"缺少材料：{slot.title}。")
    departments = _departments(form, facts)
    if departments and not materials.of(CONFIRMATION):
        yield block(
            slot_path(CONFIRMATION, None), f"缺少材料：行业主管部门盖章确认文件（{'、'.join(departments)}）。"
        )
    for n, row in enumerate(form.transport.carriers, start=1):
        handed = len(materials.of(SHIP_PAPERS, n))
        if row.carrier_mode == "ship" and 0 < handed < len(row.ships):
            yield block(
                slot_path(SHIP_PAPERS, n),
                f"缺少材料：船舶检验/国籍证书（{row.carrier_name}，每船至少1份，还缺{len(row.ships) - handed}份）。",
            )


def _departments(form: Any, facts: Any) -> list[str]:
    """Departments whose confirmation the wastes need, in order of first mention."""
    found: dict[str, None] = {}
    for row in form.waste.wastes:
        entry = facts.departments.get(row.category_code or "")
        found |= dict.fromkeys(entry["departments"] if entry else ())
    return list(found)


@RULES.rule("SWC-30")
def papers_agree(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """What was read on the papers is what was stated; what was not read is left to a person, and said."""
    materials = facts.materials
    titles = {(s.material.code, s.binding): s for s in materials.slots}
    unread: dict[str, None] = {}
    for file in materials.files:
        slot = titles.get((file.code, file.binding))
        if slot is None or slot.material.compare is None:
            continue
        for found in mismatches(slot.material, file, form):
            item = LABELS.get(found.item, found.item)
            yield warn(
                slot_path(file.code, file.binding),
                f"{slot.title}中识别的{item}“{found.read}”与填报“{found.stated}”不一致，请核实。",
            )
        if file.check not in LOOKED_AT:
            unread[slot.title] = None
    if unread:
        yield info("", f"以下材料未能自动识别，转人工核对：{'、'.join(unread)}。")


@RULES.rule("SWC-35")
def signed_as_it_stands(form: Any, facts: Any, today: date) -> Iterator[Finding]:
    """The application is signed, and has not been changed since."""
    if not facts.seal.signed:
        yield block("materials.M01", "申请表尚未签章。")
    elif not facts.seal.unchanged:
        yield block("materials.M01", "表单内容在签章后发生变更，请重新生成并签章。")
