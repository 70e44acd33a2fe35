"""Jobs of the stages that run by the clock."""

from luban.stages.fill.jobs import *  # noqa: F403
from luban.stages.timers.jobs import reminders, timers

__all__ = ["reminders", "timers"]
