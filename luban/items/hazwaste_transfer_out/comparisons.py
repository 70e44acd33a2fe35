"""What a machine read on the papers, against what was stated: which fields each material is compared with, and what
they are called in a sentence (§4, right column). How they are compared: `kit.compared`.

Each function answers field name → stated value; for papers of a row, `binding` is its number from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONTRACT_WORDS = ("污染防治",)

LABELS = {
    "receiver_licence_no": "许可证编号",
    "receiver_name": "单位名称",
    "licence_valid_from": "许可证有效期起",
    "licence_valid_to": "许可证有效期止",
    "waste_codes": "废物代码",
    "parties": "双方名称",
    "contract_from": "合同有效期起",
    "contract_to": "合同有效期止",
    "contract_total_t": "合同数量",
    "carrier_name": "运输单位名称",
    "case_no": "办件号",
    "rtl_no": "道路运输经营许可证号",
    "rtl_to": "道路运输经营许可证有效期止",
    "emergency_plan_no": "应急预案备案号",
    "waste_code": "废物代码",
    "identification_report_no": "鉴别报告编号",
    "agent_name": "经办人姓名",
    "p2p_no": "点对点豁免文号",
    "receiver_used_t": "本年度已接收量",
}


def _codes(form: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.waste_code for row in form.waste.wastes if row.waste_code))


def _row(rows: Any, binding: int | None) -> Any:
    return rows[binding - 1] if binding and binding <= len(rows) else None


def of_licence(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M02: number, holder and days of the business licence."""
    receiver = form.receiver
    return {
        "receiver_licence_no": receiver.receiver_licence_no,
        "receiver_name": receiver.receiver_name,
        "licence_valid_from": receiver.licence_valid_from,
        "licence_valid_to": receiver.licence_valid_to,
    }


def of_mode_statement(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M03: the codes it speaks of."""
    row = _row(form.waste.wastes, binding)
    return {"waste_code": row.waste_code} if row is not None else {}


def of_contract(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M04: parties, codes, quantity and days of the contract with the receiver."""
    contract = form.contract
    return {
        "parties": tuple(n for n in (form.generator.generator_name, form.receiver.receiver_name) if n),
        "waste_codes": _codes(form),
        "contract_total_t": contract.contract_total_t,
        "contract_from": contract.contract_from,
        "contract_to": contract.contract_to,
    }


def of_pledge(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M05: the carrier that pledges."""
    row = _row(form.transport.carriers, binding)
    return {"carrier_name": row.carrier_name} if row is not None else {}


def of_transport_contract(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M06: parties and days of a contract of carriage."""
    row = _row(form.transport.carriers, binding)
    if row is None:
        return {}
    return {
        "parties": (row.carrier_name,) if row.carrier_name else (),
        "contract_from": row.contract_from,
        "contract_to": row.contract_to,
    }


def of_carrier_licence(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M07: number and last day of the carrier's road transport licence."""
    row = _row(form.transport.carriers, binding)
    return {"rtl_no": row.rtl_no, "rtl_to": row.rtl_to} if row is not None else {}


def of_emergency_plan(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M08: the number the emergency plan was filed under."""
    return {"emergency_plan_no": form.plan.emergency_plan_no}


def of_analysis(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M09: the code analysed (its date is looked at by P-29 itself)."""
    row = _row(form.waste.wastes, binding)
    return {"waste_code": row.waste_code} if row is not None else {}


def of_identification(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M10: the number of the identification report."""
    row = _row(form.waste.wastes, binding)
    return {"identification_report_no": row.identification_report_no} if row is not None else {}


def of_authority(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M12: who is authorised."""
    return {"agent_name": form.generator.agent_name}


def of_exemption(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M13: the numbers of the point-to-point records the rows name."""
    numbers = (row.p2p_no for row in form.waste.wastes if row.p2p_no)
    return {"p2p_no": tuple(dict.fromkeys(numbers))}


def of_capacity(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M15: what the receiver says it has taken in this year."""
    return {"receiver_used_t": form.receiver.receiver_used_t}
