"""Subscriptions, their deliveries, the notices of records, and how far the events of the chain have been read.

Only this package writes them. A delivery names its event by number and digest; its body is made anew for every try, so
that sight withdrawn meanwhile is withdrawn.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

ACTIVE, PAUSED, DISABLED, REMOVED = "active", "paused", "disabled", "removed"
WAITING, SENDING, DELIVERED, DEAD = "waiting", "sending", "delivered", "dead"
CREATED, PUSHED, ACKED, HANDLED = "created", "pushed", "acked", "handled"
LETTER_GENERATED, LETTER_SENT = "letter_generated", "letter_sent"
CHAIN, LETTER = "chain", "letter"


class Subscription(models.Model):
    """What an application wants to be told, and where. `position` is the last event it has been matched with.

    active → paused (by its owner, or after too many dead ones) · disabled (its address answered 410) · removed.
    """

    id = models.CharField(max_length=24, primary_key=True)
    app_key = models.CharField(max_length=32)
    region = models.CharField(max_length=6)
    name = models.CharField(max_length=100)
    callback_url = models.CharField(max_length=500)
    event_types = models.JSONField()
    contracts = models.JSONField()
    scope = models.CharField(max_length=8)
    start_from = models.CharField(max_length=32)
    include_sections = models.BooleanField()
    max_concurrency = models.SmallIntegerField()
    state = models.CharField(max_length=10)
    why = models.CharField(max_length=300, default="")
    position = models.BigIntegerField()
    dead_in_a_row = models.IntegerField(default=0)
    rest_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["app_key", "state"], name="subscription_app")]

    def __str__(self) -> str:
        return f"{self.id} {self.name} {self.state}"


class Delivery(models.Model):
    """One event for one subscription. `run` is empty, or names the replay it belongs to.

    waiting ⇄ sending → delivered · dead (after the last try; a person may replay it).
    """

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    run = models.CharField(max_length=24, default="")
    event_seq = models.BigIntegerField()
    event_id = models.CharField(max_length=32)
    event_type = models.CharField(max_length=40)
    record_key = models.CharField(max_length=64)
    block_number = models.BigIntegerField()
    log_index = models.IntegerField()
    state = models.CharField(max_length=10)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=300, default="")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "event_id", "run"], name="delivered_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "record_key", "run", "block_number", "log_index"],
                name="delivery_open",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(fields=["subscription", "record_key", "state"], name="delivery_record"),
            models.Index(fields=["subscription", "-id"], name="delivery_recent"),
            models.Index(fields=["done_at"], name="delivery_done"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id} → {self.subscription_id} {self.state}"


class ChainNotice(models.Model):
    """A notice of a record to one province (waste-chain §8.4), over the chain or, to those outside it, by letter.

    created → pushed → acked → handled; by letter: created → letter_generated → letter_sent → handled.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=96, unique=True)
    event_id = models.CharField(max_length=32)
    contract = models.CharField(max_length=40)
    record_key = models.CharField(max_length=64)
    notice_seq = models.IntegerField()
    notice_type = models.SmallIntegerField()
    region = models.CharField(max_length=6)
    case_no = models.CharField(max_length=64, default="")
    action_required = models.CharField(max_length=24)
    due_on = models.DateField(null=True)
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=20)
    letter = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()
    pushed_at = models.DateTimeField(null=True)
    acked_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["event_id", "region"], name="notice_event"),
            models.Index(fields=["record_key", "region", "notice_seq"], name="notice_record"),
            models.Index(fields=["case_no"], name="notice_case"),
            models.Index(fields=["state"], name="notice_letters", condition=Q(channel="letter")),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.notice_type} {self.state}"


class Reading(models.Model):
    """How far the house itself has read the events of the chain (notices, replies); one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.position)
