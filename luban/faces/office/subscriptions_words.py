"""Subscriptions, deliveries and notices in plain Chinese, for the office's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from luban.cases import house
from luban.kit.clock import clock
from luban.stages.subscriptions.models import (
    ACKED,
    ACTIVE,
    CREATED,
    DEAD,
    DELIVERED,
    DISABLED,
    HANDLED,
    LETTER,
    LETTER_GENERATED,
    LETTER_SENT,
    PAUSED,
    PUSHED,
    REMOVED,
    SENDING,
    WAITING,
    ChainNotice,
    Delivery,
)
from luban.stages.subscriptions.notice_book import of_case
from luban.stages.subscriptions.notice_kinds import NoticeKind, kind_of
from luban.ui.words import Status

STATES: Mapping[str, Status] = {
    ACTIVE: Status("推送中", "is-done", "circle-check"),
    PAUSED: Status("已暂停", "is-pause", "player-pause"),
    DISABLED: Status("已停用", "is-bad", "circle-x"),
    REMOVED: Status("已删除", "is-void", "ban"),
}
DELIVERIES: Mapping[str, Status] = {
    WAITING: Status("待投递", "is-wait", "clock"),
    SENDING: Status("投递中", "is-review", "send"),
    DELIVERED: Status("已送达", "is-done", "circle-check"),
    DEAD: Status("未能送达", "is-bad", "circle-x"),
}
RETRYING = Status("等待重试", "is-need", "refresh")
NOTICES: Mapping[str, Status] = {
    CREATED: Status("待送达", "is-wait", "clock"),
    PUSHED: Status("已送达", "is-review", "send"),
    ACKED: Status("对方已确认", "is-done", "circle-check"),
    HANDLED: Status("已办理", "is-done", "circle-check"),
    LETTER_GENERATED: Status("函件已生成", "is-review", "file-text"),
    LETTER_SENT: Status("已函告", "is-done", "send"),
}
BY_HAND = Status("待线下通报", "is-need", "alert-triangle")
EVENTS: Mapping[str, str] = {
    "CaseCreated": "办件上链",
    "CaseUpdated": "补正后重新提交",
    "CaseTransitioned": "办件状态变更",
    "ConsultationReplied": "接收地复函",
    "FilingCreated": "备案上链",
    "FilingUpdated": "备案新版本",
    "FilingDecided": "备案决定",
    "FilingWithdrawn": "备案撤回",
    "FilingRevoked": "备案已撤销",
    "FormCreated": "申请表上链",
    "FormUpdated": "申请表新版本",
    "NoticeAcknowledged": "通知已确认",
    "RevocationProposed": "提出撤销",
    "RevocationApproved": "同意撤销",
    "RevocationRejected": "不同意撤销",
    "RevocationWithdrawn": "撤回撤销申请",
}


@dataclass(frozen=True)
class NoticeLine:
    """A notice as a table shows it."""

    notice: ChainNotice
    province: str
    kind: NoticeKind
    mark: Status
    arrived_at: datetime | None


def province_words(region: str) -> str:
    """A province's name; its code where it has none."""
    row = house.context().places(clock.today()).get(region) if region else None
    return str(row["name"]) if row else region


def event_words(event_type: str) -> str:
    """What happened."""
    return EVENTS.get(event_type, event_type)


def delivery_mark(one: Delivery) -> Status:
    """How far a delivery is."""
    return RETRYING if one.state == WAITING and one.attempts else DELIVERIES[one.state]


def notice_line(notice: ChainNotice) -> NoticeLine:
    """One notice."""
    by_hand = notice.channel == LETTER and notice.state == CREATED
    return NoticeLine(
        notice,
        province_words(notice.region),
        kind_of(notice.notice_type),
        BY_HAND if by_hand else NOTICES[notice.state],
        notice.acked_at or notice.pushed_at,
    )


def notices_of(case_no: str) -> tuple[NoticeLine, ...]:
    """The notices of a case, oldest first."""
    return tuple(notice_line(one) for one in of_case(case_no=case_no))
