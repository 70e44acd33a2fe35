"""Trials with their draft sets, batches and what came of single cases. Only this package writes them.

A batch holds the ids of its cases, fixed when the trial starts, and its tally once it is done: both are written with its
outcomes in one transaction, so that a batch counts once or not at all. Unchanged cases leave no row.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from luban.cases.models import Case


class Trial(models.Model):
    """A named draft set, the cases it is tried on, how far that is, and the sum of all batches once it is done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=60)
    account = models.CharField(max_length=64)
    account_name = models.CharField(max_length=100)
    item = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=12)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    summary = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="policy_trial_recent"),
            models.Index(fields=["moved_at"], name="policy_trial_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return self.title


class Change(models.Model):
    """A row of a register as the draft set would have it: text cells by column code."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="changes")
    register = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    cells = models.JSONField()
    removes = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "register", "key"], name="policy_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.key}"


class Batch(models.Model):
    """Some of the trial's cases, and what they came to."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="batches")
    n = models.IntegerField()
    cases = ArrayField(models.UUIDField())
    tally = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["trial", "n"], name="policy_batch_once")]
        indexes: ClassVar = [
            models.Index(fields=["trial", "n"], name="policy_batch_open", condition=Q(tally__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.n}"


class Outcome(models.Model):
    """A case that would change, or could not be judged again (`reason`). `n` is its place among the trial's cases."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="outcomes")
    n = models.IntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=120, default="")
    total_before = models.IntegerField(null=True)
    total_after = models.IntegerField(null=True)
    grade_before = models.CharField(max_length=40, default="")
    grade_after = models.CharField(max_length=40, default="")
    suggestion_before = models.CharField(max_length=80, default="")
    suggestion_after = models.CharField(max_length=80, default="")
    clauses = models.JSONField(default=list)
    factors = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["trial", "case"], name="policy_case_once")]
        indexes: ClassVar = [
            models.Index(fields=["trial", "n"], name="policy_changed", condition=Q(reason="")),
            models.Index(fields=["trial", "n"], name="policy_left_out", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.n}"
