"""What a case is in these figures: one submission, four acts of officials, one page of a worklist.

The item is the filing of general solid waste; the application is the first of its written cases, with more than forty
fields filled in and its papers stored. Every other case goes straight (accept, submit_review, confirm), every other one
is sent back once by the leader (accept, submit_review, send_back, submit_review, confirm): four acts a case, and every
case ends with its filing sealed and told. The system's own act (`issue`) is the worker's and is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIRM, REVIEWER, LEADER = "suxin", "pudong_reviewer", "pudong_leader"
"""The accounts of those who work on a case."""
SUBMIT, WORKLIST = "submit", "worklist"
ACTS_A_CASE = 4


@dataclass(frozen=True)
class Act:
    """An act: its code, the account that takes it, what it says with it."""

    code: str
    account: str
    data: Mapping[str, str]


_SHEET = {"source_verdict": "pass", "process_verdict": "pass", "end_verdict": "pass"}
_ACCEPT = Act("accept", REVIEWER, {})
_REVIEW = Act("submit_review", REVIEWER, _SHEET)
_SEND_BACK = Act("send_back", LEADER, {"opinion": "请补充说明末端利用去向后再提请确认。"})
_CONFIRM = Act("confirm", LEADER, {})
_STRAIGHT = (_ACCEPT, _REVIEW, _CONFIRM)
_SENT_BACK = (_ACCEPT, _REVIEW, _SEND_BACK, _REVIEW, _CONFIRM)


def is_sent_back(n: int) -> bool:
    """Whether the n-th case is sent back once."""
    return n % 2 == 0


def acts_of(n: int) -> tuple[Act, ...]:
    """The acts of the n-th case in their order."""
    return _SENT_BACK if is_sent_back(n) else _STRAIGHT


KINDS = (SUBMIT, *dict.fromkeys(act.code for act in _SENT_BACK), WORKLIST)
"""The kinds of requests, in the order of a case."""
