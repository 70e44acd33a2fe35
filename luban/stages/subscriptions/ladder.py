"""When a delivery is tried again, and when it is given up (waste-chain §8.2). Pure."""

from __future__ import annotations

from datetime import timedelta

PAUSES = tuple(timedelta(seconds=n) for n in (10, 30, 60, 300, 900, 1800, 3600, 7200, 21600, 43200))
"""10 s, 30 s, 1 m, 5 m, 15 m, 30 m, 1 h, 2 h, 6 h, 12 h."""
MOST_TRIES = len(PAUSES) + 1
DEAD_IN_A_ROW = 50
"""So many dead deliveries, one after another, pause a subscription."""
ANSWER_SECONDS = 5.0


def pause_after(tries: int) -> timedelta | None:
    """The pause after the n-th failed try (from 1); None when it was the last one."""
    return PAUSES[tries - 1] if tries < MOST_TRIES else None
