"""Long exports hold personal data, so they are kept for so many days (`export.keep_days`) and then go with their file."""

from __future__ import annotations

from datetime import timedelta

from luban.cases import house
from luban.faces.office.models import ExportRun
from luban.kit.clock import clock
from luban.stages.fill.erase import referred_to

KEEP_DAYS = "export.keep_days"


def forget_old() -> int:
    """Delete the exports whose days are over, with their files; returns how many."""
    cut = clock.now() - timedelta(days=house.context().parameters.at(clock.today()).integer(KEEP_DAYS))
    old = list(ExportRun.objects.filter(created_at__lt=cut))
    for run in old:
        run.delete()
        if run.sm3 and not referred_to(run.sm3) and not ExportRun.objects.filter(sm3=run.sm3).exists():
            house.objects().remove(run.sm3)
    return len(old)
