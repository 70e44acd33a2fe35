"""What a machine read on the papers, against what was stated.

A material declares what to compare (`compare`: field name → stated value, or several for the names of the parties);
the fill stage stores what it read in the file's `recognised` under the same names, the words it was told to look for
(`Material.words`) under `words`, and how that went in `check`:
pass or mismatch = read; unreadable, pending = not read (yet), so a person looks; exempt = not asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from luban.kit.form import Form
from luban.kit.materials import HandedIn, Material, Materials

CONTRACT_WORDS = ("污染防治",)
READ = frozenset({"pass", "mismatch"})
LOOKED_AT = READ | {"exempt"}

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


@dataclass(frozen=True)
class Mismatch:
    """A value read that is not what was stated."""

    item: str
    read: str
    stated: str


def mismatches(material: Material, file: HandedIn, form: Form) -> tuple[Mismatch, ...]:
    """Where a file says something else than the form; nothing for a file that was not read."""
    if material.compare is None or file.check not in READ:
        return ()
    found = []
    for name, stated in material.compare(form, file.binding).items():
        read = file.recognised.get(name)
        if read in (None, "", []) or stated in (None, "", [], ()):
            continue
        if not _agree(read, stated):
            found.append(Mismatch(LABELS.get(name, name), _shown(read), _shown(stated)))
    return tuple(found)


def _agree(read: Any, stated: Any) -> bool:
    """Equal as numbers, dates or plain text; of several stated values each must be among those read."""
    if isinstance(stated, list | tuple):
        known = {_plain(r) for r in (read if isinstance(read, list | tuple) else [read])}
        return all(_plain(s) in known for s in stated)
    if isinstance(read, list | tuple):
        return any(_agree(r, stated) for r in read)
    return _plain(read) == _plain(stated)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value))).upper()
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text


def _shown(value: Any) -> str:
    return "、".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def words_found(file: HandedIn) -> tuple[str, ...] | None:
    """The words looked for that stand on the paper; None when the text was not searched."""
    words = file.recognised.get("words")
    return None if words is None else tuple(words)


def slot_path(code: str, binding: int | None) -> str:
    """Where a finding about a paper points: `materials.M03[0]` for the paper of the first row."""
    return f"materials.{code}" + ("" if binding is None else f"[{binding - 1}]")


def slot_title(materials: Materials, code: str, binding: int | None) -> str:
    """The title of a slot as the applicant sees it."""
    same = (s for s in materials.slots if s.material.code == code and s.binding == binding)
    return next((s.title for s in same), code)


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
