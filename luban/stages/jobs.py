"""Jobs of the stages that run by the clock."""

from luban.stages.chain.jobs import advance, histories
from luban.stages.fill.jobs import *  # noqa: F403
from luban.stages.integrity.jobs import look, renew
from luban.stages.review.jobs import rescue_batches, take_batch
from luban.stages.share.jobs import ask_partners
from luban.stages.timers.jobs import daily, timers

__all__ = [
    "advance",
    "ask_partners",
    "daily",
    "histories",
    "look",
    "renew",
    "rescue_batches",
    "take_batch",
    "timers",
]
