"""What the national system tells us of an application: the receiving province's reply to our letter, and corrections of it.

A reply is taken at the desk of the province where the case waits for it. Until the case is decided a correction of it
takes the case back to the advice; from the decision on it is refused, and an official reads why. A request for more is
the province's `ask_more`. Source: domain brief 危险废物 第一部分 §6 T07, §9.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.decision import reply_of
from luban.items.hazwaste_transfer_out.papers.letters import CONSULTATION
from luban.items.hazwaste_transfer_out.process import CORRECT_REPLY, UNDECIDED
from luban.kit.sharing import Hear, Taken
from luban.kit.view import CaseView

ROLE = "province_officer"
STATED = ("conclusion", "reply_no", "replied_on", "approved", "valid_to", "opinion")
DECIDED_SINCE = "本件已收到复函并作出决定，对方更正后的复函（{}）不再采用；确需改变决定的，请依法撤销或者变更许可，并告知对方。"
WANTS_MORE_LATE = "本件已收到复函，对方又要求补充：{}请与对方核实后处理。"


def reply_taken(told: Mapping[str, Any], case: CaseView) -> Taken | str | None:
    """The act a reply comes to; None when the case has this very reply, a sentence when it comes too late."""
    held = reply_of(case)
    if told["conclusion"] == "supplement":
        if held is not None:
            return WANTS_MORE_LATE.format(f"{told['opinion']}".rstrip("。") + "。")
        return Taken("ask_more", {"opinion": told["opinion"]}, ROLE, told["province"])
    said = {name: told[name] for name in STATED if told.get(name) not in (None, "", [])}
    if held is None:
        return Taken("reply", said, ROLE, told["province"])
    if _content(held) == _content(told):
        return None
    if case.step in UNDECIDED and not case.state.startswith("closed_"):
        return Taken(CORRECT_REPLY.code, said, ROLE, told["province"])
    return DECIDED_SINCE.format(told["reply_no"])


def _content(said: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a reply says, comparable: conclusion, number, last day, the quantities agreed to."""
    rows = sorted(
        (row["waste_code"], row.get("disposal_mode") or "", Decimal(str(row["approved_t"])))
        for row in said.get("approved") or ()
    )
    return said["conclusion"], said["reply_no"], said.get("valid_to") or None, rows


HEARS = (Hear("mee_hazwaste", "reply", document=CONSULTATION, takes=reply_taken, steps=("consult",)),)
