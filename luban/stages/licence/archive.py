"""What the city's licence library is told when a licence comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.links.ecert.client import DEFAULT_STATUS
from luban.registers.licences.parts import LicenceFact


def licence_filed(*, licence: LicenceFact, adcode: str, verify_base: str) -> Mapping[str, Any]:
    """The body of `ecert.licence_issued`; a licence without an end is filed to the end of the calendar (9999)."""
    return {
        "cert_no": licence.number,
        "cert_type": licence.title,
        "version": licence.version,
        "case_no": licence.case_number,
        "item_code": licence.item,
        "holder_uscc": licence.holder,
        "holder_name": licence.holder_name,
        "valid_from": licence.valid_from.isoformat(),
        "valid_to": licence.valid_to.isoformat() if licence.valid_to else "9999-12-31",
        "issuer": adcode,
        "issuer_name": licence.office_name,
        "issued_on": licence.issued_at.date().isoformat()
        if licence.issued_at
        else licence.valid_from.isoformat(),
        "status": DEFAULT_STATUS["issued"],
        "summary": "；".join(f"{label}：{value}" for label, value in licence.shows),
        "file_sm3": licence.file_sm3,
        "token": licence.token,
        "verify_url": f"{verify_base}{licence.token}",
    }
