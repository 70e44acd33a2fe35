"""The tables of what came in: messages as they came, and the nonces of signed requests (short-lived)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

RECEIVED, APPLIED, STALE, REFUSED = "received", "applied", "stale", "refused"
STATES = (RECEIVED, APPLIED, STALE, REFUSED)


class Message(models.Model):
    """One message. `raw` is the body as it came; `case` is what it turned out to be about, `note` what came of it.

    State: received → applied (an act was taken) · stale (a later version, or the same reply, had come) · refused (a
    person looks at it; done again it may still be applied).
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=540, unique=True)
    link = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    subject = models.CharField(max_length=420)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    raw = models.TextField()
    came_by = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    case = models.CharField(max_length=64)
    note = models.TextField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["link", "name", "subject", "-version"], name="inbox_subject"),
            models.Index(fields=["case"], name="inbox_case", condition=~Q(case="")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="inbox_state_known", condition=Q(state__in=list(STATES)))
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class Nonce(models.Model):
    """The nonce of a request that was rightly signed; kept as long as a replay of it would still be fresh."""

    id = models.BigAutoField(primary_key=True)
    link = models.CharField(max_length=32)
    nonce = models.CharField(max_length=64)
    at_ms = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "nonce"], name="inbox_nonce_once")]

    def __str__(self) -> str:
        return f"{self.link} {self.nonce}"
