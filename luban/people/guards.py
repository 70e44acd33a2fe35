"""Making guessing slow: each try first claims a place in the window of what is being guessed at, under a row lock.

Parallel tries cannot slip past. Five wrong passwords (or codes) lock the name for fifteen minutes, thirty lock the
address; a success clears the name.
"""

import math
from datetime import timedelta

from django.db import transaction

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.models import SigninGuard

TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
LOCKED = "SIGNIN_LOCKED"


def claim(*, subject: str, limit: int, who: str) -> int:
    """Take the next try of the window and return its number; raise Refused (429) when none is left.

    A window or a lock that lies in the future (the demonstration's clock was set back) counts as over.
    """
    now = clock.now()
    with transaction.atomic():
        SigninGuard.objects.bulk_create([SigninGuard(subject=subject, since=now)], ignore_conflicts=True)
        guard = SigninGuard.objects.select_for_update().get(subject=subject)
        locked = guard.locked_until is not None and now < guard.locked_until <= now + 2 * LOCK
        if not locked:
            if guard.locked_until is not None or abs(now - guard.since) > WINDOW:
                guard.failures, guard.since, guard.locked_until = 0, now, None
            guard.failures += 1
            if guard.failures > limit:
                guard.locked_until = now + LOCK
            guard.save()
    if guard.locked_until is not None:
        minutes = max(1, math.ceil((guard.locked_until - now).total_seconds() / 60))
        raise Refused(
            LOCKED,
            f"{who}登录失败次数过多，已暂时锁定，请 {minutes} 分钟后再试；忘记密码请联系管理员重置。",
            status=429,
        )
    return guard.failures


def lock(*, subject: str) -> None:
    """Lock it now: the last try of its window was used up."""
    SigninGuard.objects.filter(subject=subject).update(locked_until=clock.now() + LOCK)


def clear(*, subject: str) -> None:
    """Forget its tries: this one was right."""
    SigninGuard.objects.filter(subject=subject).delete()


def forget(*, username: str, address: str) -> None:
    """A right password clears the name; the address gets its try back but keeps its failures."""
    SigninGuard.objects.filter(subject=f"account:{username}").delete()
    guard = SigninGuard.objects.filter(subject=f"ip:{address}")
    with transaction.atomic():
        for row in guard.select_for_update():
            row.failures = max(0, row.failures - 1)
            row.save(update_fields=["failures"])


def sweep() -> None:
    """Drop guards whose window is long over; rows another visitor holds are left for the next sweep."""
    now = clock.now()
    with transaction.atomic():
        old = SigninGuard.objects.select_for_update(skip_locked=True).filter(since__lt=now - WINDOW - LOCK)
        subjects = old.exclude(locked_until__gt=now).values_list("subject", flat=True)[:100]
        SigninGuard.objects.filter(subject__in=list(subjects)).delete()
