"""What a notice of each type asks of the organisation it is for, by when, and whom it concerns (waste-chain §4.5).

Pure; from notices.csv. Whom the contracts notify they say themselves; `parties` serves the provinces outside the chain.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from luban.kit.clock import WorkCalendar, due_date

REPLY, ACKNOWLEDGE, NOTHING = "REPLY_CONSULTATION", "ACK", "NONE"
SETTLED_BY_MOVING = frozenset(("ACCEPT", "RESUBMIT", REPLY, "DECIDE", "SIGN", "APPROVE_REVOCATION"))
"""Actions that have been taken, or need not be taken any more, once the record has moved on."""
ACTIONS: Mapping[str, str] = {
    "ACCEPT": "受理",
    "RESUBMIT": "转企业补正后重提",
    REPLY: "复函",
    "DECIDE": "作出决定",
    "SIGN": "签发",
    ACKNOWLEDGE: "确认收到",
    "APPROVE_REVOCATION": "审批撤销",
    NOTHING: "知悉",
}


@dataclass(frozen=True)
class NoticeKind:
    """One type of notice; `reply_wd` is the number of working days a reply is waited for (0: none)."""

    number: int
    title: str
    action_required: str
    reply_wd: int = 0
    on: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()

    @property
    def action(self) -> str:
        """What is asked, in Chinese."""
        return ACTIONS.get(self.action_required, self.action_required)


def _read() -> Mapping[int, NoticeKind]:
    path = Path(__file__).with_name("notices.csv")
    with path.open(encoding="utf-8", newline="") as table:
        rows = (
            NoticeKind(
                int(row["notice_type"]),
                row["title"],
                row["action_required"],
                int(row["reply_wd"] or 0),
                frozenset(row["on"].split("|")),
                frozenset(row["parties"].split("|")),
            )
            for row in csv.DictReader(table)
        )
        return {row.number: row for row in rows}


KINDS = _read()


def kind_of(number: int) -> NoticeKind:
    """The kind of a notice; one we do not know asks for nothing."""
    return KINDS.get(number) or NoticeKind(number, f"通知{number}", NOTHING)


def kind_on(*, event_type: str, status: int | None) -> NoticeKind | None:
    """The kind of notice an event gives rise to; None for one that notifies nobody."""
    names = {event_type, f"{event_type}:{status}"}
    return next((kind for kind in KINDS.values() if kind.on & names), None)


def due_at(*, kind: NoticeKind, since: date, calendar: WorkCalendar) -> date | None:
    """The last day a reply is waited for, counted from the day after `since`; None where none is (waste-chain §8.3)."""
    if not kind.reply_wd:
        return None
    return due_date(start=since, n=kind.reply_wd, unit="wd", calendar=calendar)
