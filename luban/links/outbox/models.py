"""The table of effects. Its ids give the order inside a lane, so whoever writes to a lane holds its case's row lock."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luban.links.outbox.effects import STUCK, State

_OPEN = Q(done_at__isnull=True)


class Effect(models.Model):
    """One thing to be done outside its act's transaction. `done_at` is set exactly when it is delivered or cancelled."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    case = models.CharField(max_length=64, null=True)
    lane = models.CharField(max_length=160)
    kind = models.CharField(max_length=32)
    link = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    body = models.JSONField()
    state = models.CharField(max_length=12)
    attempts = models.IntegerField()
    failures = models.IntegerField()
    next_at = models.DateTimeField(null=True)
    first_failed_at = models.DateTimeField(null=True)
    last_error = models.TextField()
    receipt = models.JSONField(null=True)
    notes = models.JSONField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lane", "id"], name="outbox_lane_head", condition=_OPEN),
            models.Index(fields=["id"], name="outbox_stuck", condition=Q(state__in=[str(s) for s in STUCK])),
            models.Index(fields=["case", "id"], name="outbox_case", condition=Q(case__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outbox_done_is_done",
                condition=Q(state__in=[State.DELIVERED.value, State.CANCELLED.value], done_at__isnull=False)
                | (~Q(state__in=[State.DELIVERED.value, State.CANCELLED.value]) & _OPEN),
            ),
            models.CheckConstraint(
                name="outbox_state_known", condition=Q(state__in=[state.value for state in State])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane} #{self.id} {self.kind}/{self.name} {self.state}"
