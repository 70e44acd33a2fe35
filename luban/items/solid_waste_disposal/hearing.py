"""What the chain tells us of an application: the receiving province's reply to our consultation.

The province writes its reply on the chain itself; here it becomes the act at its desk. Whoever replied first counts: a
reply that comes when the case has one already is refused, unless it says the same. The chain knows limits of a full
agreement; our form knows them only of a partial one, and so it is registered. Source: domain brief 固废链 4.5, 6.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.solid_waste_disposal.decision import conclusion_of, reply_of
from luban.items.solid_waste_disposal.papers.words import CONSULTATION
from luban.kit.sharing import Hear, Taken
from luban.kit.view import CaseView

ROLE, CONSULT = "province_officer", "consult"
NUMBERLESS = "（链上复函未注明文号）"
REASONS = {
    "disagree": "接收地在固废链上复函不同意，理由见复函{}。",
    "need_more": "接收地在固废链上要求补充，内容见复函{}。",
}
LIMITED = "接收地在固废链上复函“同意”并限定数量或期限，按部分同意登记。"
TOO_LATE = "本件已登记过复函，先到为准；接收地在固废链上的复函{}未予采用，请与接收地核对。"
NOT_ASKED = "本件现不在等待复函，接收地在固废链上的复函{}未予采用，请与接收地核对。"


def reply_taken(told: Mapping[str, Any], case: CaseView) -> Taken | str | None:
    """The act a reply on the chain comes to; None when the case has this very reply, a sentence when it is too late."""
    number = str(told["reply_no"]) or NUMBERLESS
    if case.step != CONSULT:
        held = reply_of(case)
        if held is None:
            return NOT_ASKED.format(number)
        return None if _same(held.data, conclusion_of(case), told) else TOO_LATE.format(number)
    conclusion = str(told["conclusion"])
    if conclusion == "need_more":
        return Taken("ask_more", {"opinion": REASONS[conclusion].format(number)}, ROLE, told["province"])
    return Taken("reply", _said(told, case, conclusion, number), ROLE, told["province"])


def _same(held: Mapping[str, Any], concluded: str, told: Mapping[str, Any]) -> bool:
    kept, quantity = held.get("approved_qty_t"), told["approved_qty_t"]
    amounts = (Decimal(str(kept)) if kept else None, Decimal(quantity) if quantity else None)
    same_amount = concluded != "agree_partial" or amounts[0] == amounts[1]
    same_number = str(held.get("reply_no") or "") in ("", told["reply_no"])
    return concluded == told["conclusion"] and same_number and same_amount


def _said(told: Mapping[str, Any], case: CaseView, conclusion: str, number: str) -> dict[str, Any]:
    replied = min(date.fromisoformat(told["replied_on"]), case.today)
    said: dict[str, Any] = {"conclusion": conclusion, "reply_no": number, "replied_on": replied.isoformat()}
    if conclusion in REASONS:
        return said | {"opinion": REASONS[conclusion].format(number)}
    limits = _limits(told, case, conclusion)
    if conclusion == "agree" and limits:
        return said | limits | {"conclusion": "agree_partial", "opinion": LIMITED}
    return said | limits


def _limits(told: Mapping[str, Any], case: CaseView, conclusion: str) -> dict[str, Any]:
    """Tonnes and last day as far as they are narrower than what was applied for; a partial answer keeps its tonnes."""
    quantity, until = told["approved_qty_t"], told["valid_to"]
    asked, end = case.form.waste.total_qty_t, case.form.contract.end_date
    found: dict[str, Any] = {}
    if quantity and (conclusion == "agree_partial" or asked is None or Decimal(quantity) < asked):
        found["approved_qty_t"] = quantity
    if until and (end is None or date.fromisoformat(until) < end):
        found["valid_to"] = until
    return found


HEARS = (Hear("waste_chain", "consultation_reply", document=CONSULTATION, takes=reply_taken),)
