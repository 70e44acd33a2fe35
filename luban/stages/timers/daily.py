"""The works of every day: those the registers offer and the stages' own, each once a day of the house's clock.

Every few minutes it is looked which works' time has come; such a work goes into the outbox under its code and the day,
so it is done once however often one looks, tried again after a failure, and shown in the office when it stays stuck.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from functools import cache
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.kit.clock import clock
from luban.kit.daily import Daily
from luban.links.outbox.effects import EffectRequest, EffectView
from luban.links.outbox.queue import put
from luban.stages.chain.scheduled import verify_recent
from luban.stages.integrity.recent import check_recent
from luban.stages.timers.run import recompute_open_cases, remind

KIND = "daily"
OWN = (
    Daily("cases.days", "重算在办件到期日", time(1, 10), recompute_open_cases),
    Daily("licences.remind", "证照到期提醒", time(1, 20), remind),
    Daily("chain.verify", "与区块链存证核对", time(2, 0), verify_recent),
    Daily("cases.check", "核对近日办件的经过", time(3, 40), check_recent),
)


@cache
def works() -> Mapping[str, Daily]:
    """Every work by its code."""
    found = {work.code: work for work in (*OWN, *house.dailies())}
    if len(found) != len(OWN) + len(house.dailies()):
        raise ValueError("two works of every day have one code")
    return found


def begin_due() -> int:
    """Put today's works whose time has come into the outbox; returns how many were not there yet."""
    now = clock.now()
    day, moment = now.date().isoformat(), now.time()
    due = [
        EffectRequest(
            key=f"{KIND}:{work.code}:{day}",
            lane=f"{KIND}:{work.code}:{day}",
            kind=KIND,
            name=work.code,
            body={"day": day},
        )
        for work in works().values()
        if work.at <= moment
    ]
    with transaction.atomic():
        return len(put(effects=due, at=now))


def perform(effect: EffectView) -> Mapping[str, Any]:
    """Do a work of the day. Raises LookupError for one that is no longer declared, and whatever the work raises."""
    work = works().get(effect.name)
    if work is None:
        return {"skipped": True}
    return {"done": work.do()}
