"""What the officials' face keeps for a person: how the pages look to it, saved views, exports that take long."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Preference(models.Model):
    """One person's settings. `views` are saved filters: a list of {title, query}."""

    account = models.CharField(max_length=64, primary_key=True)
    density = models.CharField(max_length=8, default="")
    keys = models.BooleanField(default=True)
    views = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.account


class ExportRun(models.Model):
    """An export made in the background. `actor` says as whom it reads; the file lies in the object store."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.CharField(max_length=64)
    actor = models.JSONField()
    title = models.CharField(max_length=120)
    query = models.JSONField()
    state = models.CharField(max_length=8)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    sm3 = models.CharField(max_length=64, default="")
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-created_at"], name="export_account")]

    def __str__(self) -> str:
        return self.title
