"""P-01…P-04, P-21, P-22, P-25: who the parties are, where they are, what is under way or stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc

from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.rules.aspects import PAPERS, PARTIES, WASTES
from luban.items.hazwaste_transfer_out.rules.dates import carrier_name, filed_on
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, warn
from luban.registers.divisions.places import SHANGHAI, province_of

RULES = Rules()
USCC_LENGTH = 18
PER_CENT = Decimal(100)
TRANSFER = "SWPL.82"


def credit_code_holds(code: str) -> bool:
    """Whether a unified social credit code has 18 allowed characters and its check character (§11.4)."""
    return len(code) == USCC_LENGTH and code.isascii() and code.isalnum() and bool(uscc.is_valid(code))


def _credit_codes(form: TransferForm) -> Iterator[tuple[str, str, str | None]]:
    """(path, whose, value) of every credit code, in the form's order."""
    yield "generator.generator_uscc", "移出人", form.generator.generator_uscc
    yield "receiver.receiver_uscc", "接收单位", form.receiver.receiver_uscc
    for n, row in enumerate(form.transport.carriers):
        yield f"transport.carriers[{n}].uscc", f"运输单位{carrier_name(row)}", row.uscc


@RULES.rule("P-01", aspect=PARTIES)
def credit_codes(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Every credit code has its check character."""
    for path, whose, value in _credit_codes(form):
        if value and not credit_code_holds(value):
            yield block(path, f"{whose}统一社会信用代码校验位不正确。")


@RULES.rule("P-02", law=TRANSFER, aspect=PARTIES)
def to_another_province(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The receiver is in another province."""
    if form.receiver.receiver_province == SHANGHAI:
        yield block("receiver.receiver_province", "接收单位位于上海市，不属于跨省转移，请办理市内转移。")


@RULES.rule("P-03", law=TRANSFER, aspect=PARTIES)
def from_shanghai(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The facility is in one of Shanghai's districts."""
    code = form.generator.generator_adcode
    place = facts.places.get(code or "")
    district = place is not None and place["level"] == "county" and province_of(place.key) == SHANGHAI
    if code and not district:
        yield block("generator.generator_adcode", "移出设施须位于上海市。")


@RULES.rule("P-04", aspect=PARTIES)
def two_parties(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """One does not send to oneself."""
    own = form.generator.generator_uscc
    if own and own == form.receiver.receiver_uscc:
        yield block("receiver.receiver_uscc", "移出人与接收单位不得为同一单位。")


@RULES.rule("P-21", aspect=WASTES)
def nothing_under_way(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No application of the same parties and code is under way."""
    codes = {row.waste_code for row in form.waste.wastes if row.waste_code}
    for other in facts.pending:
        same = other.receiver_uscc == form.receiver.receiver_uscc and codes & set(other.codes)
        if same and other.case_no != facts.number:
            yield block(
                "waste.wastes", f"已有在办申请（{other.case_no}），不可重复提交。", number=other.case_no
            )


@RULES.rule("P-22", aspect=WASTES)
def nothing_left_over(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A permit of the same parties and code that has much left makes one ask whether this is needed."""
    if form.generator.apply_kind == "renew":
        return
    share, filed = facts.params.decimal("hwt.permit_left_pct"), filed_on(facts, today)
    for n, row in enumerate(form.waste.wastes):
        for permit in facts.permits:
            known = permit.row(row.waste_code) if row.waste_code else None
            same = permit.receiver_uscc == form.receiver.receiver_uscc and permit.in_force(filed)
            if known is None or not same or not known.approved_t:
                continue
            if known.left / known.approved_t * PER_CENT > share:
                yield warn(
                    f"waste.wastes[{n}].waste_code",
                    f"已有有效许可（{permit.permit_no}）余量{known.left}吨，请确认是否需要新办。",
                    permit=permit.permit_no,
                )


@RULES.rule("P-25", law="HWTM.21", aspect=PAPERS)
def pollution_clause(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The contract says who prevents pollution and who answers for it."""
    if not form.contract.pollution_clause:
        yield block(
            "contract.pollution_clause",
            "合同须约定运输、贮存、利用、处置的污染防治要求及相关责任。",
        )
