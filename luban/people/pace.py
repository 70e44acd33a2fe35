"""Rate limits: how often one account, address or application may ask for the same kind of thing in a window of time.

The count stands in PostgreSQL, so that all web processes count together: one statement a limited request, none for
others. Once a subject is over its limit, a process remembers that until the window ends: a flood costs nothing more.
Windows are fixed (a minute, from its full second), so at a seam twice the limit may pass; Retry-After is the rest of
the window. The machine's time decides, not the house's clock: this guards machines. Limits are ``settings.LUBAN_PACES``.
"""

import time
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import connection

from luban.people.pace_models import PaceCount

_COUNT = (
    'INSERT INTO people_pacecount (subject, "window", count) VALUES (%s, %s, 1) ON CONFLICT (subject) DO UPDATE SET'
    ' count = CASE WHEN people_pacecount."window" = EXCLUDED."window" THEN people_pacecount.count + 1 ELSE 1 END,'
    ' "window" = EXCLUDED."window" RETURNING count'
)
MOST_REMEMBERED = 10_000
KEPT_SECONDS = 86_400
_lock = Lock()
_over: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit: ``most`` requests in ``seconds``."""

    code: str
    most: int
    seconds: int


class UnknownPaceError(KeyError):
    """A limit that the settings do not hold; the message names it."""

    def __str__(self) -> str:
        return f"unknown pace {self.args[0]!r}: add it to settings.LUBAN_PACES"


def pace_of(code: str) -> Pace:
    """The limit of that name. Raises UnknownPaceError."""
    try:
        most, seconds = settings.LUBAN_PACES[code]
    except KeyError:
        raise UnknownPaceError(code) from None
    return Pace(code, int(most), int(seconds))


def wait_for(*, pace: Pace, who: str) -> int:
    """Count a request of ``who``; 0 when it may go on, else the seconds to wait (at least 1)."""
    now, subject = time.time(), f"{pace.code}:{who}"[:160]
    until = _over.get(subject, 0.0)
    if now < until:
        return max(1, round(until - now))
    window = int(now) // pace.seconds
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [subject, window])
        count = int(cursor.fetchone()[0])
    if count <= pace.most:
        return 0
    end = float((window + 1) * pace.seconds)
    _remember(subject, end, now)
    return max(1, round(end - now))


def forget() -> None:
    """Remember nobody in this process."""
    with _lock:
        _over.clear()


def sweep() -> int:
    """Delete the counts of windows that are over for a day; returns how many."""
    longest = max((int(seconds) for _, seconds in settings.LUBAN_PACES.values()), default=60)
    oldest = int(time.time() - KEPT_SECONDS) // longest
    return PaceCount.objects.filter(window__lt=oldest).delete()[0]


def _remember(subject: str, end: float, now: float) -> None:
    with _lock:
        if len(_over) >= MOST_REMEMBERED:
            for old in [name for name, until in _over.items() if until <= now]:
                del _over[old]
        if len(_over) < MOST_REMEMBERED:
            _over[subject] = end
