"""Which fields of a solid waste application each paper is compared with (see `kit.compared`), and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONTRACT_WORDS = ("污染防治",)

LABELS = {
    "contract_no": "合同编号",
    "contract_start": "合同开始日期",
    "contract_end": "合同结束日期",
    "contract_qty_t": "合同约定量",
    "parties": "双方名称",
    "receiver_name": "接收单位名称",
    "receiver_uscc": "统一社会信用代码",
    "receiver_permit_no": "许可证编号",
    "receiver_permit_valid_to": "许可证有效期",
    "receiver_eia_no": "环评批复文号",
    "carrier_uscc": "统一社会信用代码",
    "carrier_licence_no": "资质编号",
    "carrier_licence_valid_to": "资质有效期",
    "transport_contract_no": "合同编号",
    "transport_contract_start": "合同开始日期",
    "transport_contract_end": "合同结束日期",
    "identification_report_no": "鉴别报告编号",
}
"""What a compared value is called in a sentence."""


def of_receiver_contract(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M02: number, parties, days and quantity of the contract with the receiver."""
    contract = form.contract
    return {
        "contract_no": contract.contract_no,
        "parties": tuple(n for n in (form.generator.generator_name, form.receiver.receiver_name) if n),
        "contract_start": contract.contract_start,
        "contract_end": contract.contract_end,
        "contract_qty_t": contract.contract_qty_t,
    }


def _carrier(form: Any, binding: int | None) -> Any:
    rows = form.transport.carriers
    return rows[binding - 1] if binding and binding <= len(rows) else None


def of_transport_contract(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M03: number, carrier and days of a contract of carriage (the other party may be either end)."""
    row = _carrier(form, binding)
    if row is None:
        return {}
    return {
        "transport_contract_no": row.transport_contract_no,
        "parties": (row.carrier_name,) if row.carrier_name else (),
        "transport_contract_start": row.transport_contract_start,
        "transport_contract_end": row.transport_contract_end,
    }


def of_business_licence(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M04: name and code of the receiver."""
    receiver = form.receiver
    return {"receiver_name": receiver.receiver_name, "receiver_uscc": receiver.receiver_uscc}


def of_receiver_permits(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M05: numbers and validity of the receiver's approval and permit."""
    receiver = form.receiver
    return {
        "receiver_eia_no": receiver.receiver_eia_no,
        "receiver_permit_no": receiver.receiver_permit_no,
        "receiver_permit_valid_to": receiver.receiver_permit_valid_to,
    }


def of_carrier_licence(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M07: number and validity of a carrier's licence."""
    row = _carrier(form, binding)
    if row is None:
        return {}
    return {
        "carrier_uscc": row.carrier_uscc,
        "carrier_licence_no": row.carrier_licence_no,
        "carrier_licence_valid_to": row.carrier_licence_valid_to,
    }


def of_test_report(form: Any, binding: int | None) -> Mapping[str, Any]:
    """M08: numbers of the identification reports stated."""
    numbers = [row.identification_report_no for row in form.waste.wastes if row.identification_report_no]
    return {"identification_report_no": tuple(dict.fromkeys(numbers))}
