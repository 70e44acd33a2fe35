"""What the bureau states: which permit, why it ends, what the firm said, what the reviewer thinks.

The reason decides whether the permit is revoked (R…, 撤销) or cancelled (C…, 注销); `grounds.kind` is derived from it.
Everything of the permit is copied from the register of licences. Source: 危险废物跨省转移业务说明 第一部分 §6, §8 D-13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.conditions import every, unless, when
from luban.kit.fields import Adcode, Choice, Codes, Day, LongText, Text, Uscc, YesNo, field, many
from luban.kit.form import Form, Section, section
from luban.registers.licences.decisions import PERMIT_REASONS
from luban.registers.licences.parts import LicenceFact

PERMIT_ITEM = "hazwaste_transfer_out"
"""The item whose permits end here."""

REVOKE, CANCEL = "revoke", "cancel"
KINDS = ((REVOKE, "撤销"), (CANCEL, "注销"))
ON_REQUEST = "C1"
"""The reason 申请人申请."""

PROVED = ("R1", "R2", "C2")
"""Reasons that rest on evidence; a request of the holder rests on its day."""

REVOKED, REQUESTED = when("grounds.kind", REVOKE), when("grounds.reason_code", ON_REQUEST)


def _copied(label: str, source: str, **options: Any) -> Any:
    """A value of the permit: filled in from the register of licences, never typed."""
    return field(label, required=False, locked=True, prefill=(f"licence.{source}",), **options)


class Target(Section):
    """The permit that is to end, as the register of licences knows it; rule HWR-01 compares."""

    permit_no: Text = field(
        "许可文号", max_len=60, example="沪环危转许〔2026〕0001号", prefill=("licence.number",)
    )
    permit_case_no: Text = _copied("许可办件编号", "case_number", max_len=40)
    holder_uscc: Uscc = _copied("移出人统一社会信用代码", "holder")
    holder_name: Text = _copied("移出人", "holder_name", max_len=200)
    holder_adcode: Adcode = _copied("移出设施所在区", "generator_adcode")
    receiver_uscc: Uscc = _copied("接受人统一社会信用代码", "receiver_uscc")
    receiver_name: Text = _copied("接受人", "receiver_name", max_len=200)
    receiver_adcode: Adcode = _copied("接受设施所在区县", "receiver_adcode")
    receiver_province: Adcode = _copied("接受地省份", "receiver_province_code")
    transit_provinces: Codes = many(
        "途经省份", required=False, locked=True, prefill=("licence.transit_provinces",)
    )
    valid_from: Day = _copied("许可有效期起", "valid_from")
    valid_to: Day = _copied("许可有效期止", "valid_to")


class Grounds(Section):
    """Why, on what facts, and whether the firm was heard."""

    reason_code: Choice = field("事由", dictionary=PERMIT_REASONS)
    kind: Choice = field("处理", options=KINDS, derived=True, help="由事由决定：撤销，或者注销。")
    facts: LongText = field(
        "事实与依据", max_len=2000, wide=True, help="写明查明的事实、证据和依据，不少于20字。"
    )
    requested_on: Day = field("申请人申请日期", required=REQUESTED, shown=REQUESTED)
    statement_heard: YesNo = field("是否已听取企业陈述申辩", required=REVOKED, shown=REVOKED)
    notice_given_on: Day = field(
        "告知企业日期",
        required=False,
        shown=every(REVOKED, unless("grounds.statement_heard")),
        help="已书面告知企业拟撤销及其陈述申辩权利的日期。",
    )
    statement: LongText = field(
        "企业陈述申辩情况",
        required=every(REVOKED, when("grounds.statement_heard")),
        shown=every(REVOKED, when("grounds.statement_heard")),
        max_len=2000,
        wide=True,
    )


class Proposal(Section):
    """What the one who begins the case proposes."""

    opinion: LongText = field("拟办意见", max_len=1000, wide=True)


class PermitEndForm(Form):
    """The proposal to end a permit."""

    target: Target = section("原许可", of=Target, key="target")
    grounds: Grounds = section("事由与依据", of=Grounds, key="grounds")
    proposal: Proposal = section("拟办意见", of=Proposal, key="proposal")

    def compute(self) -> None:
        """The reason says which of the two it is."""
        self.grounds.kind = kind_of(self.grounds.reason_code)


def kind_of(reason: str | None) -> str | None:
    """Revoke or cancel; None without a reason the dictionary knows."""
    return {"R": REVOKE, "C": CANCEL}.get((reason or "")[:1])


def copied_values(licence: LicenceFact) -> dict[str, Any]:
    """What the section `target` must say of a permit."""
    known = licence.quantity
    return {
        "permit_no": licence.number,
        "permit_case_no": licence.case_number or None,
        "holder_uscc": licence.holder or None,
        "holder_name": licence.holder_name or None,
        "holder_adcode": known.get("generator_adcode") or None,
        "receiver_uscc": licence.receiver or None,
        "receiver_name": known.get("receiver_name") or None,
        "receiver_adcode": known.get("receiver_adcode") or None,
        "receiver_province": known.get("receiver_province_code") or None,
        "transit_provinces": list(known.get("transit_provinces") or ()),
        "valid_from": licence.valid_from,
        "valid_to": licence.valid_to,
    }


def starts_from(licence: LicenceFact) -> Mapping[str, Any]:
    """Form values (path → value) of a draft begun at a permit, by an official or because its holder asked.

    Empty when the licence is no transfer permit: then nothing can be begun at it.
    """
    if licence.item != PERMIT_ITEM:
        return {}
    return {f"target.{name}": value for name, value in copied_values(licence).items() if value}


ASKED_BY_HOLDER = (("grounds.reason_code", ON_REQUEST),)
"""What a draft also says when the holder asked for it."""
