"""Every status word of the house: code → word, colour class, icon. One table, so one thing looks the same everywhere.

Vocabularies: `case` (states of a case), `licence` (the verification page's eleven), `rule` (outcome of one rule),
`finding` (severity of a precheck), `delivery` (outbox), `document`, `batch`,
`material`, `evidence`. A colour never stands
alone: the word and the icon come with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True)
class Status:
    """A status mark (`lb-status`): `css` is one of is-wait, is-need, is-review, is-pause, is-done, is-bad, is-void, ""."""

    word: str
    css: str
    icon: str
    template: ClassVar[str] = "ui/components/status.html"


def _table(rows: Mapping[str, tuple[str, str, str]]) -> dict[str, Status]:
    return {code: Status(*row) for code, row in rows.items()}


WORDS: Mapping[str, Mapping[str, Status]] = {
    "case": _table(
        {
            "draft": ("草稿", "", "pencil"),
            "submitted": ("待受理", "is-wait", "inbox"),
            "unassigned": ("待分办", "is-wait", "inbox"),
            "correcting": ("待补正", "is-need", "alert-triangle"),
            "accepted": ("审查中", "is-review", "eye"),
            "consulting": ("征询中", "is-pause", "player-pause"),
            "paused": ("已停表", "is-pause", "player-pause"),
            "urgeable": ("可催办", "is-need", "alert-triangle"),
            "deciding": ("决定中", "is-review", "eye"),
            "sealing": ("盖章中", "is-review", "rosette"),
            "decided": ("已决定", "is-done", "circle-check"),
            "closed_granted": ("已批准", "is-done", "circle-check"),
            "closed_recorded": ("已办结", "is-done", "circle-check"),
            "closed_denied": ("不予许可", "is-bad", "circle-x"),
            "closed_refused": ("不予受理", "is-bad", "circle-x"),
            "closed_withdrawn": ("已撤回", "", "arrow-back-up"),
            "closed_lapsed": ("视为放弃", "", "hourglass-empty"),
            "closed_voided": ("已作废", "is-void", "ban"),
        }
    ),
    "licence": _table(
        {
            "issued": ("已签发", "is-done", "circle-check"),
            "valid": ("有效", "is-done", "circle-check"),
            "not_yet": ("未到起期", "is-wait", "clock"),
            "used_up": ("数量用尽", "", "gauge"),
            "expired": ("已过期", "", "clock-off"),
            "suspended": ("已暂停", "is-pause", "player-pause"),
            "superseded": ("已变更", "", "replace"),
            "withdrawn": ("已撤回", "is-void", "arrow-back-up"),
            "revoked": ("已撤销", "is-void", "ban"),
            "cancelled": ("已注销", "is-void", "ban"),
            "unknown": ("查无此证", "is-bad", "search-off"),
        }
    ),
    "rule": _table(
        {
            "pass": ("通过", "is-done", "circle-check"),
            "doubt": ("存疑", "is-need", "alert-triangle"),
            "fail": ("不通过", "is-bad", "circle-x"),
            "skip": ("不适用", "", "circle-minus"),
            "confirmed": ("确认通过", "is-done", "user-check"),
            "overridden": ("已覆盖", "is-need", "user-exclamation"),
        }
    ),
    "finding": _table(
        {
            "block": ("须改正", "is-bad", "circle-x"),
            "warn": ("提醒", "is-need", "alert-triangle"),
            "info": ("说明", "is-wait", "info-circle"),
            "pass": ("通过", "is-done", "circle-check"),
        }
    ),
    "delivery": _table(
        {
            "pending": ("待发送", "is-wait", "clock"),
            "sending": ("发送中", "is-review", "send"),
            "retrying": ("重试中", "is-need", "refresh-alert"),
            "delivered": ("已送达", "is-done", "circle-check"),
            "rejected": ("对方未收", "is-bad", "circle-x"),
            "manual": ("人工处理", "is-need", "hand-stop"),
            "cancelled": ("已取消", "", "ban"),
        }
    ),
    "document": _table(
        {
            "drafting": ("起草中", "", "pencil"),
            "signing": ("待签发", "is-wait", "signature"),
            "sealing": ("盖章中", "is-review", "rosette"),
            "issued": ("已盖章", "is-done", "rosette-discount-check"),
            "voided": ("已作废", "is-void", "ban"),
        }
    ),
    "batch": _table(
        {
            "struck": ("已剔除", "", "ban"),
            "waiting": ("排队中", "is-wait", "clock"),
            "failed": ("没有办成", "is-bad", "circle-x"),
            "done": ("已办理", "is-done", "circle-check"),
            "draft": ("待签发", "is-wait", "signature"),
            "signing": ("签章中", "is-review", "rosette"),
            "signed": ("已签章", "is-done", "rosette-discount-check"),
            "sending": ("发送中", "is-review", "send"),
            "sent": ("已发出", "is-done", "send"),
            "delivered": ("已送达", "is-done", "circle-check"),
            "replied_agree": ("复函同意", "is-done", "circle-check"),
            "replied_partial": ("复函部分同意", "is-need", "alert-triangle"),
            "replied_disagree": ("复函不同意", "is-bad", "circle-x"),
            "replied_supplement": ("要求补充", "is-need", "alert-triangle"),
            "overdue": ("逾期未复", "is-need", "alert-octagon"),
            "withdrawn": ("已撤回", "is-void", "arrow-back-up"),
            "void": ("文书已作废", "is-void", "ban"),
        }
    ),
    "material": _table(
        {
            "missing": ("未上传", "is-need", "alert-triangle"),
            "optional": ("选交", "", "circle-dashed"),
            "checking": ("核对中", "is-review", "eye"),
            "handed_in": ("已上传", "is-done", "circle-check"),
            "exempt": ("免交", "is-done", "circle-check"),
            "generated": ("系统生成", "is-done", "wand"),
            "refused": ("须重传", "is-bad", "circle-x"),
        }
    ),
    "evidence": _table(
        {
            "anchored": ("已存证", "is-done", "link"),
            "waiting": ("待上链", "is-wait", "clock"),
            "mismatch": ("与链上不一致", "is-bad", "unlink"),
        }
    ),
}


def status(*, of: str, code: str, word: str = "") -> Status:
    """The mark of `code` in vocabulary `of`; `word` replaces its word (“存疑 3”) and keeps colour and icon.

    Raises KeyError that names the vocabulary when either is unknown.
    """
    try:
        found = WORDS[of][code]
    except KeyError:
        raise KeyError(f"no status word for {code!r} in vocabulary {of!r} (luban/ui/words.py)") from None
    return replace(found, word=word) if word else found


def case_status(*, state: str, paused: bool = False, word: str = "") -> Status:
    """The mark of a case: its state, or the pause sign while its clocks stand still after acceptance."""
    code = "paused" if paused and state == "accepted" else state
    return status(of="case", code=code, word=word)
