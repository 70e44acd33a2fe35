"""How a filing goes: the firm files, the evaluating institution checks it, the entry is in force with its word.

submit → check (pass, return for correction, refuse, suspend where an offence is found) → seal. What the library of
carriers shall hold changes in the same transaction as the act. Source: 危险废物 §1.1 (3 working days, default).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.acts import Correction, Reason
from luban.kit.fields import LongText, Text, field
from luban.kit.form import Section
from luban.kit.process import SYSTEM, Desk, End, Go, Limit, Process, Return, Step, param
from luban.kit.view import Situation
from luban.registers.carriers.decisions import STANDING

INSTITUTION = Desk("tech_officer", at="assigned", of="TECH-HW")


class Passed(Section):
    """What the institution says when it passes a filing; the entry's number is read from the library."""

    carrier_id: Text = field("运输单位编号", derived=True, required=False)
    opinion: LongText = field("审核意见", required=False, max_len=1000, wide=True)


def entry_number(situation: Situation) -> Mapping[str, Any]:
    """The number of the firm's entry."""
    own = situation.facts.own
    return {"carrier_id": own.carrier_id if own else ""}


def was_in_force(situation: Situation) -> str | None:
    """Guard: only an entry that was passed before can be suspended."""
    own = situation.facts.own
    if own is None or own.filing_status not in STANDING:
        return "该单位尚未备案，没有可以暂停的备案，请退回补正或者不予通过。"
    return None


CHECK = Step(
    "check",
    "审核",
    INSTITUTION,
    actions=(
        Go(
            "pass",
            "通过",
            to="seal",
            reaches="accepted",
            data=Passed,
            preset=entry_number,
            makes=("confirmation",),
            records=("carriers.file",),
            says="通过后运输单位库即时更新，并出具备案确认书。",
        ),
        Return("correct", "退回补正", data=Correction, says="一次告知全部须补正的内容，补正后回到本环节。"),
        End(
            "reject",
            "不予通过",
            reaches="closed_refused",
            data=Reason,
            records=("carriers.refuse",),
            says="原有备案不变；尚未备案的，不能被选择。",
        ),
        End(
            "suspend",
            "暂停备案",
            reaches="closed_refused",
            data=Reason,
            records=("carriers.suspend",),
            when=was_in_force,
            says="审核中发现违法情形的，暂停该单位备案，整改后可以申请恢复。",
        ),
    ),
    says="核对许可证、车辆、人员与所附证件是否一致、是否有效。",
)
SEAL = Step(
    "seal",
    "出具确认书",
    SYSTEM,
    actions=(
        End("issue", "出具确认书", reaches="closed_recorded", marks=("decided", "granted", "recorded")),
    ),
    says="运输单位库已经更新，正在编号、盖章。",
)
WITHDRAW = End(
    "withdraw",
    "撤回",
    reaches="closed_withdrawn",
    records=("carriers.release",),
    says="撤回后本件终止，可以重新办理。",
)

PROCESS = Process(
    steps=(CHECK, SEAL),
    limits=(
        Limit("check", "审核", param("carriers.check_days"), "wd", "submitted", ("accepted", "correcting")),
        Limit(
            "check_again",
            "补正后审核",
            param("carriers.check_days"),
            "wd",
            "resubmitted",
            ("accepted", "correcting"),
        ),
    ),
    anytime=((WITHDRAW, ("check", "correct")),),
    submit_records=("carriers.receive",),
    lapse_records=("carriers.release",),
)
