"""Evidence requests: what is to be written to the chain, with its digests, waiting for a sender."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class EvidenceRequest(models.Model):
    """One write to one contract. `occurred_at` is the business time in milliseconds; digests are 64 hex characters."""

    id = models.BigAutoField(primary_key=True)
    request_id = models.CharField(max_length=200, unique=True)
    case = models.CharField(max_length=64)
    seq = models.IntegerField()
    record = models.CharField(max_length=4)
    call = models.CharField(max_length=32)
    record_key = models.CharField(max_length=64)
    schema = models.CharField(max_length=16)
    version = models.IntegerField()
    form_digest = models.CharField(max_length=64)
    section_digests = models.JSONField()
    attachments_root = models.CharField(max_length=64)
    body = models.JSONField(encoder=DjangoJSONEncoder)
    occurred_at = models.BigIntegerField()
    state = models.CharField(max_length=12)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "seq"], name="evidence_case"),
            models.Index(fields=["record_key", "version"], name="evidence_key"),
            models.Index(fields=["state", "id"], name="evidence_state"),
        ]

    def __str__(self) -> str:
        return f"{self.record}.{self.call} {self.record_key[:16]}"
