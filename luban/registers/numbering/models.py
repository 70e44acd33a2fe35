"""Sequences and the numbers issued from them. An issued number belongs to one document for ever."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Sequence(models.Model):
    """A running number; its row is the lock. ``name`` is the number with ``*`` for its running part."""

    name = models.CharField(max_length=120, primary_key=True)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class Issued(models.Model):
    """A number handed out; ``document`` is the id of what bears it. Void numbers stay, with who, when and why."""

    number = models.CharField(max_length=120, unique=True)
    sequence = models.CharField(max_length=120)
    value = models.BigIntegerField()
    document = models.CharField(max_length=160)
    issued_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=150)
    void_reason = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sequence", "value"], name="numbering_once_a_value"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(voided_at__isnull=True), name="numbering_once_a_document"
            ),
        ]

    def __str__(self) -> str:
        return self.number
