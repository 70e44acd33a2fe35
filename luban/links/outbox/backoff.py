"""When to try again: 1, 5, 15, 60 minutes, then every 4 hours; 72 hours after the first failure a person takes over.

Source: domain README §3 (one delivery policy for every link).
"""

from datetime import datetime, timedelta

FIRST_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LATER_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=72)


def next_try(*, failures: int, first_failed_at: datetime, now: datetime) -> datetime | None:
    """The moment of the next attempt after the `failures`-th failure in a row (1 or more), or None: hand it to a person."""
    if now - first_failed_at >= GIVE_UP_AFTER:
        return None
    waits = FIRST_WAITS[failures - 1 : failures]
    return now + (waits[0] if waits else LATER_WAIT)
