"""What the district states: which filing, why, what the firm said, what the district thinks.

The three sections are the three digested parts of the chain's revocation record (r1 the filing, r2 the reason and its
ground, r3 the district's opinion). Source: solid-waste.md 2B.6; waste-chain.md 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.conditions import unless, when
from luban.kit.fields import Adcode, Choice, Code, Day, LongText, Text, Uscc, YesNo, field
from luban.kit.form import Form, Section, section
from luban.registers.licences.parts import LicenceFact

FILING_ITEM = "solid_waste_utilisation"
"""The item whose licences can be revoked here."""

EVIDENCE_REASONS = ("R2", "R4", "R5")
"""Reasons that need at least one piece of evidence."""

HEARING_REASONS = ("R2", "R4")
"""Reasons for which the firm must have been heard, or told long enough ago."""

OTHER = "R9"


def _copied(label: str, source: str, **options: Any) -> Any:
    """A value of the filing: filled in from the register of licences, never typed."""
    return field(label, required=False, locked=True, prefill=(f"licence.{source}",), **options)


class Target(Section):
    """The filing to be revoked, as the register of licences knows it; rule SWR-01 compares."""

    filing_no: Code = field(
        "备案号", max_len=40, example="GFBA-310115-2026-0001", prefill=("licence.number",)
    )
    filing_case_no: Text = _copied("备案办件编号", "case_number", max_len=40)
    bureau: Text = _copied("备案机关代码", "office", max_len=32)
    holder_uscc: Uscc = _copied("移出单位统一社会信用代码", "holder")
    holder_name: Text = _copied("移出单位", "holder_name", max_len=200)
    receiver_name: Text = _copied("接收单位", "receiver_name", max_len=200)
    receiver_province_code: Adcode = _copied("接收单位所在省", "receiver_province_code")
    valid_from: Day = _copied("备案有效期起", "valid_from")
    valid_to: Day = _copied("备案有效期止", "valid_to")


class Grounds(Section):
    """Why, on what facts, and whether the firm was heard."""

    reason_code: Choice = field("撤销事由", dictionary="revocation_reason")
    facts: LongText = field(
        "事实与依据",
        max_len=2000,
        wide=True,
        help="写明查明的事实、证据和依据，不少于20字；事由为“其他”的不少于50字。",
    )
    statement_heard: YesNo = field("是否已听取企业陈述申辩")
    notice_given_on: Day = field(
        "告知企业日期",
        required=False,
        shown=unless("statement_heard"),
        help="已书面告知企业拟撤销及其陈述申辩权利的日期。",
    )
    statement: LongText = field(
        "企业陈述申辩情况",
        required=when("statement_heard"),
        shown=when("statement_heard"),
        max_len=2000,
        wide=True,
    )


class DistrictOpinion(Section):
    """What the district proposes."""

    opinion: LongText = field("区局意见", max_len=1000, wide=True)


class RevocationForm(Form):
    """The application for a revocation."""

    target: Target = section("原备案", of=Target, key="r1")
    grounds: Grounds = section("撤销事由与依据", of=Grounds, key="r2")
    district: DistrictOpinion = section("区局意见", of=DistrictOpinion, key="r3")


def copied_values(licence: LicenceFact) -> dict[str, Any]:
    """What the section `target` must say of a licence."""
    quantity = licence.quantity
    return {
        "filing_no": licence.number,
        "filing_case_no": licence.case_number or None,
        "bureau": licence.office or None,
        "holder_uscc": licence.holder or None,
        "holder_name": licence.holder_name or None,
        "receiver_name": quantity.get("receiver_name") or licence.shown("接收单位") or None,
        "receiver_province_code": quantity.get("receiver_province_code") or None,
        "valid_from": licence.valid_from,
        "valid_to": licence.valid_to,
    }


def starts_from(licence: LicenceFact) -> Mapping[str, Any]:
    """Form values (path → value) of a draft begun at a licence, by an official or because its holder asked.

    Empty when the licence is no filing for utilisation: then nothing can be begun at it.
    """
    if licence.item != FILING_ITEM:
        return {}
    return {f"target.{name}": value for name, value in copied_values(licence).items() if value is not None}


ASKED_BY_HOLDER = (("grounds.reason_code", "R1"),)
"""What a draft also says when the holder asked for it (R1 企业申请停止转移)."""
