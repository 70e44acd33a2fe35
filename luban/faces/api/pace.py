"""Sixty questions a minute from one address, so that nobody can walk through tokens."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from luban.kit.clock import clock
from luban.people.trail import address_of

A_MINUTE = 60
QUESTIONS = 60


def too_many(request: HttpRequest) -> bool:
    """Count this question; whether it is one too many for its minute."""
    minute = int(clock.now().timestamp()) // A_MINUTE
    key = f"verify:{address_of(request)}:{minute}"
    cache.add(key, 0, timeout=2 * A_MINUTE)
    return int(cache.incr(key)) > QUESTIONS
