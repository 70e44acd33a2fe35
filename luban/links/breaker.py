"""A pause for a partner that does not answer.

A partner that hangs costs a worker the whole time-out on every call, and while workers hang, other partners wait.
After three time-outs in a row this process leaves that partner alone for twenty seconds: calls fail at once and are
retried on the ordinary schedule. A refused connection or an error page costs no time and trips nothing.
"""

import time

TIMEOUTS_IN_A_ROW = 3
PAUSE_SECONDS = 20.0

_counts: dict[str, int] = {}
_closed_until: dict[str, float] = {}


def seconds_left(*, base_url: str) -> float:
    """How long this partner is still left alone; 0 when it may be asked."""
    return max(0.0, _closed_until.get(base_url, 0.0) - time.monotonic())


def timed_out(*, base_url: str) -> None:
    """Note a time-out."""
    _counts[base_url] = _counts.get(base_url, 0) + 1
    if _counts[base_url] >= TIMEOUTS_IN_A_ROW:
        _closed_until[base_url] = time.monotonic() + PAUSE_SECONDS
        _counts[base_url] = TIMEOUTS_IN_A_ROW - 1  # one more time-out after the pause closes it again


def answered(*, base_url: str) -> None:
    """Note any sign of life."""
    _counts.pop(base_url, None)
    _closed_until.pop(base_url, None)


def forget() -> None:
    """Start afresh (tests)."""
    _counts.clear()
    _closed_until.clear()
