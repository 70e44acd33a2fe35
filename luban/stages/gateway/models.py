"""The gateway's tables: applications and their secrets, grants, used nonces, answers given, content kept, reads noted.

Secrets and content lie sealed (SM4) under the house's keys; an HMAC needs its key, so a digest of it would not do.
Only this package writes them.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

ACTIVE, SUSPENDED, REVOKED = "active", "suspended", "revoked"
STATE_TITLES = {ACTIVE: "启用", SUSPENDED: "已停用", REVOKED: "已吊销"}


class ChainApp(models.Model):
    """One application of a province (waste-chain §6.1). `region` is its province's six digits, `ips` addresses or
    networks it may come from (empty: any), `rate` requests a second, `valid_until` None for no end.
    """

    key = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=100)
    region = models.CharField(max_length=6, db_index=True)
    org_id = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=32))
    ips = ArrayField(models.CharField(max_length=50), default=list)
    rate = models.IntegerField(default=50)
    state = models.CharField(max_length=12, default=ACTIVE)
    valid_until = models.DateTimeField(null=True)
    sealed_callback = models.BinaryField()
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.key}"

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return STATE_TITLES.get(self.state, self.state)


class AppSecret(models.Model):
    """One secret of an application; after a rotation the old one goes on for a day (`until`)."""

    app = models.ForeignKey(ChainApp, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.app_id} {self.since:%Y-%m-%d}"


class Grant(models.Model):
    """Data an application may read though its province is no party: a record, or all of a kind from one region
    (`record_key` empty); the sections named, attachments or not, from `since` until `until`. Once withdrawn it ended
    at `withdrawn_at`, which is then its `until`, too.
    """

    app = models.ForeignKey(ChainApp, on_delete=models.CASCADE, related_name="grants")
    record = models.CharField(max_length=4)
    record_key = models.CharField(max_length=64, default="")
    region = models.CharField(max_length=6, default="")
    sections = ArrayField(models.CharField(max_length=4))
    attachments = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200, default="")
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["app", "record"], name="grant_app")]

    def __str__(self) -> str:
        return f"{self.app_id} {self.record} {self.record_key or self.region}"


class UsedNonce(models.Model):
    """A nonce of a rightly signed request; `second` (machine time) also counts requests for the rate."""

    id = models.BigAutoField(primary_key=True)
    app = models.CharField(max_length=32)
    nonce = models.CharField(max_length=64)
    second = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["app", "nonce"], name="nonce_once")]
        indexes: ClassVar = [models.Index(fields=["app", "second"], name="nonce_second")]

    def __str__(self) -> str:
        return f"{self.app} {self.nonce}"


class Asked(models.Model):
    """A write by its idempotency key: digest of what was asked, the answer given; kept seven days."""

    id = models.BigAutoField(primary_key=True)
    app = models.CharField(max_length=32)
    request_id = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    write_id = models.CharField(max_length=200, default="")
    status = models.IntegerField(default=0)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["app", "request_id"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.app} {self.request_id}"


class Content(models.Model):
    """What one version of a record says: plain core, and sealed the sections' canonical texts with the record's salt.

    One version may be handed over more than once until the chain takes one; the chain's form digest says which counts.
    """

    id = models.BigAutoField(primary_key=True)
    record = models.CharField(max_length=4)
    record_key = models.CharField(max_length=64)
    version = models.IntegerField()
    form_digest = models.CharField(max_length=64)
    schema = models.CharField(max_length=16)
    app = models.CharField(max_length=32)
    case_no = models.CharField(max_length=64, db_index=True)
    origin = models.IntegerField()
    dest = models.IntegerField()
    transit = ArrayField(models.IntegerField(), default=list)
    generator_uscc = models.CharField(max_length=18, db_index=True)
    receiver_uscc = models.CharField(max_length=18, db_index=True)
    core = models.JSONField(encoder=DjangoJSONEncoder)
    sealed = models.BinaryField()
    section_digests = models.JSONField()
    attachments = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_key", "version", "form_digest"], name="content_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "origin", "-id"], name="content_origin"),
            models.Index(fields=["record", "dest", "-id"], name="content_dest"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.record_key[:16]} v{self.version}"


class ReadNote(models.Model):
    """One read of a record: who, which record and sections, and what came of it (waste-chain §6.2)."""

    id = models.BigAutoField(primary_key=True)
    app = models.CharField(max_length=32)
    record = models.CharField(max_length=4)
    record_key = models.CharField(max_length=64)
    version = models.IntegerField(default=0)
    sections = ArrayField(models.CharField(max_length=4), default=list)
    attachments = models.BooleanField(default=False)
    code = models.IntegerField(default=0)
    ground = models.CharField(max_length=12, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["record_key", "-id"], name="read_record"),
            models.Index(fields=["app", "-id"], name="read_app"),
        ]

    def __str__(self) -> str:
        return f"{self.app} {self.record} {self.record_key[:16]} {self.code}"
