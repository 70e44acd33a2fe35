"""The table of licences. A row is written when a sealed document comes into force and changed only by commands."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from luban.people.genuine import SealedRow
from luban.registers.licences.parts import STORED


class Licence(SealedRow):
    """One version of one licence. `quantity` and `shows` are as the issuing item stated them."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=22, unique=True)
    case_id = models.CharField(max_length=64)
    case_number = models.CharField(max_length=40)
    item = models.CharField(max_length=64)
    document = models.CharField(max_length=64)
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=64)
    version = models.IntegerField()
    holder = models.CharField(max_length=64)
    holder_name = models.CharField(max_length=200)
    office = models.CharField(max_length=32)
    office_name = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    status = models.CharField(max_length=12)
    status_on = models.DateField()
    status_reason = models.CharField(max_length=200)
    changed_by = models.CharField(max_length=40)
    replaced_by = models.CharField(max_length=22)
    pending_by = models.CharField(max_length=40)
    shows = models.JSONField()
    quantity = models.JSONField()
    file_sm3 = models.CharField(max_length=64)
    evidence = models.JSONField()
    issued_at = models.DateTimeField()

    SEALED: ClassVar = (
        (
            *("token", "case_id", "case_number", "item", "document", "title", "number", "version", "holder"),
            *("holder_name", "office", "office_name", "valid_from", "valid_to", "status", "status_on"),
            *("status_reason", "changed_by", "replaced_by", "pending_by", "shows", "quantity", "file_sm3"),
            *("evidence", "issued_at"),
        ),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_id", "document", "version"], name="licences_once"),
            models.CheckConstraint(name="licences_status_known", condition=Q(status__in=list(STORED))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number", "-version"], name="licences_number"),
            models.Index(fields=["holder", "-id"], name="licences_holder"),
            models.Index(KeyTextTransform("receiver_uscc", "quantity"), "valid_to", name="licences_receiver"),
            models.Index(fields=["valid_to"], name="licences_ending", condition=Q(status="issued")),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version} {self.status}"
