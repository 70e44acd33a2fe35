"""How far a write to the chain is (domain vocabulary §4.4); `delayed` is open and older than half an hour, not stored."""

from collections.abc import Mapping
from datetime import timedelta

PENDING, SENT, CONFIRMED, REJECTED, DEAD, CANCELLED = (
    "pending",
    "sent",
    "confirmed",
    "rejected",
    "dead",
    "cancelled",
)
OPEN = (PENDING, SENT, REJECTED, DEAD)
"""What keeps its group from going on."""
UNDER_WAY = (PENDING, SENT)
DELAYED_AFTER = timedelta(minutes=30)

TITLES: Mapping[str, str] = {
    PENDING: "待上链",
    SENT: "已发送",
    CONFIRMED: "已上链",
    REJECTED: "被合约拒绝",
    DEAD: "多次失败",
    CANCELLED: "已取消",
}
RETRY_MINUTES = (1, 5, 15, 60, 360)
"""Pauses before another try (waste-chain §5); the last one repeats."""
MOST_TRIES = 20
