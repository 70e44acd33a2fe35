"""The figures pushed to the government's big screen every minute: the newest only, what was missed is not sent later."""

from __future__ import annotations

import logging

from luban.kit.clock import clock
from luban.links.gov_screen.client import is_wanted, push
from luban.links.outcomes import Rejected, Unavailable
from luban.stages.chain.figures import figures

log = logging.getLogger(__name__)


def push_figures() -> bool:
    """Push once, if an address is configured and figures were ever obtained; whether they arrived."""
    if not is_wanted():
        return False
    told = figures().as_json()
    if told["as_of"] is None:
        return False
    try:
        push(metrics=told, key=f"metrics:{clock.now():%Y%m%d%H%M}")
    except (Rejected, Unavailable) as failed:
        log.warning("the figures did not reach the big screen, the next ones will be tried: %s", failed)
        return False
    return True
