"""What crosses the border of the outbox: the request to do something later, and the view of how far it got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Delivery states (domain README §4.4) with their Chinese names."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    RETRYING = "retrying"
    REJECTED = "rejected"
    MANUAL = "manual"
    CANCELLED = "cancelled"


TITLES: Mapping[State, str] = {
    State.PENDING: "待投递",
    State.SENDING: "投递中",
    State.DELIVERED: "已送达",
    State.RETRYING: "重试中",
    State.REJECTED: "对方拒收",
    State.MANUAL: "转人工",
    State.CANCELLED: "已取消",
}
STUCK = (State.RETRYING, State.REJECTED, State.MANUAL)
"""What an official should look at."""


@dataclass(frozen=True)
class EffectRequest:
    """One thing to be done after the act is committed.

    `key` names it for ever and everywhere: put twice it is written once, sent twice it is applied once.
    `lane` is the queue it keeps its place in. `body` is JSON; personal data in it must be sealed
    (`{"$sm4": …}`) or fetched by the handler. `link` is empty when no partner is involved.
    """

    key: str
    lane: str
    kind: str
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    case: str | None = None


@dataclass(frozen=True)
class EffectView:
    """An effect as others see it. Times are aware; `notes` lists what officials did: at, by, act, reason."""

    id: int
    key: str
    case: str | None
    lane: str
    kind: str
    link: str
    name: str
    body: Mapping[str, Any]
    state: State
    attempts: int
    created_at: datetime
    next_at: datetime | None
    first_failed_at: datetime | None
    last_error: str
    receipt: Mapping[str, Any] | None
    done_at: datetime | None
    notes: tuple[Mapping[str, Any], ...]

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return TITLES[self.state]
