"""Work of every day: what a register or a stage does once a day, from a time of day on.

It is declared (in `DAILY` of a register's `offers.py`, or by a stage) and done by `stages/timers`, which looks at the
house's clock: so it runs in a house whose clock was set, and a day on which no worker ran is caught up on later the
same day. `do` must be idempotent: a work that failed half-way is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

CAUGHT_UP = 3
"""Days on which a reminder that was missed is still given."""


@dataclass(frozen=True)
class Daily:
    """One work: its code (`register.work`), its Chinese title, from when it is done, and the doing, which returns how much
    there was. It may raise Unavailable (again later) or Rejected (a person must look)."""

    code: str
    title: str
    at: time
    do: Callable[[], int]


def days_ahead(*, thresholds: Iterable[int], today: date, caught_up: int = CAUGHT_UP) -> Mapping[date, int]:
    """End days to be reminded of today → the threshold (days before the end) the reminder stands for.

    A reminder missed on its day is given on the `caught_up` days after; of two thresholds that meet, the larger speaks.
    """
    wanted = sorted(set(thresholds))
    return {today + timedelta(days=n - late): n for n in wanted for late in range(min(n, caught_up) + 1)}
